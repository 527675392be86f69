"""Every secret of the database and the key it is under: what a change of keys has to write anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.errors import ConfigError
from app.store import app_config, model_profiles, sealed
from app.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Count:
    """How many secrets there are: all, those under an older key, and those that no key opens."""

    all: int
    old: int
    unreadable: int


def count(db: Connection, keys: Sequence[str]) -> Count:
    """Count them by the place of their key among `keys`; one in plain base64 counts as under an older key."""
    places = [_place(stored, keys) for stored in _stored(db)]
    return Count(len(places), sum(place > 0 for place in places), sum(place < 0 for place in places))


def rotate(db: Connection, keys: Sequence[str]) -> int:
    """Encrypt anew whatever is not under the first of `keys`; returns how many secrets that were.

    Raises ConfigError where there is no key, or one secret that none of them opens: the caller's transaction then
    changes nothing.
    """
    if not keys:
        raise ConfigError("There is no encryption key: set DURSOR_ENCRYPTION_KEY, the new key first.")
    found = count(db, keys)
    if found.unreadable:
        raise ConfigError(
            f"{found.unreadable} of {found.all} stored secrets open with none of the keys, so nothing was changed. "
            "Put back the key that wrote them behind the new one, or remove what they belong to."
        )
    app_config.seal(db, keys)
    model_profiles.seal(db, keys)
    return found.old


def _stored(db: Connection) -> Iterator[str]:
    for row in db.execute("SELECT private_key, webhook_secret FROM github_app_config"):
        yield from (value for value in tuple(row) if value is not None)
    for row in db.execute("SELECT api_key_encrypted FROM model_profiles"):
        yield row["api_key_encrypted"]


def _place(stored: str, keys: Sequence[str]) -> int:
    """Which of the keys it is under; one behind the last for what is not encrypted, and -1 for what none opens."""
    if app_config.is_plain(stored):
        return len(keys) + 1
    return next((place for place, key in enumerate(keys) if sealed.is_newest(stored, key)), -1)
