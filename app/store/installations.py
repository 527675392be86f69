"""installations: where the App is installed, and whether it may work there."""

from __future__ import annotations

import json
from collections.abc import Mapping

from app.store.connection import Connection, Row
from app.store.rows import one


def save(db: Connection, installation_id: int, account: str | None, permissions: Mapping[str, str] | None) -> None:
    """Note an installation that GitHub told us of; it is not deleted, then."""
    db.execute(
        """INSERT INTO installations (id, account, permissions, created_at, updated_at) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET account = coalesce(excluded.account, account), deleted = 0,
               permissions = iif(excluded.permissions = '{}', permissions, excluded.permissions),
               updated_at = excluded.updated_at""",
        (installation_id, account, json.dumps(dict(permissions or {})), db.now, db.now),
    )


def suspend(db: Connection, installation_id: int, *, suspended: bool) -> None:
    """Note that GitHub suspended an installation, or lifted that."""
    db.execute(
        "UPDATE installations SET suspended = ?, updated_at = ? WHERE id = ?", (suspended, db.now, installation_id)
    )


def delete(db: Connection, installation_id: int) -> None:
    """Note that an installation is gone; the row stays for the record."""
    db.execute("UPDATE installations SET deleted = 1, updated_at = ? WHERE id = ?", (db.now, installation_id))


def find(db: Connection, installation_id: int) -> Row | None:
    """The row of an installation."""
    return one(db, "SELECT * FROM installations WHERE id = ?", installation_id)


def ids(db: Connection) -> list[int]:
    """The installations that are not gone."""
    return [row["id"] for row in db.execute("SELECT id FROM installations WHERE deleted = 0 ORDER BY id")]


def may_work(db: Connection, installation_id: int | None) -> bool:
    """Whether the installation is neither suspended nor deleted; one we never heard of may."""
    row = one(db, "SELECT suspended, deleted FROM installations WHERE id = ?", installation_id)
    return row is None or not (row["suspended"] or row["deleted"])
