"""github_app_config: the one row that the set-up writes, its private key encrypted."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from app.errors import ConfigError
from app.store.connection import Connection
from app.store.rows import one


@dataclass(frozen=True, slots=True)
class AppConfig:
    """What GitHub gave us when the App was registered."""

    app_id: str
    private_key: str = field(repr=False)
    installation_id: str


def save(db: Connection, config: AppConfig, keys: Sequence[str]) -> None:
    """Store the row, the private key encrypted with the first of `keys`. Raises ConfigError without a key."""
    if not keys:
        raise ConfigError("DURSOR_ENCRYPTION_KEY is not set, so the App's private key cannot be stored.")
    secret = _box(keys).encrypt(config.private_key.encode()).decode()
    db.execute(
        """INSERT INTO github_app_config (id, app_id, private_key, installation_id, created_at, updated_at)
           VALUES (1, ?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET app_id = excluded.app_id, private_key = excluded.private_key,
               installation_id = excluded.installation_id, updated_at = excluded.updated_at""",
        (config.app_id, secret, config.installation_id, db.now, db.now),
    )


def load(db: Connection, keys: Sequence[str]) -> AppConfig | None:
    """The row, if there is one; a plain base64 PEM of an earlier dursor still reads. Raises ConfigError."""
    row = one(db, "SELECT * FROM github_app_config WHERE id = 1")
    if row is None:
        return None
    return AppConfig(row["app_id"], _opened(row["private_key"], keys), row["installation_id"])


def _opened(stored: str, keys: Sequence[str]) -> str:
    if "PRIVATE KEY" in stored:
        return stored
    plain = _from_base64(stored)
    if "PRIVATE KEY" in plain:
        return plain
    if not keys:
        raise ConfigError("DURSOR_ENCRYPTION_KEY is not set, so the stored private key cannot be read.")
    try:
        return _box(keys).decrypt(stored.encode()).decode()
    except InvalidToken:
        raise ConfigError("None of DURSOR_ENCRYPTION_KEY's keys opens the stored private key.") from None


def _from_base64(stored: str) -> str:
    """What an earlier dursor kept in plain base64, in one line or several; empty when it is something else."""
    try:
        return base64.b64decode("".join(stored.split()), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return ""


def _box(keys: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
