"""What a transaction is: many functions in one commit for the writer, one snapshot for a reader."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from app.store.connection import Connection

T = TypeVar("T")
Work = Callable[[Connection], T]


def commit_together(db: Connection, works: Sequence[Work[Any]]) -> tuple[bool, list[Any]]:
    """One transaction for all; whether rows changed, and the result of each or the exception that undid it alone."""
    results: list[Any] = []
    changes = db.total_changes
    try:
        db.execute("BEGIN IMMEDIATE")
        for work in works:
            db.execute("SAVEPOINT work")
            try:
                results.append(work(db))
            except Exception as error:
                if is_trouble(error):
                    raise
                db.execute("ROLLBACK TO work")
                results.append(error)
            db.execute("RELEASE work")
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")
    return db.total_changes != changes, results


def in_snapshot(db: Connection, work: Work[T]) -> T:
    """The result of `work`, which sees the database as it is at one moment."""
    db.execute("BEGIN")
    try:
        return work(db)
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


def is_trouble(error: Exception) -> bool:
    """Whether the file is in trouble, rather than the work wrong: then the whole batch fails."""
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _TROUBLE


_TROUBLE = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOTADB,
}  # fmt: skip
