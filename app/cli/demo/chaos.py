"""Makes the demo hard: deliveries doubled, shuffled, late and lost, and the server killed three times."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from app.cli.demo.servers import Dursor
from app.localhub.hub import Hub

KILLS = 3
_DECISIONS = 6  # the first ones of about eight, so that each kill falls before the end


class Trouble:
    """Strikes by a seed, so that the same trouble can be had again."""

    def __init__(self, hub: Hub, dursor: Dursor, seed: int | None, tell: Callable[[str, str | None], None]) -> None:
        self.seed = random.SystemRandom().randrange(10_000) if seed is None else seed
        self._random = random.Random(self.seed)
        self._dursor = dursor
        self._tell = tell
        self._moments = sorted(self._random.sample(range(1, _DECISIONS + 1), KILLS))
        faults = hub.faults.deliveries
        faults.random = self._random
        faults.lose, faults.vanish, faults.duplicate = 0.25, 0.1, 0.3
        faults.late, faults.shuffle = (0.0, 1.5), 2
        tell(f"chaos with the seed {self.seed}", "red")

    async def strike(self, decisions: int) -> None:
        """Kill the server if enough was decided since the last time, and start it again."""
        if self._moments and decisions >= self._moments[0]:
            self._moments.pop(0)
            await asyncio.sleep(self._random.uniform(0.0, 0.6))
            await self._dursor.kill()
            self._tell("the server was killed (SIGKILL)", "red")
            await asyncio.sleep(self._random.uniform(0.1, 0.8))
            await self._dursor.start()
            self._tell("the server is back", "red")
