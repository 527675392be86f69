"""Adopts a database from before the schema had a version: the fourteen tables, without checks.

SQLite cannot add a CHECK to a table, so each table is set aside, made anew from `schema.sql`, and given
its rows back. Columns that the schema does not know stay, at the end of their table. A row that breaks a
rule of the schema stops the adoption with its table, id and rule; nothing has changed then.
"""

from __future__ import annotations

import re
import sqlite3

from app.errors import DatabaseUnusable
from app.lifecycle.run import Phase
from app.store import audit
from app.store.connection import Connection

TABLES = (
    "model_profiles", "repos", "tasks", "messages", "runs", "prs", "github_app_config", "user_preferences",
    "backlog_items", "reviews", "review_feedbacks", "agentic_runs", "agentic_audit_log", "ci_checks",
)  # fmt: skip
_OURS = {"repos", "tasks", "messages", "runs"}
_PREFIX = "legacy_"


def set_aside(db: Connection) -> tuple[str, ...]:
    """Rename what is there and drop its indexes, whose names the new schema wants; returns the tables.

    Raises `DatabaseUnusable` for the file of another program.
    """
    there = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    old = tuple(table for table in TABLES if table in there)
    strangers = {name for name in there - set(TABLES) if not name.startswith("sqlite_")}
    if strangers and not set(old) >= _OURS:
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
    twins = _live_twins(db) if "agentic_runs" in old else []
    for table in old:
        _keep_columns(db, table)
        columns = ", ".join(_quoted(name) for name, _ in _columns(db, _PREFIX + table))
        for (row,) in db.execute(f"SELECT rowid FROM {_PREFIX}{table} ORDER BY rowid").fetchall():
            _copy_row(db, table, columns, row)
        db.execute(f"DROP TABLE {_PREFIX}{table}")
    for run_id, task_id, why in twins:
        audit.record(
            db, task_id=task_id, run_id=run_id, phase=Phase.CANCELED, action="Adopted", agent="system", success=True,
            output_summary=why,
        )  # fmt: skip
    orphan = db.execute("PRAGMA foreign_key_check").fetchone()
    if orphan:
        (key,) = db.execute(f"SELECT id FROM {orphan[0]} WHERE rowid = ?", (orphan[1],)).fetchone()
        raise DatabaseUnusable(
            f"The row {key!r} of {orphan[0]} refers to a row of {orphan[2]} that does not exist; "
            "repair or delete it and start again."
        )


def _live_twins(db: Connection) -> list[tuple[str, str, str]]:
    """End all live runs of one pull request but the one that was active last: only one may be live.

    Those without a pull request may be several, as candidates are. Returns id, task and reason of each.
    """
    live = "phase NOT IN ('completed', 'failed', 'canceled')"
    ended = db.execute(
        f"""SELECT id, task_id, 'Another run of pull request #' || pr_number || ' was active later.' FROM (
                SELECT id, task_id, pr_number, row_number() OVER (
                    PARTITION BY task_id, pr_number ORDER BY last_activity DESC, rowid DESC) AS place
                FROM {_PREFIX}agentic_runs WHERE {live} AND pr_number IS NOT NULL)
            WHERE place > 1"""
    ).fetchall()
    for run_id, _, why in ended:
        db.execute(f"UPDATE {_PREFIX}agentic_runs SET phase = 'canceled', error = ? WHERE id = ?", (why, run_id))
    return [(run_id, task_id, why) for run_id, task_id, why in ended]


def _keep_columns(db: Connection, table: str) -> None:
    """Add to the new table, nullable, the columns that only the old one has."""
    known = {name.lower() for name, _ in _columns(db, table)}
    for name, kind in _columns(db, _PREFIX + table):
        if name.lower() not in known:
            plain = kind if re.fullmatch(r"[A-Za-z0-9_ ]{0,40}", kind) else ""
            db.execute(f"ALTER TABLE {table} ADD COLUMN {_quoted(name)} {plain}")


def _copy_row(db: Connection, table: str, columns: str, row: int) -> None:
    try:
        db.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {_PREFIX}{table} WHERE rowid = ?", (row,))
    except sqlite3.IntegrityError as error:
        key = db.execute(f"SELECT * FROM {_PREFIX}{table} WHERE rowid = ?", (row,)).fetchone()[0]
        raise DatabaseUnusable(
            f"The row {key!r} of {table} does not fit the schema ({error}); repair or delete it and start again."
        ) from error


def _columns(db: Connection, table: str) -> list[tuple[str, str]]:
    return [(row[1], row[2]) for row in db.execute(f"PRAGMA table_info({_quoted(table)})")]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
