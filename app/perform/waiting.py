"""What follows when a model's provider says "not now": the next executor goes on, or the work waits.

Neither costs an attempt, a failure or a submission, and no time that the run has. The wait is a row and a job that is
due later, so it outlives the server; whatever stops work ends the wait too.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from types import ModuleType

from app import outbox
from app.errors import ConfigError, TooEarly
from app.executors import engine, registry
from app.lifecycle import effects
from app.perform import access
from app.perform.world import World
from app.repo_config import RepoConfig
from app.store import agentic_runs, reviews, runs
from app.store.connection import Connection, Row, iso, parse

SHORTEST, LONGEST = 5.0, 3600.0
"""Seconds that one wait takes: a limit that lasts longer is met again, and waited for again."""

MAX_WAITS = 30
"""Waits in a row without one answer in between: about a day, after which it counts as a failure."""

_FIRST = 60.0

Start = effects.StartWork | effects.StartReview | effects.BreakDown


def startable(config: RepoConfig) -> frozenset[str]:
    """The executors to fall back on whose programs start here. Blocks, as `registry.find` does."""
    return frozenset(name for name in config.fallback if _is_there(name, config))


def put_off(
    db: Connection,
    row: Row,
    start: Start,
    result: engine.RunResult,
    config: RepoConfig,
    startable: Collection[str],
) -> bool:
    """Have the work go on with the next of the executors that are `startable`, or later; False where neither helps.

    `row` is what `start` is for.
    """
    rows = table(start)
    spent = max(0, (row["submissions"] or 0) - 1)
    if (name := _next(db, row["executor"], start, config, startable)) is not None:
        fresh = {"session_id": None, "counted": None} if isinstance(start, effects.StartWork) else {}
        rows.change(
            db, row["id"], status="queued", executor=name, executor_type=name.partition(":")[0], submissions=spent,
            retry_at=db.now, waits=None, provider=None, model_id=None, model_name=None, **fresh,
        )  # fmt: skip
        _queue(db, start, 0)
        return True
    if result.args.get("kind") == "auth":
        return False
    waits = 1 + (0 if result.args.get("progressed") else row["waits"] or 0)
    if waits > MAX_WAITS:
        return False
    seconds = _seconds(result.args.get("retry_after"), waits)
    until = iso(db.moment + timedelta(seconds=seconds))
    rows.change(db, row["id"], status="queued", submissions=spent, retry_at=until, waits=waits)
    agentic_runs.uncount(db, start.run_id, seconds)
    _queue(db, start, seconds)
    return True


def is_due(row: Row, world: World, attempt: int) -> bool:
    """Whether a row's work is to begin now. Raises TooEarly while it waits, or its last result is still coming in."""
    if row["status"] not in {"queued", "running"}:
        return False
    if world.engine.knows(row["id"], attempt):
        if row["status"] == "queued":
            raise TooEarly("its last result is still coming in", after=0.2)
        return False
    if row["retry_at"] and (seconds := (parse(row["retry_at"]) - world.now()).total_seconds()) > 0:
        raise TooEarly("the model's provider has a limit", after=seconds)
    return True


def kept_tree(row: Row) -> Path | None:
    """The tree of work that had to wait, as it was left; None where there is none."""
    path = Path(row["worktree_path"]) if row["retry_at"] and row["worktree_path"] else None
    return path if path is not None and path.is_dir() else None


def left(db: Connection, row: Row) -> float:
    """Seconds that are left of a row's wait; 0 where it waits for nothing."""
    return max(0.0, (parse(row["retry_at"]) - db.moment).total_seconds()) if row["retry_at"] else 0.0


def over(db: Connection, row: Row, run_id: str) -> None:
    """The work of a row that waited goes on: what it waited beyond its time was no work either."""
    if row["retry_at"]:
        agentic_runs.uncount(db, run_id, max(0.0, (db.moment - parse(row["retry_at"])).total_seconds()))
        outbox.enqueue(db, effects.ShowStatus(run_id))


def give_up(db: Connection, run_id: str, attempt: int) -> None:
    """End what waits for a provider on behalf of an attempt: it was stopped."""
    why = "it was stopped while it waited for the model's provider"
    for rows, ended in ((runs, "canceled"), (reviews, "failed")):
        row = rows.of_attempt(db, run_id, attempt)
        if row is not None and row["status"] == "queued" and row["retry_at"]:
            agentic_runs.uncount(db, run_id, -left(db, row))
            rows.end(db, row["id"], ended, error=why, retry_at=None)
            outbox.enqueue(db, effects.ShowStatus(run_id))


def table(start: Start) -> ModuleType:
    """Where the row of what is started is kept."""
    return reviews if isinstance(start, effects.StartReview) else runs


def _queue(db: Connection, start: Start, delay: float) -> None:
    outbox.enqueue(db, start, delay=delay)
    if not isinstance(start, effects.BreakDown):
        outbox.enqueue(db, effects.ShowStatus(start.run_id))


def _seconds(said: object, waits: int) -> float:
    """What the provider said, with a second to spare; else a minute, two, four …"""
    known = said + 1 if isinstance(said, int | float) else _FIRST * 2.0 ** min(waits - 1, 10)
    return min(LONGEST, max(SHORTEST, known))


def _next(db: Connection, current: str, start: Start, config: RepoConfig, startable: Collection[str]) -> str | None:
    """The executor after the current one that can start; the list is gone through once."""
    first = config.reviewer if isinstance(start, effects.StartReview) else config.executor
    chain = list(dict.fromkeys([first, *config.fallback]))
    after = chain[chain.index(current) + 1 :] if current in chain else config.fallback
    return next((name for name in after if name in startable and _is_fit(db, name, start, config)), None)


def _is_fit(db: Connection, name: str, start: Start, config: RepoConfig) -> bool:
    command = config.commands.get(name.partition(":")[2])
    if isinstance(start, effects.StartReview) and command is not None and command.output != "sarif":
        return False
    if isinstance(start, effects.BreakDown) and name not in registry.AGENTS:
        return False
    try:
        access.expect(db, name)
    except ConfigError:
        return False
    return True


def _is_there(name: str, config: RepoConfig) -> bool:
    try:
        registry.find(name, config.commands)
    except ConfigError:
        return False
    return True
