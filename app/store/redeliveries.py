"""redeliveries: lost deliveries that GitHub was asked to make again, so that each is asked for a few times only."""

from __future__ import annotations

from datetime import timedelta

from app.store.connection import Connection, Row, iso, parse
from app.store.rows import one

MAX_TRIES = 5
PATIENCE = timedelta(minutes=4)
"""After the first try; each further one waits four times as long: five tries take half a day."""

KEEP = timedelta(days=8)
"""Longer than any GitHub keeps deliveries: what is forgotten here cannot be asked for any more."""


def is_due(db: Connection, guid: str) -> bool:
    """Whether to ask (again) for a delivery that is not here."""
    row = _find(db, guid)
    if row is None:
        return True
    tries = int(row["tries"])
    return tries < MAX_TRIES and db.moment - parse(row["asked_at"]) >= PATIENCE * 4.0 ** (tries - 1)


def note(db: Connection, guid: str) -> int:
    """Note that it is asked for now; returns how often that was done."""
    db.execute(
        """INSERT INTO redeliveries (guid, tries, asked_at) VALUES (?, 1, ?)
           ON CONFLICT (guid) DO UPDATE SET tries = tries + 1, asked_at = excluded.asked_at""",
        (guid, db.now),
    )
    row = _find(db, guid)
    return int(row["tries"]) if row else 0


def forget(db: Connection) -> int:
    """Delete what GitHub has forgotten by now, too."""
    return db.execute("DELETE FROM redeliveries WHERE asked_at < ?", (iso(db.moment - KEEP),)).rowcount


def _find(db: Connection, guid: str) -> Row | None:
    return one(db, "SELECT tries, asked_at FROM redeliveries WHERE guid = ?", guid)
