"""model_profiles: the models that agents work with, and the keys for their providers, encrypted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.store import sealed
from app.store.connection import Connection, Row
from app.store.rows import insert, one, update

_WHAT = "key of a model"


@dataclass(frozen=True, slots=True)
class Profile:
    """A model of a provider and the key to it; `base_url` is None where the provider is where it always is."""

    id: str
    provider: str
    model_name: str
    key: str = field(repr=False)
    base_url: str | None = None


def add(db: Connection, keys: Sequence[str], *, key: str, **values: object) -> str:
    """A new profile: `provider`, `model_name`, `display_name`, `base_url`; returns its id.

    Raises ConfigError without a key to encrypt with.
    """
    profile_id = db.new_id()
    stored = sealed.seal(key, keys, _WHAT)
    insert(db, "model_profiles", id=profile_id, api_key_encrypted=stored, created_at=db.now, **values)
    return profile_id


def listed(db: Connection) -> list[dict[str, Any]]:
    """All of them, the newest first, without anything of a key."""
    rows = db.execute(
        """SELECT id, provider, model_name, display_name, base_url, created_at, tested_at, test_error
           FROM model_profiles ORDER BY created_at DESC, id DESC"""
    )
    return [dict(row) for row in rows]


def exists(db: Connection, provider: str | None) -> bool:
    """Whether there is one of this provider, or of any."""
    return _newest(db, provider) is not None


def find(db: Connection, profile_id: str, keys: Sequence[str]) -> Profile | None:
    """One by its id. Raises ConfigError when its key cannot be read."""
    row = one(db, "SELECT * FROM model_profiles WHERE id = ?", profile_id)
    return _profile(row, keys) if row else None


def newest(db: Connection, provider: str | None, keys: Sequence[str], *, but: Profile | None = None) -> Profile | None:
    """The newest of this provider, or of any; one of another model than `but` where there is one.

    Raises ConfigError when its key cannot be read.
    """
    row = _newest(db, provider, but)
    return _profile(row, keys) if row else None


def note_trial(db: Connection, profile_id: str, problem: str | None) -> None:
    """Note that it was tried just now, and what went wrong; None: it answered."""
    update(db, "model_profiles", profile_id, tested_at=db.now, test_error=problem)


def remove(db: Connection, profile_id: str) -> bool:
    """Delete it and its key; False when there is none."""
    return bool(db.execute("DELETE FROM model_profiles WHERE id = ?", (profile_id,)).rowcount)


def seal(db: Connection, keys: Sequence[str]) -> int:
    """Encrypt anew what another key wrote, so that a rotation ends; returns how many.

    What no key opens is left as it is: whoever wants to use it is told.
    """
    count = 0
    for row in db.execute("SELECT * FROM model_profiles").fetchall() if keys else []:
        stored = row["api_key_encrypted"]
        if not sealed.is_newest(stored, keys[0]) and any(sealed.is_newest(stored, key) for key in keys[1:]):
            fresh = sealed.seal(sealed.unseal(stored, keys, _WHAT), keys, _WHAT)
            update(db, "model_profiles", row["id"], api_key_encrypted=fresh)
            count += 1
    return count


def _newest(db: Connection, provider: str | None, but: Profile | None = None) -> Row | None:
    return one(
        db,
        """SELECT * FROM model_profiles WHERE provider = coalesce(?, provider)
           ORDER BY provider IS ? AND model_name IS ?, created_at DESC, id DESC LIMIT 1""",
        provider, but and but.provider, but and but.model_name,
    )  # fmt: skip


def _profile(row: Row, keys: Sequence[str]) -> Profile:
    key = sealed.unseal(row["api_key_encrypted"], keys, _WHAT)
    return Profile(row["id"], row["provider"], row["model_name"], key, row["base_url"])
