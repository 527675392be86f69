"""reviews and review_feedbacks: what a reviewer found at a commit. queued -> running -> succeeded | failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.store.connection import Connection, Row
from app.store.rows import extend_log, insert, one, update


def create(db: Connection, **values: object) -> str:
    """A new review, queued; returns its id."""
    review_id = db.new_id()
    insert(db, "reviews", id=review_id, created_at=db.now, **values)
    return review_id


def of_attempt(db: Connection, agentic_run_id: str, attempt: int) -> Row | None:
    """The review of a run's attempt."""
    return one(db, "SELECT * FROM reviews WHERE agentic_run_id = ? AND attempt = ?", agentic_run_id, attempt)


def find(db: Connection, review_id: str) -> Row | None:
    """The row of a review."""
    return one(db, "SELECT * FROM reviews WHERE id = ?", review_id)


def get(db: Connection, review_id: str) -> Row:
    """The row of a review that exists. Raises LookupError."""
    row = find(db, review_id)
    if row is None:
        raise LookupError(f"review {review_id} does not exist")
    return row


def add_log(db: Connection, review_id: str, lines: Sequence[str]) -> None:
    """Append lines as they come; beyond the limit the oldest go."""
    extend_log(db, "reviews", review_id, lines)


def change(db: Connection, review_id: str, **values: object) -> None:
    """Note what became known of a review."""
    update(db, "reviews", review_id, **values)


def hand_out(db: Connection, review_id: str, worktree: str) -> None:
    """queued -> running: an engine has it, and begins it when there is room."""
    update(db, "reviews", review_id, status="running", worktree_path=worktree, retry_at=None)


def begin(db: Connection, review_id: str) -> None:
    """Note that a program was started for it, for the first time or again after an interruption."""
    db.execute(
        """UPDATE reviews SET submissions = coalesce(submissions, 0) + 1, started_at = coalesce(started_at, ?)
           WHERE id = ?""",
        (db.now, review_id),
    )


def end(
    db: Connection, review_id: str, status: str, *, feedbacks: Sequence[dict[str, Any]] = (), **values: object
) -> None:
    """queued | running -> succeeded | failed, with what was found."""
    update(db, "reviews", review_id, status=status, completed_at=db.now, **values)
    for feedback in feedbacks:
        insert(db, "review_feedbacks", id=db.new_id(), review_id=review_id, **feedback)


def unfinished(db: Connection) -> list[Row]:
    """Reviews that were handed out and have not come back."""
    return db.execute(
        "SELECT * FROM reviews WHERE status IN ('queued', 'running') AND agentic_run_id IS NOT NULL"
    ).fetchall()


def latest(db: Connection, agentic_run_id: str) -> Row | None:
    """The newest review of a run that came to an end well."""
    return one(
        db,
        "SELECT * FROM reviews WHERE agentic_run_id = ? AND status = 'succeeded' ORDER BY id DESC LIMIT 1",
        agentic_run_id,
    )


def feedbacks(db: Connection, review_id: str) -> list[Row]:
    """What a review found, the gravest first."""
    return db.execute(
        """SELECT * FROM review_feedbacks WHERE review_id = ?
           ORDER BY instr('critical error warning info', severity), file_path, line_start""",
        (review_id,),
    ).fetchall()
