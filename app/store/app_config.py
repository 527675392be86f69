"""github_app_config: the one row that the set-up writes, its secrets encrypted."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.store import sealed
from app.store.connection import Connection
from app.store.rows import one

_WHAT = "private key"


@dataclass(frozen=True, slots=True)
class AppConfig:
    """What GitHub gave us when the App was registered; a row of an earlier dursor has no secret and no slug."""

    app_id: str
    private_key: str = field(repr=False)
    installation_id: str = ""
    webhook_secret: str | None = field(repr=False, default=None)
    slug: str | None = None


def save(db: Connection, config: AppConfig, keys: Sequence[str]) -> None:
    """Store the row, its secrets encrypted with the first of `keys`. Raises ConfigError without a key."""
    key, secret = (
        None if value is None else sealed.seal(value, keys, "App's private key")
        for value in (config.private_key, config.webhook_secret)
    )
    db.execute(
        """INSERT INTO github_app_config
               (id, app_id, private_key, installation_id, webhook_secret, slug, created_at, updated_at)
           VALUES (1, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET app_id = excluded.app_id, private_key = excluded.private_key,
               installation_id = excluded.installation_id, webhook_secret = excluded.webhook_secret,
               slug = excluded.slug, updated_at = excluded.updated_at""",
        (config.app_id, key, config.installation_id, secret, config.slug, db.now, db.now),
    )


def load(db: Connection, keys: Sequence[str]) -> AppConfig | None:
    """The row, if there is one; a plain base64 PEM of an earlier dursor still reads. Raises ConfigError."""
    row = one(db, "SELECT * FROM github_app_config WHERE id = 1")
    if row is None:
        return None
    secret = row["webhook_secret"]
    return AppConfig(
        row["app_id"],
        _opened(row["private_key"], keys),
        row["installation_id"],
        None if secret is None else sealed.unseal(secret, keys, _WHAT),
        row["slug"],
    )


def seal(db: Connection, keys: Sequence[str]) -> bool:
    """Encrypt anew a row that another key wrote, or none did: so a rotation ends; returns whether it was needed.

    Without a row or a key there is nothing to do. Raises ConfigError when the row cannot be read.
    """
    row = one(db, "SELECT private_key, webhook_secret FROM github_app_config WHERE id = 1")
    if row is None or not keys or all(value is None or sealed.is_newest(value, keys[0]) for value in tuple(row)):
        return False
    config = load(db, keys)
    if config is not None:
        save(db, config, keys)
    return config is not None


def is_plain(stored: str) -> bool:
    """Whether it is a key as an earlier dursor kept it: not encrypted."""
    return "PRIVATE KEY" in stored or "PRIVATE KEY" in _from_base64(stored)


def _opened(stored: str, keys: Sequence[str]) -> str:
    if "PRIVATE KEY" in stored:
        return stored
    plain = _from_base64(stored)
    return plain if "PRIVATE KEY" in plain else sealed.unseal(stored, keys, _WHAT)


def _from_base64(stored: str) -> str:
    """What an earlier dursor kept in plain base64, in one line or several; empty when it is something else."""
    try:
        return base64.b64decode("".join(stored.split()), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return ""
