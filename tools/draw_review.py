"""Plays a pull request up to a review on the local hub, and takes a picture of its page: `docs/review.png`.

Nothing is made up: the comments are dursor's, and only the model behind the reviewer is a stand-in. Chromium draws.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from app.lifecycle.run import Mode, Phase, Wait
from app.localhub.hub import Hub
from app.localhub.state import issues
from tests import providers
from tests.stories import agents, scenes, test_open_to_merged
from tests.stories import server as servers

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "review.png"
WIDTH, HEIGHT = 900, 1780
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-quic", "--hide-scrollbars", "--no-sandbox",
)  # fmt: skip


def main() -> int:
    """Draw; exit code 1, and nothing changed, where no Chromium is found."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        print(f"There is no Chromium here (looked for {', '.join(PROGRAMS)}): install it first.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder), program))
    print(f"{PICTURE.relative_to(ROOT)} shows what was just played.")
    return 0


async def play(folder: Path, program: str) -> None:
    """A pull request in interactive mode: red, fixed when told, reviewed."""
    async with (
        Hub(folder / "hub") as hub,
        servers.running(hub, folder / "data") as server,
        providers.serve(test_open_to_merged.Model()) as standin,
    ):
        agents.add_model(server.world.settings, "openai", "gpt-5.5", standin.url + "/v1")
        pull = await test_open_to_merged.opened(hub, Mode.INTERACTIVE)
        await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.CI_RED)
        hub.comment(pull, "/dursor fix", author="bob")
        await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.FINDINGS)
        await server.rest()
        scenes.sticky(hub, pull)  # there is exactly one
        await asyncio.to_thread(take, program, folder, address(hub, pull))


def address(hub: Hub, pull: issues.Pull) -> str:
    """Where the hub shows the pull request."""
    return f"{hub.url}/{pull.repository.full_name}/pull/{pull.number}"


def take(program: str, folder: Path, url: str) -> None:
    """A picture of one page, taken by a browser with a profile of its own."""
    profile = f"--user-data-dir={folder / 'profile'}"
    size = f"--window-size={WIDTH},{HEIGHT}"
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    command = [program, *QUIET, profile, size, f"--screenshot={PICTURE}", url]
    subprocess.run(command, check=True, capture_output=True, env=environment, timeout=60)


if __name__ == "__main__":
    sys.exit(main())
