"""python -m bench start: from "CI is red" decided to the agent's process started, on a repository as large as CPython.

In between the mirror is brought up to date, a tree of the commit is laid out and the program is started, contained.
Beside it, in the same run, the least that any of this can take: git writing the same tree out of the same mirror.
"""

from __future__ import annotations

import asyncio
import datetime
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from app.cli.demo import servers
from app.localhub.hub import Hub
from app.localhub.state import issues, repository
from bench.requests import until

FILES = 5_000
BYTES = (200, 40_000)  # of a file; about a hundred megabytes in all
ROUNDS = 5
AIM = 1.0
_STAMP = "import time, pathlib; pathlib.Path('started.txt').write_text(repr(time.time()))"
_CONFIG = f"""\
mode: semi_auto
executor: command:stamp
commands:
  stamp: {{run: [{sys.executable}, -S, -c, "{_STAMP}"]}}
trigger: {{adopt: {{authors: [alice]}}}}
limits: {{ci: 50, total: 100, files: 3000, lines: 1000000}}
ci: {{settle_seconds: 1}}
"""


def main() -> None:
    """Print the median of both and their ratio."""
    ours, git = asyncio.run(_life())
    print(f"start: a repository of {FILES} files, {ROUNDS} rounds, medians")
    print(f"  decided -> started   {statistics.median(ours):6.2f} s  (the aim is under {AIM:.0f} s)")
    print(f"  git writes the tree  {statistics.median(git):6.2f} s")
    print(f"  ratio                {statistics.median(ours) / statistics.median(git):6.2f}")


async def _life() -> tuple[list[float], list[float]]:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "dursor"
        data.mkdir()
        async with (
            Hub(Path(folder) / "hub", webhook_secret="a-secret-for-measuring") as hub,
            servers.running(data, hub, sweep_seconds=3600),
        ):
            repo = await hub.create_repository("octo/python", _files())
            pull = await hub.open_pull_request(repo, files={"change.py": "x = 0\n"})
            ours, git = [], []
            for number in range(ROUNDS + 1):  # the first one fills the mirror
                seconds = await _round(hub, repo, pull, data, number)
                if number:
                    ours.append(seconds)
                    git.append(_peer(next((data / "mirrors").glob("*.git")), Path(folder) / "peer", pull.head_sha))
            return ours, git


async def _round(hub: Hub, repo: repository.Repository, pull: issues.Pull, data: Path, number: int) -> float:
    """One commit of a person's whose CI turns red; seconds until the program ran."""
    if number:
        await hub.push(pull, {"change.py": f"x = {number}\n"})
    head = pull.head_sha
    await asyncio.sleep(3)
    await hub.finish_check(pull, f"build {number}", "failure")
    await until(lambda: pull.head_sha != head, "nothing was pushed")
    started = float(str(await hub.read(repo, "started.txt", pull.head_ref)))
    return started - _decided(data)


def _decided(data: Path) -> float:
    with sqlite3.connect(f"file:{data / 'dursor.db'}?mode=ro", uri=True) as db:
        asked = "SELECT max(timestamp) FROM agentic_audit_log WHERE output_summary LIKE '%StartWork%'"
        return datetime.datetime.fromisoformat(db.execute(asked).fetchone()[0]).timestamp()


def _peer(mirror: Path, place: Path, sha: str) -> float:
    """Seconds for git to write the files of a commit."""
    place.mkdir(exist_ok=True)
    environment = {**os.environ, "GIT_INDEX_FILE": str(place / "index")}
    git = ["git", f"--git-dir={mirror}", f"--work-tree={place}"]
    began = time.perf_counter()
    subprocess.run([*git, "read-tree", sha], env=environment, check=True)
    subprocess.run([*git, "checkout-index", "--all", "--force"], env=environment, check=True)
    took = time.perf_counter() - began
    subprocess.run(["rm", "-rf", str(place)], check=True)
    return took


def _files() -> dict[str, str]:
    """Files of many sizes in many directories, the same each time."""
    chance = random.Random(5)
    line = "def function_of_some_length(argument, another):  # as code goes\n"
    made = {
        f"lib/part{number % 120}/module{number}.py": f"# {number}\n" + line * (chance.randint(*BYTES) // len(line))
        for number in range(FILES)
    }
    return {"README.md": "# Python\n", ".github/dursor.yml": _CONFIG, **made}
