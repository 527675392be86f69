"""How fast one installation may be spoken to: ten requests at once, writes one by one, pauses as told.

GitHub asks for this in "Best practices for using the REST API" (serial requests, a second between
writes, wait as long as the answer says); one installation's pause does not hold up another's.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from gidgethub import sansio

from app import errors

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Pace:
    """`write_gap`: seconds from the end of one write to the next; `at_once`: requests under way."""

    write_gap: float = 1.0
    at_once: int = 10
    clock: Clock = time.monotonic
    sleep: Sleep = asyncio.sleep


class Lane:
    """The turns of one installation."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._places = asyncio.Semaphore(pace.at_once)
        self._writing = asyncio.Lock()
        self._next_write = float("-inf")
        self._paused_until = float("-inf")
        self.rate_limit: sansio.RateLimit | None = None

    @asynccontextmanager
    async def turn(self, *, is_write: bool) -> AsyncIterator[None]:
        """Hold a place while a request is made; raises errors.RateLimited at once during a pause."""
        self._refuse_while_paused()
        if not is_write:
            async with self._places:
                self._refuse_while_paused()
                yield
            return
        async with self._writing:
            wait = self._next_write - self._pace.clock()
            if wait > 0:
                await self._pace.sleep(wait)
            async with self._places:
                self._refuse_while_paused()
                try:
                    yield
                finally:
                    self._next_write = self._pace.clock() + self._pace.write_gap

    def pause(self, seconds: float) -> None:
        """Let nothing through for `seconds`; a longer pause already under way stays."""
        self._paused_until = max(self._paused_until, self._pace.clock() + seconds)

    def paused_for(self) -> float:
        """Seconds until this installation may be spoken to again; 0 when it may now."""
        return max(0.0, self._paused_until - self._pace.clock())

    def _refuse_while_paused(self) -> None:
        left = self.paused_for()
        if left > 0:
            raise errors.RateLimited("GitHub asked us to wait", after=left)
