"""dursor db rotate-keys: every secret goes under the first key, all or none, and doctor says what is left to do."""

from __future__ import annotations

import base64
import json

import pytest
from cryptography.fernet import Fernet

from app.config import Settings
from app.doctor import machine
from app.store import app_config, model_profiles, secret_keys

OLD, NEW, LOST = (Fernet.generate_key().decode() for _ in range(3))
PEM = "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\n"


@pytest.fixture
def secrets(db, monkeypatch):
    """An App with two secrets and two models, all under the old key."""
    config = app_config.AppConfig("1", PEM, webhook_secret="hook")
    app_config.save(db, config, [OLD])
    for name in ("a", "b"):
        model_profiles.add(db, [OLD], key=f"key-of-{name}", provider="openai", model_name=name)
    monkeypatch.setenv("DURSOR_ENCRYPTION_KEY", f"{NEW},{OLD}")
    return db


def doctor():
    return [finding.line() for finding in machine.encryption_key(Settings.load())]


def test_everything_is_under_the_first_key_afterwards_and_reads_with_it_alone(dursor, secrets):
    assert any("4 of 4 need an older key" in line and "dursor db rotate-keys" in line for line in doctor())
    done = dursor("db", "rotate-keys")
    assert done.exit_code == 0, done.output
    assert "4 of 4 stored secrets were encrypted anew" in done.stdout
    assert "needed no more" in done.stdout
    assert app_config.load(secrets, [NEW]) == app_config.AppConfig("1", PEM, webhook_secret="hook")
    (one, two) = (row["id"] for row in secrets.execute("SELECT id FROM model_profiles ORDER BY model_name"))
    found = [model_profiles.find(secrets, key, [NEW]) for key in (one, two)]
    assert [profile and profile.key for profile in found] == ["key-of-a", "key-of-b"]
    assert any("the older keys can go" in line for line in doctor())
    assert json.loads(dursor("db", "rotate-keys", "--json").stdout) == {"rotated": 0, "secrets": 4}


def test_one_secret_that_no_key_opens_leaves_all_as_they_are(dursor, secrets):
    model_profiles.add(secrets, [LOST], key="lost-key", provider="google", model_name="c")
    before = "\n".join(secrets.iterdump())
    done = dursor("db", "rotate-keys")
    assert done.exit_code == 1
    assert "1 of 5 stored secrets open with none of the keys" in done.stderr
    assert "\n".join(secrets.iterdump()) == before
    assert any("1 of 5 open with no key" in line for line in doctor())


def test_a_key_that_an_earlier_dursor_kept_in_plain_base64_is_encrypted(dursor, secrets):
    plain = base64.b64encode(PEM.encode()).decode()
    secrets.execute("UPDATE github_app_config SET private_key = ?", (plain,))
    assert secret_keys.count(secrets, [OLD]) == secret_keys.Count(4, 1, 0)
    assert dursor("db", "rotate-keys").exit_code == 0
    assert plain not in "\n".join(secrets.iterdump())
    assert app_config.load(secrets, [NEW]) == app_config.AppConfig("1", PEM, webhook_secret="hook")


def test_without_a_key_it_says_which_setting(dursor, db):
    done = dursor("db", "rotate-keys")
    assert done.exit_code == 1
    assert "DURSOR_ENCRYPTION_KEY" in done.stderr


def test_a_reader_beside_it_never_sees_a_half_rotated_database(dursor, secrets):
    secrets.execute("BEGIN")
    before = secrets.execute("SELECT api_key_encrypted FROM model_profiles").fetchall()
    assert dursor("db", "rotate-keys").exit_code == 0
    assert secrets.execute("SELECT api_key_encrypted FROM model_profiles").fetchall() == before
    secrets.execute("COMMIT")
    assert secret_keys.count(secrets, [NEW, OLD]).old == 0
