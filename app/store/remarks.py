"""remarks: what people's requests are made of, threads that get one answer for each time they were worked on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.store.connection import Connection, Row
from app.store.rows import insert, one, update


def labels(db: Connection, task_id: str, count: int) -> list[str]:
    """The next labels of a task, such as R4 and R5; they are taken once `add` has noted them."""
    taken = one(
        db, "SELECT count(*) AS n FROM remarks JOIN messages ON messages.id = message_id WHERE task_id = ?", task_id
    )
    first = (taken["n"] if taken else 0) + 1
    return [f"R{number}" for number in range(first, first + count)]


def add(db: Connection, message_id: str, labelled: Iterable[tuple[str, int]]) -> None:
    """Note the remarks of a message, each by its label and the number GitHub gave it."""
    for label, comment_id in labelled:
        insert(db, "remarks", id=db.new_id(), message_id=message_id, comment_id=comment_id, label=label)


def known(db: Connection, task_id: str) -> dict[int, str]:
    """The label of every remark of a task, by GitHub's number for it."""
    rows = db.execute(
        "SELECT comment_id, label FROM remarks JOIN messages ON messages.id = message_id WHERE task_id = ?", (task_id,)
    )
    return {row["comment_id"]: row["label"] for row in rows}


def unanswered(db: Connection, task_id: str) -> list[Row]:
    """Remarks that an executor was given and that have no answer yet, oldest first, with columns of its run."""
    return db.execute(
        """SELECT remarks.*, runs.id AS run_id, summary, commit_sha, pushed_at, runs.error, runs.status
           FROM remarks JOIN messages ON messages.id = remarks.message_id JOIN runs ON runs.id = messages.run_id
           WHERE messages.task_id = ? AND answered_at IS NULL ORDER BY remarks.id""",
        (task_id,),
    ).fetchall()


def answered(db: Connection, remark_id: str) -> None:
    """Note that its thread was answered, or takes no answer."""
    update(db, "remarks", remark_id, answered_at=db.now)


def ask_again(db: Connection, message_ids: Sequence[str]) -> None:
    """Remarks that are worked on once more get an answer once more."""
    db.executemany("UPDATE remarks SET answered_at = NULL WHERE message_id = ?", [(one,) for one in message_ids])
