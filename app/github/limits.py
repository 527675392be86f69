"""How fast one installation may be spoken to: ten requests at once, writes one by one and so many, pauses as told.

GitHub asks for this in "Best practices for using the REST API" (serial requests, a second between
writes, wait as long as the answer says), and allows 80 writes that make content a minute and 500 an hour
("Rate limits for the REST API"), people's own among them. One installation's pause does not hold up another's.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from gidgethub import sansio

from app import errors

BUDGET = ((60.0, 60), (3600.0, 400))  # in so many seconds so many writes: less than GitHub allows

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Pace:
    """`write_gap`: seconds from the end of one write to the next; `at_once`: requests under way.

    `budget`: pairs of a time in seconds and the number of writes that may be made within it.
    """

    write_gap: float = 1.0
    at_once: int = 10
    budget: tuple[tuple[float, int], ...] = BUDGET
    clock: Clock = time.monotonic
    sleep: Sleep = asyncio.sleep


class Lane:
    """The turns of one installation."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._places = asyncio.Semaphore(pace.at_once)
        self._writing = asyncio.Lock()
        self._next_write = float("-inf")
        self._written: deque[float] = deque(maxlen=max((most for _, most in pace.budget), default=0))
        self._paused_until = float("-inf")
        self.rate_limit: sansio.RateLimit | None = None

    @asynccontextmanager
    async def turn(self, *, is_write: bool) -> AsyncIterator[None]:
        """Hold a place while a request is made; raises errors.RateLimited at once during a pause.

        A write over the budget raises it too, with the time when the budget has room again.
        """
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
            self._refuse_over_budget()
            async with self._places:
                self._refuse_while_paused()
                try:
                    yield
                finally:
                    now = self._pace.clock()
                    self._next_write = now + self._pace.write_gap
                    self._written.append(now)

    def pause(self, seconds: float) -> None:
        """Let nothing through for `seconds`; a longer pause already under way stays."""
        self._paused_until = max(self._paused_until, self._pace.clock() + seconds)

    def paused_for(self) -> float:
        """Seconds until this installation may be spoken to again; 0 when it may now."""
        return max(0.0, self._paused_until - self._pace.clock())

    def _refuse_over_budget(self) -> None:
        now = self._pace.clock()
        for seconds, most in self._pace.budget:
            room = self._written[-most] + seconds - now if len(self._written) >= most else 0.0
            if room > 0:
                raise errors.RateLimited("we have written as much as is good for now", after=room)

    def _refuse_while_paused(self) -> None:
        left = self.paused_for()
        if left > 0:
            raise errors.RateLimited("GitHub asked us to wait", after=left)
