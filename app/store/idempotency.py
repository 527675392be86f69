"""idempotency_keys: the answers to creating requests that named a key, so that the same again creates nothing."""

from __future__ import annotations

from datetime import timedelta

from app.store.connection import Connection, Row, iso
from app.store.rows import insert, one

KEEP = timedelta(hours=24)
"""How long a key is remembered."""


def find(db: Connection, method: str, path: str, key: str) -> Row | None:
    """The request that this key named: `digest` of its body, `status` and `body` of its answer."""
    return one(
        db,
        "SELECT * FROM idempotency_keys WHERE method = ? AND path = ? AND key = ? AND created_at >= ?",
        method, path, key, iso(db.moment - KEEP),
    )  # fmt: skip


def keep(db: Connection, *, method: str, path: str, key: str, digest: str, status: int, body: str) -> None:
    """Note the answer to a request, in the transaction that does its work."""
    db.execute("DELETE FROM idempotency_keys WHERE method = ? AND path = ? AND key = ?", (method, path, key))
    insert(
        db, "idempotency_keys", method=method, path=path, key=key, digest=digest, status=status, body=body,
        created_at=db.now,
    )  # fmt: skip


def forget(db: Connection) -> int:
    """Delete what is older than keys are remembered."""
    return db.execute("DELETE FROM idempotency_keys WHERE created_at < ?", (iso(db.moment - KEEP),)).rowcount
