"""The two statements every table needs, written once. Column names come from our code, never from data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from app.store.connection import Connection, Row


def insert(db: Connection, table: str, **values: object) -> None:
    """INSERT one row."""
    columns = ", ".join(values)
    marks = ", ".join("?" * len(values))
    db.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(values.values()))


def update(db: Connection, table: str, key: str | int, **values: object) -> bool:
    """UPDATE the row with this id; False when there is none."""
    changes = ", ".join(f"{column} = ?" for column in values)
    return bool(db.execute(f"UPDATE {table} SET {changes} WHERE id = ?", (*values.values(), key)).rowcount)


def one(db: Connection, query: str, *values: object) -> Row | None:
    """The first row of a query."""
    row: Row | None = db.execute(query, values).fetchone()
    return row


def from_json(text: str | None, default: Any) -> Any:
    """What a JSON column holds, or `default` where it is null."""
    return json.loads(text) if text else default


LOG_LIMIT = 5_000
"""Lines that are kept of one log."""


def extend_log(db: Connection, table: str, key: str, more: Sequence[str]) -> None:
    """Append to `logs`, a JSON array of lines; beyond the limit the oldest go, and `logs_lost` counts them."""
    row = one(db, f"SELECT logs, logs_lost FROM {table} WHERE id = ?", key)
    if row is not None:
        lines = [*from_json(row["logs"], []), *more]
        gone = max(0, len(lines) - LOG_LIMIT)
        update(db, table, key, logs=json.dumps(lines[gone:]), logs_lost=(row["logs_lost"] or 0) + gone or None)
