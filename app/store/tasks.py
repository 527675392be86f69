"""tasks and messages: one goal each, and the conversation about it."""

from __future__ import annotations

from app.lifecycle.run import Mode, Phase
from app.store import remarks
from app.store.connection import Connection, Row
from app.store.rows import insert, one, update

KANBAN = {
    Phase.CODING: "in_progress",
    Phase.WAITING_CI: "in_progress",
    Phase.FIXING_CI: "in_progress",
    Phase.REVIEWING: "in_review",
    Phase.FIXING_REVIEW: "in_progress",
    Phase.AWAITING_HUMAN: "in_review",
    Phase.MERGING: "in_review",
    Phase.COMPLETED: "done",
    Phase.FAILED: "todo",
    Phase.CANCELED: "archived",
}
"""Where a task's card lies while its run is in a phase."""


def create(db: Connection, repo_id: str, title: str, mode: Mode, **more: object) -> str:
    """A new task, with further columns as they are named; returns its id."""
    task_id = db.new_id()
    insert(
        db, "tasks", id=task_id, repo_id=repo_id, title=title, coding_mode=mode, created_at=db.now, updated_at=db.now,
        **more,
    )  # fmt: skip
    return task_id


def find(db: Connection, task_id: str) -> Row | None:
    """The row of a task."""
    return one(db, "SELECT * FROM tasks WHERE id = ?", task_id)


def change(db: Connection, task_id: str, **values: object) -> None:
    """Change what a person may: `title`, `coding_mode`, `kanban_status`."""
    update(db, "tasks", task_id, **values, updated_at=db.now)


def of_issue(db: Connection, repo_id: str, number: int) -> Row | None:
    """The newest task that began in an issue and is no candidate for another."""
    return one(
        db,
        """SELECT * FROM tasks WHERE repo_id = ? AND issue_number = ? AND parent_id IS NULL
           ORDER BY id DESC LIMIT 1""",
        repo_id, number,
    )  # fmt: skip


def follow(db: Connection, task_id: str, phase: Phase, mode: Mode) -> None:
    """Move the task's card to where its run stands."""
    update(db, "tasks", task_id, kanban_status=KANBAN[phase], coding_mode=mode, updated_at=db.now)


def say(
    db: Connection, task_id: str, role: str, content: str, *, source: str | None = None, author: str | None = None
) -> str | None:
    """Add to the conversation; the same `source` is heard once: None when it was heard before."""
    row = db.execute(
        """INSERT INTO messages (id, task_id, role, content, source, author, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (task_id, source) DO NOTHING RETURNING id""",
        (db.new_id(), task_id, role, content, source, author, db.now),
    ).fetchone()
    return str(row["id"]) if row else None


def said(db: Connection, task_id: str, source: str) -> Row | None:
    """What was said under this source."""
    return one(db, "SELECT * FROM messages WHERE task_id = ? AND source = ?", task_id, source)


_UNHEARD = """SELECT * FROM messages WHERE task_id = ? AND role = ? AND (
                  run_id IS NULL OR run_id IN (
                      SELECT id FROM runs WHERE status IN ('failed', 'canceled')
                      OR (commit_sha IS NOT NULL AND pushed_at IS NULL)))
              ORDER BY id"""


def unheard(db: Connection, task_id: str) -> list[Row]:
    """What people asked for that no executor run was given yet, or only one that came to nothing; oldest first."""
    return db.execute(_UNHEARD, (task_id, "user")).fetchall()


def overheard(db: Connection, task_id: str) -> list[Row]:
    """The same of what people said without asking for anything; notes of our own are nobody's words."""
    return [row for row in db.execute(_UNHEARD, (task_id, "system")).fetchall() if row["author"]]


def issue_text(db: Connection, task_id: str) -> str | None:
    """What the issue said that a task began in; None where it began elsewhere."""
    row = one(db, "SELECT content FROM messages WHERE task_id = ? AND source LIKE 'issue:%'", task_id)
    return str(row["content"]) if row else None


def give(db: Connection, task_id: str, run_id: str) -> str | None:
    """Hand everything unheard to an executor run; returns the id of the newest request, if any."""
    rows = unheard(db, task_id)
    for row in [*rows, *overheard(db, task_id)]:
        update(db, "messages", row["id"], run_id=run_id)
    remarks.ask_again(db, [row["id"] for row in rows])
    return str(rows[-1]["id"]) if rows else None


def add(db: Connection, message_id: str, content: str) -> None:
    """Add to a message that nobody was given yet."""
    db.execute("UPDATE messages SET content = content || ? WHERE id = ?", (f"\n\n{content}", message_id))


def conversation(db: Connection, task_id: str) -> list[Row]:
    """Every message of a task, oldest first."""
    return db.execute("SELECT * FROM messages WHERE task_id = ? ORDER BY id", (task_id,)).fetchall()
