"""Where the App's credentials come from: the environment wins, value by value, and half of an App is none."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from app import credentials, encryption
from app.config import Settings
from app.errors import ConfigError
from app.store.app_config import AppConfig

PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIBstored\n-----END RSA PRIVATE KEY-----\n"
OTHER_PEM = PEM.replace("stored", "other")
SECRET, OTHER_SECRET = "a-stored-webhook-secret", "another-webhook-secret"
STORED = AppConfig("12", PEM, "", SECRET, "dursor-octo")


@pytest.fixture
def settings(tmp_path):
    def load(**more):
        return Settings.load(data_dir=tmp_path, **more)

    return load


def test_what_is_stored_is_enough(settings):
    found = credentials.resolve(settings(), STORED)
    assert found is not None
    assert (found.app_id, found.private_key, found.webhook_secrets) == (12, PEM, (SECRET,))
    assert found.where == "the database"


def test_each_value_of_the_environment_wins_over_the_stored_one(settings):
    found = credentials.resolve(settings(github_private_key=OTHER_PEM), STORED)
    assert found is not None
    assert (found.private_key, found.webhook_secrets) == (OTHER_PEM, (SECRET,))
    found = credentials.resolve(settings(webhook_secret=OTHER_SECRET), STORED)
    assert found is not None
    assert (found.private_key, found.webhook_secrets) == (PEM, (OTHER_SECRET,))


def test_nothing_stored_is_taken_for_another_app(settings):
    with pytest.raises(ConfigError, match="only known in part"):
        credentials.resolve(settings(github_app_id="13"), STORED)
    with pytest.raises(ConfigError, match="DURSOR_WEBHOOK_SECRET is not set"):
        credentials.resolve(settings(github_app_id="13", github_private_key=OTHER_PEM), STORED)


def test_without_anything_there_is_no_app(settings):
    assert credentials.resolve(settings(), None) is None


@pytest.mark.parametrize("given", [{"github_app_id": "12"}, {"github_private_key": PEM}, {"webhook_secret": SECRET}])
def test_half_an_app_is_said_to_be_one(settings, given):
    with pytest.raises(ConfigError, match="only known in part"):
        credentials.resolve(settings(**given), None)


def test_secrets_are_not_shown(settings):
    found = credentials.resolve(settings(), STORED)
    assert "MIIB" not in repr(found)
    assert SECRET not in repr(found)


def test_a_new_key_is_made_once_and_found_again(settings):
    assert encryption.keys(settings()) == []
    made = encryption.keys_or_new(settings())
    assert encryption.keys_or_new(settings()) == encryption.keys(settings()) == made


def test_the_environments_key_wins_and_none_is_made(settings, tmp_path):
    key = Fernet.generate_key().decode()
    assert encryption.keys_or_new(settings(encryption_key=key)) == [key]
    assert list(tmp_path.iterdir()) == []


def test_what_a_power_cut_left_of_a_new_key_is_no_key(settings, tmp_path):
    (tmp_path / "encryption.new").write_text("hal")
    [key] = encryption.keys_or_new(settings())
    assert len(key) == 44
    assert [path.name for path in tmp_path.iterdir()] == ["encryption.key"]


def test_a_file_may_hold_several_keys_for_a_rotation(settings, tmp_path):
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    (tmp_path / "encryption.key").write_text(f"{new}\n{old}\n")
    assert encryption.keys(settings()) == [new, old]


@pytest.mark.parametrize("text", ["", "nonsense", "\n\n", "ü"])
def test_a_file_that_holds_no_key_is_an_error_and_is_left_alone(settings, tmp_path, text):
    (tmp_path / "encryption.key").write_text(text)
    for read in (encryption.keys, encryption.keys_or_new):
        with pytest.raises(ConfigError, match=r"encryption\.key"):
            read(settings())
    assert (tmp_path / "encryption.key").read_text() == text


def test_a_directory_that_is_not_there_is_said_in_words(tmp_path):
    with pytest.raises(ConfigError, match="cannot be made"):
        encryption.keys_or_new(Settings.load(data_dir=tmp_path / "nowhere"))
