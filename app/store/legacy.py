"""Adopts a database from before the schema had a version: the fourteen tables, without checks.

SQLite cannot add a CHECK to a table, so each table is set aside, made anew from `schema.sql`, and given
its rows back: those of every column both know. A row that breaks a rule of the new schema stops the
adoption with its table, id and rule; nothing has changed then.
"""

from __future__ import annotations

import sqlite3

from app.errors import DatabaseUnusable
from app.store.connection import Connection

TABLES = (
    "model_profiles", "repos", "tasks", "messages", "runs", "prs", "github_app_config", "user_preferences",
    "backlog_items", "reviews", "review_feedbacks", "agentic_runs", "agentic_audit_log", "ci_checks",
)  # fmt: skip
_PREFIX = "legacy_"


def set_aside(db: Connection) -> tuple[str, ...]:
    """Rename what is there and drop its indexes, whose names the new schema wants; returns the tables."""
    there = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    old = tuple(table for table in TABLES if table in there)
    strangers = there - set(TABLES) - {"sqlite_sequence", "sqlite_stat1", "sqlite_stat4"}
    if strangers and not old:
        raise DatabaseUnusable(
            f"The file holds another program's tables ({', '.join(sorted(strangers)[:5])}); "
            "set DURSOR_DATABASE to a file of its own."
        )
    for table in old:
        for (index,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", (table,)
        ).fetchall():
            db.execute(f"DROP INDEX {_quoted(index)}")
        db.execute(f"ALTER TABLE {table} RENAME TO {_PREFIX}{table}")
    return old


def copy_back(db: Connection, old: tuple[str, ...]) -> None:
    """Give the new tables the old rows and drop the old tables."""
    for table in old:
        known = _columns(db, table)
        shared = ", ".join(_quoted(column) for column in _columns(db, _PREFIX + table) if column in known)
        for (row,) in db.execute(f"SELECT rowid FROM {_PREFIX}{table} ORDER BY rowid").fetchall():
            _copy_row(db, table, shared, row)
        db.execute(f"DROP TABLE {_PREFIX}{table}")
    orphan = db.execute("PRAGMA foreign_key_check").fetchone()
    if orphan:
        raise DatabaseUnusable(
            f"Row {orphan[1]} of {orphan[0]} refers to a row of {orphan[2]} that does not exist; "
            "repair or delete it and start again."
        )


def _copy_row(db: Connection, table: str, columns: str, row: int) -> None:
    try:
        db.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {_PREFIX}{table} WHERE rowid = ?", (row,))
    except sqlite3.IntegrityError as error:
        key = db.execute(f"SELECT id FROM {_PREFIX}{table} WHERE rowid = ?", (row,)).fetchone()[0]
        raise DatabaseUnusable(
            f"The row {key!r} of {table} does not fit the schema ({error}); repair or delete it and start again."
        ) from error


def _columns(db: Connection, table: str) -> list[str]:
    return [row[1] for row in db.execute(f"PRAGMA table_info({_quoted(table)})")]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
