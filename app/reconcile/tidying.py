"""What nobody needs any more goes: trees of work that ended, jobs and deliveries that were done long ago."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.perform.world import World
from app.store import deliveries, heard, jobs, redeliveries, reviews, runs
from app.workspace import trees

KEEP_JOBS = timedelta(days=14)
KEEP_DELIVERIES = timedelta(days=30)
"""Four times as long as any GitHub can redeliver, so that a duplicate is always recognised."""


async def tidy(world: World) -> None:
    """Remove what is old and done with."""
    await world.database.write(lambda db: jobs.forget_done(db, world.now() - KEEP_JOBS))
    await world.database.write(lambda db: deliveries.forget(db, world.now() - KEEP_DELIVERIES))
    await world.database.write(redeliveries.forget)
    await world.database.write(lambda db: heard.forget(db, world.now() - KEEP_DELIVERIES))
    folder = world.root / "worktrees"
    if not folder.is_dir():
        return
    busy = await world.database.read(lambda db: {row["id"] for row in (*runs.unfinished(db), *reviews.unfinished(db))})
    for tree in list(folder.iterdir()):
        if tree.name.lstrip(".").partition(".")[0] not in busy and _is_old(tree.lstat().st_mtime, world.now()):
            await trees.discard(tree)


def _is_old(modified: float, now: datetime) -> bool:
    return now.timestamp() - modified > 600
