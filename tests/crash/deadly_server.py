"""A dursor that one delivery kills, and with DEADLY_JOBS one job, as a fault in a library below Python would."""

from __future__ import annotations

import os
import signal

from app import handlers, perform
from app.cli import serve
from app.handlers.event import Event
from app.lifecycle import effects
from app.perform.world import Outcome, World
from app.store.connection import Connection

DEADLY = "Design for failure."
"""The zen of a ping that kills."""

_dispatch, _perform = handlers.dispatch, perform.perform


def _deadly_dispatch(event: Event, db: Connection) -> str | None:
    if event.data.get("zen") == DEADLY:
        os.kill(os.getpid(), signal.SIGKILL)
    return _dispatch(event, db)


async def _deadly_perform(effect: effects.Effect, world: World) -> Outcome:
    if isinstance(effect, effects.FindPlaces) and "DEADLY_JOBS" in os.environ:
        os.kill(os.getpid(), signal.SIGKILL)
    return await _perform(effect, world)


if __name__ == "__main__":
    vars(handlers)["dispatch"] = _deadly_dispatch
    vars(perform)["perform"] = _deadly_perform
    serve.serve()
