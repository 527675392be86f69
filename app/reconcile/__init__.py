"""What GitHub forgot to tell us, asked for; deadlines become signals; what nobody needs any more is removed.

At the start and every few minutes. A run is waked by events; this is what wakes it when every event was lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from app.errors import DursorError
from app.perform import money, results
from app.perform.world import World
from app.reconcile import deadlines, looking, lost, tidying
from app.reconcile.memory import Memory

log = structlog.get_logger(__name__)

Step = Callable[[World], Awaitable[None]]


async def run(world: World) -> None:
    """Look after everything at start and every `SWEEP_SECONDS`, until cancelled.

    Lost deliveries are asked for beside the rest: many of them take their time, and nothing waits for that.
    """
    memory = Memory()
    async with asyncio.TaskGroup() as group:
        for steps in _steps(memory):
            group.create_task(_every(world, steps))


async def sweep(world: World, memory: Memory) -> None:
    """Do once what `run` does again and again."""
    for steps in _steps(memory):
        await _once(world, steps)


def _steps(memory: Memory) -> tuple[tuple[Step, ...], ...]:
    look = partial(looking.look_again, memory=memory)
    return (lost.redeliver,), (results.resume, deadlines.pass_on, money.look_again, look, tidying.tidy)


async def _every(world: World, steps: tuple[Step, ...]) -> None:
    while True:
        await _once(world, steps)
        await asyncio.sleep(world.settings.sweep_seconds)


async def _once(world: World, steps: tuple[Step, ...]) -> None:
    for step in steps:
        name = getattr(step, "__name__", "look_again")
        try:
            await step(world)
        except DursorError as error:
            log.warning("could not look after something", what=name, error=str(error))
        except Exception:
            log.exception("looking after something broke", what=name)
