"""Waits for what is bound to happen and what no row of the database tells of."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.stories.server import PATIENCE_SECONDS


async def until(condition: Callable[[], object]) -> None:
    """Wait until the condition holds; raises TimeoutError when patience ends."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():
            await asyncio.sleep(0.02)
