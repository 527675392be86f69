"""backlog_items: parts of larger work that wait until somebody makes a task of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from app.store.connection import Connection, Row
from app.store.rows import insert, one, update

_LISTS = ("target_files", "tags", "subtasks")


def create(db: Connection, repo_id: str, **values: Any) -> str:
    """A new item of a repository; returns its id. `target_files`, `tags` and `subtasks` are lists."""
    item_id = db.new_id()
    insert(
        db, "backlog_items", id=item_id, repo_id=repo_id, created_at=db.now, updated_at=db.now, **_stored(values)
    )  # fmt: skip
    return item_id


def find(db: Connection, item_id: str) -> Row | None:
    """The row of an item."""
    return one(db, "SELECT * FROM backlog_items WHERE id = ?", item_id)


def of_task(db: Connection, task_id: str) -> Row | None:
    """The item that a task was made of, if it was made of one."""
    return one(db, "SELECT * FROM backlog_items WHERE task_id = ?", task_id)


def of_issue(db: Connection, repo_id: str, issue: int) -> list[Row]:
    """The parts of an issue by their numbers, the archived ones among them."""
    return db.execute(
        "SELECT * FROM backlog_items WHERE repo_id = ? AND issue_number = ? ORDER BY number", (repo_id, issue)
    ).fetchall()


def shown(db: Connection, repo_id: str, issue: int) -> list[Row]:
    """The same with what became of each: `pull`, and `phase` and `wait` of its run; null where there is none."""
    return db.execute(
        """SELECT backlog_items.*, agentic_runs.pr_number AS pull, agentic_runs.phase, agentic_runs.wait
           FROM backlog_items LEFT JOIN agentic_runs ON agentic_runs.id = (
               SELECT id FROM agentic_runs AS newest WHERE newest.task_id = backlog_items.task_id
               ORDER BY id DESC LIMIT 1)
           WHERE repo_id = ? AND issue_number = ? ORDER BY number""",
        (repo_id, issue),
    ).fetchall()


def numbered(db: Connection, repo_id: str, issue: int, number: int) -> Row | None:
    """One part of an issue."""
    return one(
        db, "SELECT * FROM backlog_items WHERE repo_id = ? AND issue_number = ? AND number = ?", repo_id, issue, number
    )


def is_done(db: Connection, repo_id: str, issue: int) -> bool:
    """Whether each part of an issue was merged or archived."""
    return all(row["phase"] == "completed" or row["archived_at"] for row in shown(db, repo_id, issue))


def replace(db: Connection, repo_id: str, issue: int, items: Iterable[Mapping[str, Any]]) -> None:
    """Put new parts in the place of those that nobody promoted, archived or edited; a number is never given twice."""
    row = one(
        db,
        "SELECT coalesce(max(number), 0) AS last FROM backlog_items WHERE repo_id = ? AND issue_number = ?",
        repo_id, issue,
    )  # fmt: skip
    last = row["last"] if row else 0
    db.execute(
        """DELETE FROM backlog_items WHERE repo_id = ? AND issue_number = ? AND task_id IS NULL
           AND archived_at IS NULL AND updated_at = created_at""",
        (repo_id, issue),
    )
    for number, item in enumerate(items, last + 1):
        create(db, repo_id, issue_number=issue, number=number, **item)


def listed(
    db: Connection, limit: int, repository: str | None = None, *, archived: bool = False
) -> list[dict[str, Any]]:
    """Items with their repository, the newest first; archived ones only where they are wanted."""
    rows = db.execute(
        """SELECT backlog_items.id, repos.full_name AS repository, issue_number AS issue, number, title, type,
                  estimated_size AS size, task_id, archived_at, backlog_items.created_at, updated_at
           FROM backlog_items JOIN repos ON repos.id = repo_id
           WHERE coalesce(?, repos.full_name) IS repos.full_name AND (? OR archived_at IS NULL)
           ORDER BY backlog_items.id DESC LIMIT ?""",
        (repository, archived, limit),
    )
    return [dict(row) for row in rows]


def change(db: Connection, item_id: str, **values: Any) -> bool:
    """Change what is named, `archived` among it; False when there is no such item."""
    if "archived" in values:
        values["archived_at"] = db.now if values.pop("archived") else None
    return update(db, "backlog_items", item_id, **_stored(values), updated_at=db.now)


def remove(db: Connection, item_id: str) -> bool:
    """Delete an item, and not the task it became; False when there is none."""
    return bool(db.execute("DELETE FROM backlog_items WHERE id = ?", (item_id,)).rowcount)


def _stored(values: dict[str, Any]) -> dict[str, Any]:
    return {name: json.dumps(value) if name in _LISTS else value for name, value in values.items()}
