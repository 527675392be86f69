"""Real programs run in a worktree, and a way to find every process that carries a marker."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from pathlib import Path

from app.executors import base, outcome, process


class Runner:
    """Runs programs in one worktree and keeps their log."""

    def __init__(self, worktree: Path, state_dir: Path) -> None:
        self.worktree = worktree
        self.state_dir = state_dir
        self.log: list[base.LogLine] = []

    async def run(self, *argv: str, timeout_seconds: float = 60, **options: object) -> outcome.Exit:
        program = process.Program(argv, self.worktree, self.state_dir, timeout_seconds, **options)  # type: ignore[arg-type]
        return await process.run(program, self.log.append)

    def text(self) -> list[str]:
        return [line.text for line in self.log if line.stream != "dursor"]


class Marker:
    """A value that the processes of one test carry in their arguments or environment."""

    def __init__(self) -> None:
        self.value = f"marker-{uuid.uuid4().hex}"

    def carriers(self) -> list[int]:
        """Every process that carries the marker, this one and zombies not included."""
        wanted = self.value.encode()
        return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit() and _holds(path, wanted)]

    async def gone(self) -> None:
        await until(lambda: not self.carriers())


def _holds(process_dir: Path, wanted: bytes) -> bool:
    try:
        return wanted in (process_dir / "cmdline").read_bytes() + (process_dir / "environ").read_bytes()
    except OSError:
        return False


async def until(holds: Callable[[], object], seconds: float = 30) -> None:
    """Wait until a condition holds, at most `seconds`."""
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.01)
