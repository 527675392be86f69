"""github_app_config: the private key is encrypted, whichever of the keys did it, and words say when none does."""

from __future__ import annotations

import base64

import pytest
from cryptography.fernet import Fernet

from app.errors import ConfigError
from app.store import app_config

PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\n"
CONFIG = app_config.AppConfig("12", PEM, "34", "a-webhook-secret-for-tests", "dursor-octo")


def test_what_is_saved_is_loaded_and_not_kept_in_clear(db):
    key = Fernet.generate_key().decode()
    app_config.save(db, CONFIG, [key])
    assert app_config.load(db, [key]) == CONFIG
    stored = db.execute("SELECT private_key FROM github_app_config").fetchone()[0]
    assert "MIIB" not in stored
    assert base64.b64encode(PEM.encode()).decode() not in stored
    assert "a-webhook-secret" not in db.execute("SELECT webhook_secret FROM github_app_config").fetchone()[0]


def test_a_key_may_be_rotated(db):
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    app_config.save(db, CONFIG, [old])
    assert app_config.load(db, [new, old]) == CONFIG
    app_config.save(db, CONFIG, [new, old])
    assert app_config.load(db, [new]) == CONFIG


def test_a_rotation_ends_with_everything_under_the_new_key(db):
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    app_config.save(db, CONFIG, [old])
    assert app_config.seal(db, [new, old])
    assert app_config.load(db, [new]) == CONFIG
    assert not app_config.seal(db, [new, old])


def test_a_plain_row_of_an_earlier_dursor_is_encrypted_as_soon_as_there_is_a_key(db):
    plain = base64.b64encode(PEM.encode()).decode()
    db.execute(
        "INSERT INTO github_app_config (id, app_id, private_key, installation_id, created_at, updated_at) "
        "VALUES (1, '12', ?, '34', '', '')",
        (plain,),
    )
    assert not app_config.seal(db, [])
    key = Fernet.generate_key().decode()
    assert app_config.seal(db, [key])
    assert app_config.load(db, [key]) == app_config.AppConfig("12", PEM, "34")
    with pytest.raises(ConfigError, match="cannot be read"):
        app_config.load(db, [])


def test_without_the_key_words_say_which_setting_is_missing(db):
    with pytest.raises(ConfigError, match="DURSOR_ENCRYPTION_KEY is not set"):
        app_config.save(db, CONFIG, [])
    app_config.save(db, CONFIG, [Fernet.generate_key().decode()])
    with pytest.raises(ConfigError, match="DURSOR_ENCRYPTION_KEY is not set"):
        app_config.load(db, [])
    with pytest.raises(ConfigError, match="None of DURSOR_ENCRYPTION_KEY's keys"):
        app_config.load(db, [Fernet.generate_key().decode()])


@pytest.mark.parametrize("stored", ["", "ünïcode", "AAAA", "\0", base64.b64encode(b"not a key").decode()])
def test_what_is_no_key_at_all_is_said_to_be_unreadable(db, stored):
    db.execute(
        "INSERT INTO github_app_config (id, app_id, private_key, installation_id, created_at, updated_at) "
        "VALUES (1, '12', ?, '34', '', '')",
        (stored,),
    )
    with pytest.raises(ConfigError, match="None of DURSOR_ENCRYPTION_KEY's keys"):
        app_config.load(db, [Fernet.generate_key().decode()])


def test_there_is_nothing_before_the_set_up(db):
    assert app_config.load(db, []) is None


def test_the_private_key_is_not_shown(db):
    assert "MIIB" not in repr(CONFIG)
    assert "a-webhook-secret" not in repr(CONFIG)
