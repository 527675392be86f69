"""Keys of models at rest: encrypted, read with any of the deployment's keys, and encrypted anew after a rotation."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from app.errors import ConfigError
from app.store import model_profiles

SECRET = "the-key-of-a-provider"
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def add(db, keys, provider="anthropic", model="m", **more) -> str:
    return model_profiles.add(db, keys, key=SECRET, provider=provider, model_name=model, **more)


def test_the_key_is_read_back_and_stands_nowhere_in_clear(db):
    profile_id = add(db, [NEW], base_url="https://example.com")
    profile = model_profiles.find(db, profile_id, [NEW])
    assert profile is not None
    assert (profile.key, profile.base_url) == (SECRET, "https://example.com")
    assert SECRET not in repr(profile)
    assert SECRET not in "\n".join(db.iterdump())
    assert not any("key" in column for row in model_profiles.listed(db) for column in row)


def test_the_newest_of_the_provider_counts(db):
    add(db, [NEW], model="first")
    newest = add(db, [NEW], model="second")
    add(db, [NEW], provider="openai", model="third")
    profile, of_any = model_profiles.newest(db, "anthropic", [NEW]), model_profiles.newest(db, None, [NEW])
    assert profile is not None
    assert of_any is not None
    assert (profile.id, of_any.model_name) == (newest, "third")
    assert model_profiles.newest(db, "google", [NEW]) is None
    assert model_profiles.remove(db, newest)
    assert not model_profiles.remove(db, newest)
    profile = model_profiles.newest(db, "anthropic", [NEW])
    assert profile is not None
    assert profile.model_name == "first"


def test_a_rotation_ends_with_everything_under_the_newest_key(db):
    rotated, foreign = add(db, [OLD]), add(db, [Fernet.generate_key().decode()])
    assert model_profiles.seal(db, [NEW, OLD]) == 1
    assert model_profiles.seal(db, [NEW, OLD]) == 0
    profile = model_profiles.find(db, rotated, [NEW])
    assert profile is not None
    assert profile.key == SECRET
    with pytest.raises(ConfigError, match="opens the stored key of a model"):
        model_profiles.find(db, foreign, [NEW, OLD])


def test_without_a_key_nothing_is_stored_or_read(db):
    with pytest.raises(ConfigError, match="cannot be stored"):
        add(db, [])
    profile_id = add(db, [NEW])
    with pytest.raises(ConfigError, match="Put back the key"):
        model_profiles.find(db, profile_id, [])
    assert model_profiles.seal(db, []) == 0
