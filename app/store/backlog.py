"""backlog_items: parts of larger work that wait until somebody makes a task of them."""

from __future__ import annotations

import json
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
