"""tasks and messages: one goal each, and the conversation about it."""

from __future__ import annotations

from app.lifecycle.kanban import Card, Column
from app.lifecycle.run import Mode
from app.store import remarks
from app.store.connection import Connection, Row
from app.store.rows import insert, one, update


def create(db: Connection, repo_id: str, title: str, mode: Mode, **more: object) -> str:
    """A new task, with further columns as they are named; returns its id."""
    task_id = db.new_id()
    insert(
        db, "tasks", id=task_id, repo_id=repo_id, title=title, coding_mode=mode, created_at=db.now, updated_at=db.now,
        **more,
    )  # fmt: skip
    return task_id


def executor_of(task: Row, configured: str) -> str:
    """Who works on a task: whom it was given to, or else the `configured` executor."""
    return str(task["executor"] or configured)


def is_candidate(task: Row) -> bool:
    """Whether a task is one of several for the same goal and was not taken.

    One for a pull request stays that: its commit is taken, and it goes no way of its own.
    """
    return task["parent_id"] is not None and (task["picked_at"] is None or task["issue_number"] is None)


def find(db: Connection, task_id: str) -> Row | None:
    """The row of a task."""
    return one(db, "SELECT * FROM tasks WHERE id = ?", task_id)


def of_run(db: Connection, agentic_run_id: str) -> Row | None:
    """The task that a run is for."""
    return one(
        db,
        "SELECT tasks.* FROM tasks JOIN agentic_runs ON agentic_runs.task_id = tasks.id WHERE agentic_runs.id = ?",
        agentic_run_id,
    )


def change(db: Connection, task_id: str, **values: object) -> None:
    """Change what is named, such as `title`, `coding_mode` or `comment_id`."""
    update(db, "tasks", task_id, **values, updated_at=db.now)


def of_issue(db: Connection, repo_id: str, number: int) -> Row | None:
    """The newest task that began in an issue and is no candidate for another."""
    return one(
        db,
        """SELECT * FROM tasks WHERE repo_id = ? AND issue_number = ? AND parent_id IS NULL AND branch IS NOT NULL
           ORDER BY id DESC LIMIT 1""",
        repo_id, number,
    )  # fmt: skip


def of_breakdown(db: Connection, repo_id: str, number: int) -> Row | None:
    """The task that is the splitting of an issue, if that was ever asked for: it has no branch and no run."""
    return one(
        db,
        """SELECT * FROM tasks WHERE repo_id = ? AND issue_number = ? AND parent_id IS NULL AND branch IS NULL
           ORDER BY id DESC LIMIT 1""",
        repo_id, number,
    )  # fmt: skip


def card(row: Row) -> Card:
    """Where a task's card lies."""
    return Card(Column(row["kanban_status"]), row["moved_by"])


def follow(db: Connection, task_id: str, card: Card, mode: Mode) -> None:
    """Store where the card of a task lies now, and the mode of its run."""
    update(db, "tasks", task_id, kanban_status=card.column, moved_by=card.moved_by, coding_mode=mode, updated_at=db.now)


def move(db: Connection, task_id: str, column: Column, by: str) -> bool:
    """A person puts the card somewhere; False when there is no such task."""
    return update(db, "tasks", task_id, kanban_status=column, moved_by=by, updated_at=db.now)


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


def withdraw(db: Connection, task_id: str, source: str) -> bool:
    """Note that whoever asked for this asks for it no more; whether anything is new to be taken back."""
    changed = db.execute(
        """UPDATE messages SET withdrawn_at = ? WHERE task_id = ? AND role = 'user' AND withdrawn_at IS NULL
           AND (source = ? OR substr(source, 1, ?) = ?)""",
        (db.now, task_id, source, len(source) + 1, f"{source}:"),
    )
    return changed.rowcount > 0


_UNHEARD = """SELECT * FROM messages WHERE task_id = ? AND role = ? AND withdrawn_at IS NULL AND (
                  run_id IS NULL OR EXISTS (
                      SELECT 1 FROM runs WHERE runs.id = messages.run_id
                      AND (status IN ('failed', 'canceled') OR (commit_sha IS NOT NULL AND pushed_at IS NULL))))
              ORDER BY id"""


def unheard(db: Connection, task_id: str) -> list[Row]:
    """What people asked for that no executor run was given yet, or only one that came to nothing; oldest first."""
    return db.execute(_UNHEARD, (task_id, "user")).fetchall()


def overheard(db: Connection, task_id: str) -> list[Row]:
    """The same of what people said without asking for anything; notes of our own are nobody's words."""
    return [row for row in db.execute(_UNHEARD, (task_id, "system")).fetchall() if row["author"]]


def issue_text(db: Connection, task_id: str) -> str | None:
    """What the issue said that a task began in, as last told; None where it began elsewhere."""
    row = one(
        db, "SELECT content FROM messages WHERE task_id = ? AND source LIKE 'issue:%' ORDER BY id DESC LIMIT 1", task_id
    )
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
