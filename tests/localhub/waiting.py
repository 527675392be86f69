"""Waits for what is about to become true, with a bound, for the tests of the hub."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path


async def until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until `true()`; TimeoutError after `seconds`."""
    async with asyncio.timeout(seconds):
        for _ in iter(true, True):
            await asyncio.sleep(0.01)


def is_alive(path: Path) -> bool:
    """Whether the process whose id is in the file `path` runs; a zombie does not."""
    try:
        state = Path(f"/proc/{int(path.read_text())}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
