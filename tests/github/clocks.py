"""Time that passes only when somebody sleeps or a test says so."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass


@dataclass
class Clock:
    """Calling it tells the time in Unix seconds."""

    time: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds
        await asyncio.sleep(0)
