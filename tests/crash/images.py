"""What a crash leaves on disk: a copy of the database and its log, opened as the next start would open it."""

from __future__ import annotations

import shutil
import sqlite3
import zlib
from collections import Counter
from pathlib import Path

from tests.crash.posting import Client


def take(database: Path, into: Path) -> Path:
    """Copy the file and its write-ahead log; nobody may write meanwhile."""
    into.mkdir()
    for suffix in ("", "-wal"):
        source = database.with_name(database.name + suffix)
        if source.exists():
            shutil.copyfile(source, into / source.name)
    return into / database.name


def problems(database: Path, client: Client, acknowledged: set[str]) -> list[str]:
    """What is wrong with a database that was left behind when these deliveries were acknowledged."""
    db = sqlite3.connect(database)
    try:
        found = [str(row[0]) for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
        rows = db.execute("SELECT guid, payload FROM webhook_deliveries").fetchall()
        found += [f"left out of the log: {frames}" for frames in _not_recovered(db)]
    finally:
        db.close()
    bodies = dict(rows)
    times = Counter(guid for guid, _ in rows)
    found += [f"{guid} is there {count} times" for guid, count in times.items() if count > 1]
    found += [f"{guid} was acknowledged and is lost" for guid in sorted(acknowledged - bodies.keys())]
    found += [f"{guid} was never sent" for guid in sorted(bodies.keys() - client.sent.keys())]
    found += [
        f"{guid} has another body"
        for guid in bodies.keys() & client.sent
        if zlib.decompress(bodies[guid]) != client.sent[guid].body
    ]
    return found


def _not_recovered(db: sqlite3.Connection) -> list[str]:
    """A log that cannot be brought into the file whole, by what SQLite says of the attempt."""
    busy, frames, moved = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return [f"{busy=} {frames=} {moved=}"] if busy or frames != moved else []
