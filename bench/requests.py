"""python -m bench requests: how many API requests one pull request costs from open to merged.

Forty check runs of another app report on each commit, one of them red at first; a linter fixes and reviews.
GitHub is the local hub, which counts what it was asked. What the server asks once at its start is not counted.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from app.cli.demo import servers
from app.localhub.actions import checks
from app.localhub.hub import Hub
from app.localhub.state import checks as records
from app.localhub.state import issues, world

CHECKS = 40
AIM = 40
PATIENCE_SECONDS = 120
GAP_SECONDS = 0.5
SETTLE_SECONDS = 3
_LINT = "ruff, check, --no-cache, --output-format, sarif, ."
_CONFIG = f"""\
mode: full_auto
executor: command:autofix
reviewer: command:lint
commands:
  autofix: {{run: [ruff, check, --no-cache, --fix, .]}}
  lint: {{run: [{_LINT}], output: sarif}}
trigger: {{adopt: {{authors: [alice]}}}}
ci: {{settle_seconds: {SETTLE_SECONDS}}}
"""
_BASE = {"README.md": "# Widgets\n", ".github/dursor.yml": _CONFIG}


def main() -> None:
    """Print each kind of request with how often it was made, and their number beside the aim."""
    asked, events = asyncio.run(_life())
    print(f"requests: a pull request from open to merged, {CHECKS} checks a commit, one fix, {events} deliveries")
    kinds = Counter(f"{request.method} {_template(request.path)}" for request in asked)
    for kind, times in kinds.most_common():
        print(f"{times:4}  {kind}")
    print(f"{len(asked):4}  in all; the aim is under {AIM}")


async def _life() -> tuple[list[world.Request], int]:
    with tempfile.TemporaryDirectory() as folder:
        async with (
            Hub(Path(folder) / "hub", webhook_secret="a-secret-for-measuring") as hub,
            servers.running(_made(Path(folder) / "dursor"), hub, sweep_seconds=3600),
        ):
            repo = await hub.create_repository("octo/widgets", _BASE)
            await until(lambda: any("bot" in one.path for one in hub.requests), "it does not know who it is")
            await asyncio.sleep(1)
            before = len(hub.requests)
            delivered = len(hub.deliveries.list(10_000)[0])
            pull = await hub.open_pull_request(repo, files={"a.py": "import os\n"})
            first = pull.head_sha
            await _report(hub, pull, red=True)
            await until(lambda: pull.head_sha != first, "it is not fixed")
            await _report(hub, pull, red=False)
            await until(lambda: pull.merged_at is not None, "it is not merged")
            await asyncio.sleep(5)  # what follows a merge
            return hub.requests[before:], len(hub.deliveries.list(10_000)[0]) - delivered


async def _report(hub: Hub, pull: issues.Pull, *, red: bool) -> None:
    """Forty checks begin together and end one after the other, the red one in the middle."""
    app = hub.other_app("circleci")
    begun: list[records.CheckRun] = []
    for number in range(CHECKS):
        change = checks.Change(name=f"check {number}", status="in_progress")
        begun.append(await checks.create(hub.world, pull.repository, app, pull.head_sha, change, app.bot))
    for number, run in enumerate(begun):
        await asyncio.sleep(GAP_SECONDS)
        await hub.update_check(run, "failure" if red and number == CHECKS // 2 else "success")


async def until(holds: Callable[[], bool], trouble: str) -> None:
    """Wait until something holds, or end the measurement with words."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not holds():  # noqa: ASYNC110 - the hub rings no bell
                await asyncio.sleep(0.05)
    except TimeoutError:
        sys.exit(f"After {PATIENCE_SECONDS} seconds {trouble}.")


def _template(path: str) -> str:
    path = re.sub(r"^/repos/[^/]+/[^/]+", "/repos/{owner}/{repo}", path)
    path = re.sub(r"/[0-9a-f]{40}(?=/|$)", "/{sha}", path)
    return re.sub(r"/\d+(?=/|$)", "/{id}", path)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
