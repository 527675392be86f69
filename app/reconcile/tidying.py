"""What nobody needs any more goes: trees and homes of work that ended, jobs and deliveries that were done long ago."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from app.perform import worktrees
from app.perform.world import World
from app.store import agentic_runs, deliveries, heard, idempotency, jobs, redeliveries, reviews, runs
from app.store.connection import Connection
from app.workspace import trees

KEEP_JOBS = timedelta(days=14)
KEEP_DELIVERIES = timedelta(days=30)
"""Four times as long as any GitHub can redeliver, so that a duplicate is always recognised."""

KEEP_STATE = timedelta(days=30)
"""After the end of a run, which a person may begin again: its agents' sessions then still go on."""


async def tidy(world: World) -> None:
    """Remove what is old and done with."""
    await world.database.write(lambda db: jobs.forget_done(db, world.now() - KEEP_JOBS))
    await world.database.write(lambda db: deliveries.forget(db, world.now() - KEEP_DELIVERIES))
    await world.database.write(redeliveries.forget)
    await world.database.write(lambda db: heard.forget(db, world.now() - KEEP_DELIVERIES))
    await world.database.write(idempotency.forget)
    await _trees(world)
    await _states(world)


async def _trees(world: World) -> None:
    found = [tree for folder in await worktrees.folders(world) for tree in _inside(folder)]
    busy = await world.database.read(lambda db: {row["id"] for row in (*runs.unfinished(db), *reviews.unfinished(db))})
    for tree in found:
        if tree.name.lstrip(".").partition(".")[0] not in busy and _is_old(tree.lstat().st_mtime, world.now()):
            await trees.discard(tree)


async def _states(world: World) -> None:
    found = _inside(world.root / "state")

    def done_with(db: Connection) -> list[Path]:
        before = world.now() - KEEP_STATE
        tables = (agentic_runs, runs)
        return [
            one for one in found if any(rows.ended_before(db, one.name.partition(".")[0], before) for rows in tables)
        ]

    for state in await world.database.read(done_with):
        await trees.discard(state)


def _inside(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _is_old(modified: float, now: datetime) -> bool:
    return now.timestamp() - modified > 600
