"""runs: one executor run each. queued -> running -> succeeded | failed | canceled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.store.connection import Connection, Row, iso
from app.store.rows import extend_log, insert, one, update


def create(db: Connection, **values: object) -> str:
    """A new executor run, queued; returns its id."""
    run_id = db.new_id()
    insert(db, "runs", id=run_id, created_at=db.now, **values)
    return run_id


def of_attempt(db: Connection, agentic_run_id: str, attempt: int) -> Row | None:
    """The executor run of a run's attempt."""
    return one(db, "SELECT * FROM runs WHERE agentic_run_id = ? AND attempt = ?", agentic_run_id, attempt)


def find(db: Connection, run_id: str) -> Row | None:
    """The row of an executor run."""
    return one(db, "SELECT * FROM runs WHERE id = ?", run_id)


def get(db: Connection, run_id: str) -> Row:
    """The row of an executor run that exists. Raises LookupError."""
    row = find(db, run_id)
    if row is None:
        raise LookupError(f"executor run {run_id} does not exist")
    return row


def change(db: Connection, run_id: str, **values: object) -> None:
    """Note what became known of an executor run."""
    update(db, "runs", run_id, **values)


def hand_out(db: Connection, run_id: str, worktree: str) -> None:
    """queued -> running: an engine has it, and begins it when there is room."""
    update(db, "runs", run_id, status="running", worktree_path=worktree, retry_at=None)


def begin(db: Connection, run_id: str) -> None:
    """Note that a program was started for it, for the first time or again after an interruption."""
    db.execute(
        """UPDATE runs SET submissions = coalesce(submissions, 0) + 1, started_at = coalesce(started_at, ?)
           WHERE id = ?""",
        (db.now, run_id),
    )


def has_come_back(row: Row) -> bool:
    """Whether the result of an executor run is there, though what it left is not taken in yet: it begins no more."""
    return bool(row["summary"])


def end(db: Connection, run_id: str, status: str, **values: object) -> None:
    """queued | running -> succeeded | failed | canceled."""
    update(db, "runs", run_id, status=status, completed_at=db.now, **values)


def add_log(db: Connection, run_id: str, lines: Sequence[str]) -> None:
    """Append lines as they come; beyond the limit the oldest go."""
    extend_log(db, "runs", run_id, lines)


def session(db: Connection, agentic_run_id: str, executor: str, *, but: str | None = None) -> Row | None:
    """The latest executor run of a run whose session the same executor can go on with, other than `but`."""
    return one(
        db,
        """SELECT * FROM runs WHERE agentic_run_id = ? AND executor = ? AND session_id IS NOT NULL AND id IS NOT ?
           ORDER BY id DESC LIMIT 1""",
        agentic_run_id, executor, but,
    )  # fmt: skip


def unfinished(db: Connection) -> list[Row]:
    """Executor runs that were handed out and have not come back; those that split an issue belong to no run."""
    return db.execute(
        """SELECT * FROM runs WHERE status IN ('queued', 'running')
           AND (agentic_run_id IS NOT NULL OR work = 'breakdown')"""
    ).fetchall()


def ended_before(db: Connection, run_id: str, moment: datetime) -> bool:
    """Whether the executor run is known and came to its end before a moment."""
    row = find(db, run_id)
    return row is not None and row["completed_at"] is not None and bool(row["completed_at"] < iso(moment))


def of_task(db: Connection, task_id: str) -> list[Row]:
    """The executor runs of a task, oldest first."""
    return db.execute("SELECT * FROM runs WHERE task_id = ? ORDER BY id", (task_id,)).fetchall()


def last_of_task(db: Connection, task_id: str) -> Row | None:
    """The executor run of a task that was made last."""
    return one(db, "SELECT * FROM runs WHERE task_id = ? ORDER BY id DESC LIMIT 1", task_id)


def base_of_task(db: Connection, task_id: str) -> str | None:
    """The commit that the first executor run of a task began from; None before that began."""
    row = one(db, "SELECT base_ref FROM runs WHERE task_id = ? ORDER BY id LIMIT 1", task_id)
    return row["base_ref"] if row else None


def is_ours(db: Connection, agentic_run_id: str, sha: str) -> Row | None:
    """The executor run that made this commit, if one of the run's did."""
    return one(
        db,
        "SELECT * FROM runs WHERE agentic_run_id = ? AND commit_sha = ? ORDER BY id DESC LIMIT 1",
        agentic_run_id,
        sha,
    )


def pushed_since(db: Connection, agentic_run_id: str, work: str, before: str) -> list[Row]:
    """The executor runs for this kind of work whose commit was pushed, younger than the id `before`, oldest first."""
    return db.execute(
        """SELECT * FROM runs WHERE agentic_run_id = ? AND work = ? AND pushed_at IS NOT NULL AND id > ?
           ORDER BY id""",
        (agentic_run_id, work, before),
    ).fetchall()


def undoable(db: Connection, task_id: str) -> list[Row]:
    """The executor runs of a task whose commits were pushed and not taken back since, the newest first."""
    return db.execute(
        """SELECT * FROM runs WHERE task_id = ? AND pushed_at IS NOT NULL AND commit_sha IS NOT NULL AND work <> 'undo'
             AND commit_sha NOT IN (SELECT undo.merged_ref FROM runs AS undo WHERE undo.task_id = runs.task_id
                                    AND undo.work = 'undo' AND undo.pushed_at IS NOT NULL
                                    AND undo.merged_ref IS NOT NULL)
           ORDER BY pushed_at DESC, id DESC""",
        (task_id,),
    ).fetchall()


def last_pushed(db: Connection, agentic_run_id: str) -> Row | None:
    """The executor run whose commit was pushed last."""
    return one(
        db,
        "SELECT * FROM runs WHERE agentic_run_id = ? AND pushed_at IS NOT NULL ORDER BY pushed_at DESC LIMIT 1",
        agentic_run_id,
    )
