"""Copies a live database, and looks for damage in one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from app.store.connection import Connection


def copy(source: Connection, target: Path) -> None:
    """Copy a database into the file `target`, as it is at this moment; who writes meanwhile need not wait.

    In one step, for each page that somebody else writes between two steps makes SQLite begin anew.
    """
    copied = sqlite3.connect(target)
    try:
        source.backup(copied)
    finally:
        copied.close()


def problems(db: Connection) -> list[str]:
    """What SQLite finds wrong with the file: damaged pages, broken indexes, rows without their parent."""
    damaged = [row[0] for row in db.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
    orphans = [
        f"row {row[1]} of {row[0]} refers to a row of {row[2]} that does not exist"
        for row in db.execute("PRAGMA foreign_key_check")
    ]
    return damaged + orphans


def touch(db: Connection) -> None:
    """Write, and change nothing: fails where a delivery could not be stored either."""
    version = db.execute("PRAGMA user_version").fetchone()[0]
    db.execute(f"PRAGMA user_version = {version}")
