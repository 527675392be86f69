"""The database beside the server: one thing done in one transaction, for the command line.

The server may run meanwhile: a reader never waits for it, a writer waits for its turn.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TypeVar

from app.errors import DatabaseUnusable
from app.store import maintenance, migrate
from app.store.connection import connect
from app.store.transactions import Work, in_snapshot

T = TypeVar("T")


def read(path: Path, work: Work[T]) -> T:
    """The result of `work` on the database as it is now. Raises `DatabaseUnusable`."""
    _expect(path)
    db = connect(path, readonly=True)
    try:
        migrate.expect_up_to_date(db)
        return in_snapshot(db, work)
    except sqlite3.Error as error:
        raise DatabaseUnusable(f"The database {path} cannot be read: {error}.") from error
    finally:
        db.close()


def write(path: Path, work: Work[T]) -> T:
    """The result of `work`, whose changes are on disk then. Raises `DatabaseUnusable`, and nothing has changed."""
    _expect(path)
    db = connect(path)
    try:
        migrate.expect_up_to_date(db)
        db.execute("BEGIN IMMEDIATE")
        result = work(db)
        db.execute("COMMIT")
    except sqlite3.Error as error:
        raise DatabaseUnusable(f"The database {path} cannot be written: {error}.") from error
    else:
        return result
    finally:
        db.close()


def bring_up_to_date(path: Path) -> int:
    """Create the database, or bring it to this program's version; returns that. Raises `DatabaseUnusable`."""
    db = connect(made_room_for(path))
    try:
        migrate.up_to_date(db)
    finally:
        db.close()
    return migrate.latest_version()


def copy(path: Path, target: Path) -> None:
    """Copy the database into the file `target`, which exists and is empty. Raises `DatabaseUnusable`."""
    _expect(path)
    db = connect(path, readonly=True)
    try:
        maintenance.copy(db, target)
    except sqlite3.Error as error:
        raise DatabaseUnusable(f"The database {path} cannot be copied to {target}: {error}.") from error
    finally:
        db.close()


def made_room_for(path: Path) -> Path:
    """The same path, its folder made where it was missing, for nobody else to look into. Raises `DatabaseUnusable`."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnusable(f"The folder {path.parent} cannot be made: {error.strerror}.") from error
    return path


def _expect(path: Path) -> None:
    if not path.exists():
        raise DatabaseUnusable(f"There is no database at {path}. Set DURSOR_DATA_DIR, or run `dursor serve` first.")
