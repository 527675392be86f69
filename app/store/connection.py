"""A connection that knows what time it is, and how every connection of dursor is set up."""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from app.errors import DatabaseUnusable

Clock = Callable[[], datetime]
Row = sqlite3.Row

LOCK_SECONDS = 4.0
"""How long to wait for a lock of another process: with the rest of an answer, less than GitHub's ten seconds."""


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """A moment as the database keeps it: ISO 8601, UTC, milliseconds, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """The moment that `iso` wrote; also reads what SQLite's `datetime('now')` writes."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Connection(sqlite3.Connection):
    """A SQLite connection with a clock and a source of ids, so that functions in `store` need no others."""

    clock: Clock = staticmethod(system_clock)
    _last_id = 0

    @property
    def moment(self) -> datetime:
        """Now."""
        return self.clock()

    @property
    def now(self) -> str:
        """Now, as the database keeps it."""
        return iso(self.clock())

    def new_id(self) -> str:
        """A UUID of version 7 (RFC 9562): later ids of this connection sort after earlier ones."""
        milliseconds = int(self.clock().timestamp() * 1000) & (2**48 - 1)
        self._last_id = max((milliseconds << 16), self._last_id + 1)
        high, counter = self._last_id >> 16, self._last_id & 0xFFFF
        bits = high << 80 | 0x7 << 76 | (counter >> 4) << 64 | 0x2 << 62
        bits |= (counter & 0xF) << 58 | int.from_bytes(os.urandom(8)) >> 6
        return str(uuid.UUID(int=bits))


def connect(path: Path, clock: Clock = system_clock, *, readonly: bool = False) -> Connection:
    """Open the database for one thread. A reader can never write, and never waits for the writer.

    A writer makes the file, with mode 0600; SQLite gives its write-ahead log the same mode. Nothing in the
    file changes here: it may turn out to be another program's. Raises `DatabaseUnusable` when the file
    cannot be opened or is no database.
    """
    try:
        if not readonly:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            path.chmod(0o600)
        db = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=LOCK_SECONDS, isolation_level=None,
            check_same_thread=False, cached_statements=256, factory=Connection,
        )  # fmt: skip
    except (OSError, sqlite3.Error) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise DatabaseUnusable(f"The database {path} cannot be opened: {why}.") from error
    db.clock = clock
    db.row_factory = sqlite3.Row
    try:
        _set_up(db, readonly=readonly)
    except sqlite3.Error as error:
        db.close()
        raise DatabaseUnusable(f"The database {path} cannot be used: {error}.") from error
    return db


def _set_up(db: Connection, *, readonly: bool) -> None:
    db.execute("PRAGMA foreign_keys = ON")
    if readonly:
        db.execute("PRAGMA query_only = ON")
        return
    if not db.execute("PRAGMA page_count").fetchone()[0]:
        db.execute("PRAGMA page_size = 8192")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA wal_autocheckpoint = 4000")
    db.execute("PRAGMA journal_size_limit = 67108864")
