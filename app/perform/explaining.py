"""Every gate, looked at for a person: for the answer to `/dursor why`, and before somebody is asked to approve."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from app import outbox, words
from app.errors import DursorError, RateLimited, Refused, Transient
from app.github import pulls
from app.lifecycle import effects
from app.lifecycle.run import Wait
from app.perform import gates, seeing
from app.perform.world import Scope, World, of_run
from app.store.connection import Connection, parse

_FRESH = timedelta(seconds=60)
_TRIES = 3


async def why(world: World, run_id: str) -> str:
    """The answer. A fresh look is kept, so that the comment and the check run say the same.

    Where GitHub does not tell, the answer is what is known, and says so. Raises RateLimited, to be asked again.
    """
    scope = await of_run(world, run_id)
    if scope is None:
        return words.not_taken()
    trouble = await look(world, scope)
    scope = await of_run(world, run_id) or scope
    now = scope
    seen = await world.database.read(lambda db: seeing.of(db, now))
    told = words.why(seen.run, seen.gates, seen.looked_at, trouble)
    return f"{told}\n\n{seen.money}" if seen.money else told


async def look(world: World, scope: Scope) -> str | None:
    """Look at every gate of a live run, unless that was done for this very commit a moment ago, and keep what was seen.

    Returns what was in the way, None for nothing. Raises RateLimited.
    """
    if scope.run.is_terminal or scope.pull is None or _is_fresh(world, scope):
        return None
    try:
        await _look(world, scope)
    except RateLimited:
        raise
    except DursorError as error:
        return str(error)
    return None


def _is_fresh(world: World, scope: Scope) -> bool:
    last = seeing.looked(scope.row)
    return last.sha == scope.run.head_sha and last.at is not None and world.now() - parse(last.at) < _FRESH


async def _look(world: World, scope: Scope) -> None:
    """Look at every gate and keep what was seen. GitHub may need a moment to work out a conflict."""
    for tries in range(1, _TRIES + 1):
        pull = await pulls.get(scope.github, scope.run.pr_number or 0)
        if pull.head_sha != scope.run.head_sha or pull.state != "open":
            await world.database.write(lambda db: outbox.enqueue(db, effects.ReadPull(scope.run.id)))
            raise Refused("the pull request is not as dursor knew it; it is being read anew")
        try:
            unmet = await gates.unmet(world, scope, await gates.look(world, scope, pull))
        except Transient as error:
            if tries == _TRIES or isinstance(error, RateLimited):
                raise
            await asyncio.sleep(error.after or 1.0)
        else:
            break

    def keep(db: Connection) -> None:
        seeing.note_gates(db, scope.run.id, pull.head_sha, unmet)
        outbox.enqueue(db, effects.ShowStatus(scope.run.id))
        if not unmet and scope.run.wait is Wait.GATE:
            outbox.enqueue(db, effects.ReadPull(scope.run.id))

    await world.database.write(keep)
