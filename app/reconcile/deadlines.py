"""Minutes that ran out become signals: the clock is one more place that things are heard from."""

from __future__ import annotations

from app import advance, repo_config
from app.lifecycle import signals
from app.lifecycle.run import Phase
from app.perform.world import World
from app.store import agentic_runs, repos, tasks
from app.store.connection import Connection


async def pass_on(world: World) -> None:
    """Tell each run whose minutes are up. Time that is spent waiting for a person, or paused, does not count."""
    await world.database.write(_check)


def _check(db: Connection) -> None:
    for live in agentic_runs.live(db):
        if live.paused or live.phase is Phase.AWAITING_HUMAN:
            continue
        row, task = agentic_runs.row_of(db, live.id), tasks.of_run(db, live.id)
        repo = repos.by_id(db, task["repo_id"]) if task else None
        if row is None or repo is None:
            continue
        limits = repo_config.from_json(repo["config"]).limits
        in_phase = agentic_runs.spent(row, db)
        if live.phase is Phase.WAITING_CI and in_phase > 60 * limits.ci_minutes:
            advance.signal(db, live.id, signals.TimeRanOut(of="ci", minutes=int(limits.ci_minutes)))
        elif float(row["active_seconds"] or 0) + in_phase > 60 * limits.total_minutes:
            advance.signal(db, live.id, signals.TimeRanOut(of="total", minutes=int(limits.total_minutes)))
