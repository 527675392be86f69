"""webhook_deliveries, the inbox: pending -> done | ignored | failed, and from failed back to pending."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.store.connection import Connection, Row, iso

PAYLOAD_LIMIT = 26 * 1024 * 1024
FORGET_LIMIT = 1000
BATCH_LIMIT = 4 * 1024 * 1024


class Stored(StrEnum):
    """What became of a delivery that was to be stored."""

    NEW = "new"
    AGAIN = "again"  # it had failed, or waited too long, and is pending once more
    REPLAY = "replay"  # its body came before, under another GUID
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One POST by GitHub, with the body as it came."""

    guid: str
    event: str
    action: str | None
    installation: int | None
    repository: int | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Packed:
    """A delivery as it is kept: `payload` is the body, compressed."""

    guid: str
    event: str
    action: str | None
    installation: int | None
    repository: int | None
    payload: bytes
    sha256: bytes


def pack(delivery: Delivery) -> Packed:
    """Compress and hash the body."""
    return Packed(
        delivery.guid, delivery.event, delivery.action, delivery.installation, delivery.repository,
        zlib.compress(delivery.body, 1), hashlib.sha256(delivery.body).digest(),
    )  # fmt: skip


def unpack(packed: Packed) -> bytes:
    """The body. Raises `zlib.error` when what was kept is damaged."""
    return zlib.decompressobj().decompress(packed.payload, PAYLOAD_LIMIT)


def store(db: Connection, packed: Packed) -> Stored:
    """Keep a delivery once, whatever GUID or order it comes in.

    A GUID that had failed is taken again. A body that was accepted before under another GUID is a replay:
    the signature does not cover the GUID (docs.github.com, "Validating webhook deliveries"); it is kept
    as ignored, with both GUIDs.
    """
    known = db.execute("SELECT status FROM webhook_deliveries WHERE guid = ?", (packed.guid,)).fetchone()
    if known:
        return retry(db, packed.guid) if known["status"] == "failed" else Stored.DUPLICATE
    twin = db.execute(
        "SELECT guid FROM webhook_deliveries WHERE body_sha256 = ? AND status IN ('pending', 'done') LIMIT 1",
        (packed.sha256,),
    ).fetchone()
    status, error = ("ignored", f"same body as delivery {twin['guid']}") if twin else ("pending", None)
    db.execute(
        """INSERT INTO webhook_deliveries
               (guid, event, action, installation, repository, received_at, payload, body_sha256,
                status, error, sequence)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
               (SELECT coalesce(max(sequence), 0) + 1 FROM webhook_deliveries))""",
        (packed.guid, packed.event, packed.action, packed.installation, packed.repository, db.now,
         packed.payload, packed.sha256, status, error),
    )  # fmt: skip
    return Stored.REPLAY if twin else Stored.NEW


def retry(db: Connection, guid: str) -> Stored:
    """failed | ignored -> pending, to be handled again; anything else is left as it is."""
    changed = db.execute(
        """UPDATE webhook_deliveries SET status = 'pending', error = NULL, processed_at = NULL
           WHERE guid = ? AND status IN ('failed', 'ignored')""",
        (guid,),
    ).rowcount
    return Stored.AGAIN if changed else Stored.DUPLICATE


def replay(db: Connection, guid: str) -> bool:
    """Whatever it is -> pending, as if it had just come: a person wants it handled again. False if there is none."""
    return bool(
        db.execute(
            """UPDATE webhook_deliveries
               SET status = 'pending', error = NULL, attempts = 0, interruptions = NULL, processed_at = NULL
               WHERE guid = ?""",
            (guid,),
        ).rowcount
    )


def pending(db: Connection, limit: int) -> list[Packed]:
    """The oldest deliveries that wait, in order of arrival; fewer than `limit` when they are large."""
    rows = db.execute(
        """SELECT guid, event, action, installation, repository, payload, body_sha256 FROM webhook_deliveries
           WHERE status = 'pending' ORDER BY sequence LIMIT ?""",
        (limit,),
    )
    found: list[Packed] = []
    size = 0
    for row in rows:
        found.append(Packed(*row))
        size += len(row["payload"])
        if size >= BATCH_LIMIT:
            break
    return found


def settle(db: Connection, guid: str, status: str, error: str | None = None) -> None:
    """pending -> done | ignored | failed."""
    db.execute(
        """UPDATE webhook_deliveries SET status = ?, error = ?, attempts = attempts + 1, processed_at = ?
           WHERE guid = ? AND status = 'pending'""",
        (status, error, db.now, guid),
    )


def forget(db: Connection, older_than: datetime) -> int:
    """Delete what was done with or ignored before, a thousand at most; what failed stays until somebody looks at it."""
    old: list[tuple[str]] = []
    for row in db.execute("SELECT guid, received_at, status FROM webhook_deliveries ORDER BY sequence"):
        if row["received_at"] >= iso(older_than) or len(old) == FORGET_LIMIT:
            break
        if row["status"] in {"done", "ignored"}:
            old.append((row["guid"],))
    return db.executemany("DELETE FROM webhook_deliveries WHERE guid = ?", old).rowcount if old else 0


def find(db: Connection, guid: str) -> Row | None:
    """The row of a delivery, without its body."""
    return _first(db.execute(_LISTED + " WHERE guid = ?", (guid,)))


def packed(db: Connection, guid: str) -> Packed | None:
    """A delivery with its body."""
    row = _first(
        db.execute(
            """SELECT guid, event, action, installation, repository, payload, body_sha256 FROM webhook_deliveries
               WHERE guid = ?""",
            (guid,),
        )
    )
    return Packed(*row) if row else None


def recent(db: Connection, limit: int, status: str | None = None) -> list[Row]:
    """The newest deliveries, without their bodies."""
    which = _WITH_STATUS[status] if status else ""
    return db.execute(f"{_LISTED} {which} ORDER BY sequence DESC LIMIT ?", (limit,)).fetchall()


def unknown(db: Connection, guids: Iterable[str]) -> list[str]:
    """Those of `guids` that are not stored: worth asking GitHub for again."""
    return [
        guid for guid in guids if not db.execute("SELECT 1 FROM webhook_deliveries WHERE guid = ?", (guid,)).fetchone()
    ]


_LISTED = """SELECT guid, event, action, installation, repository, received_at, status, error, attempts, processed_at
             FROM webhook_deliveries"""

# Partial indexes are only used for a status that stands in the query itself.
_WITH_STATUS = {status: f"WHERE status = '{status}'" for status in ("pending", "done", "ignored", "failed")}


def _first(rows: Iterable[Row]) -> Row | None:
    return next(iter(rows), None)
