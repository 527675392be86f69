"""The settings: every variable of the contract, its default, Probot's names, and errors that keep secrets."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from app import redact
from app.config import Settings
from app.errors import ConfigError

KEY, OTHER_KEY = (base64.urlsafe_b64encode(bytes([n] * 32)).decode() for n in (1, 2))  # as Fernet wants them
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\n"

VARIABLES = {
    "DATA_DIR": ("/var/lib/dursor", "data_dir", Path("/var/lib/dursor"), Path("data")),
    "DATABASE": ("/var/lib/x.db", "database_path", Path("/var/lib/x.db"), Path("data/dursor.db")),
    "HOST": ("0.0.0.0", "host", "0.0.0.0", "127.0.0.1"),
    "PORT": ("9000", "port", 9000, 8000),
    "PUBLIC_URL": ("https://d.example.com/", "public_url", "https://d.example.com", None),
    "GITHUB_API_URL": ("https://g.example.com/api/v3/", "github_api_url", "https://g.example.com/api/v3", "https://api.github.com"),
    "GITHUB_APP_ID": ("12", "github_app_id", "12", None),
    "GITHUB_INSTALLATION_ID": ("34", "github_installation_id", 34, None),
    "LOG_LEVEL": ("DEBUG", "log_level", "debug", "info"),
    "LOG_FORMAT": ("console", "log_format", "console", "json"),
    "MAX_PARALLEL_RUNS": ("7", "max_parallel_runs", 7, 2),
    "SWEEP_SECONDS": ("60", "sweep_seconds", 60, 300),
    "SETTLE_SECONDS": ("1.5", "settle_seconds", 1.5, 15),
    "MAX_MODE": ("semi_auto", "max_mode", "semi_auto", "full_auto"),
    "REPO_COMMANDS": ("forbid", "repo_commands", "forbid", "allow"),
    "COMMAND_ENV": ("REGION, STAGE", "command_env", ("REGION", "STAGE"), ()),
    "MAX_RUN_MINUTES": ("20", "max_run_minutes", 20, 240),
    "MAX_PULL_REQUEST_USD": ("20", "max_pull_request_usd", 20, None),
    "MAX_MONTH_USD": ("99.5", "max_month_usd", 99.5, None),
    "SANDBOX": ("off", "sandbox", "off", "auto"),
    "SANDBOX_READABLE": ("/srv/a, /srv/b", "sandbox_readable", (Path("/srv/a"), Path("/srv/b")), ()),
    "WORKER_ENGINE_URL": ("temporal://host:7233", "worker_engine_url", "temporal://host:7233", None),
}  # fmt: skip
SECRETS = {
    "WEBHOOK_SECRET": "a webhook secret",
    "ENCRYPTION_KEY": KEY,
    "ADMIN_TOKEN": "an admin token",
    "GITHUB_PRIVATE_KEY": PEM,
}
WRONG = {
    "PORT": "65536", "GITHUB_INSTALLATION_ID": "mine", "LOG_LEVEL": "shout", "LOG_FORMAT": "xml",
    "MAX_PARALLEL_RUNS": "0", "SWEEP_SECONDS": "never", "SETTLE_SECONDS": "-1", "SANDBOX": "maybe",
    "SANDBOX_READABLE": "tools", "COMMAND_ENV": "STAGE,DURSOR_ADMIN_TOKEN",
    "MAX_MODE": "more", "REPO_COMMANDS": "some", "MAX_RUN_MINUTES": "long",
    "MAX_PULL_REQUEST_USD": "-7", "MAX_MONTH_USD": "lots",
    "ENCRYPTION_KEY": f"{KEY},not-a-fernet-key", "PUBLIC_URL": "d.example.com",
    "GITHUB_API_URL": "http://api.github.com",
}  # fmt: skip


@pytest.fixture(autouse=True)
def bare(tmp_path, monkeypatch):
    """Nothing of the machine's own settings, in a folder without `.env`."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("DURSOR_") or name in {"PORT", "APP_ID", "PRIVATE_KEY", "WEBHOOK_SECRET"}:
            monkeypatch.delenv(name)


@pytest.mark.parametrize(("name", "case"), VARIABLES.items())
def test_a_variable_has_its_default_and_is_read_from_the_environment_and_from_env(name, case, monkeypatch, tmp_path):
    text, field, wanted, default = case
    assert getattr(Settings.load(), field) == default
    (tmp_path / ".env").write_text(f"DURSOR_{name}={text}\nOTHER_PROGRAMS={text}\n")
    assert getattr(Settings.load(), field) == wanted
    (tmp_path / ".env").write_text(f"DURSOR_{name}=nonsense\n")
    monkeypatch.setenv(f"DURSOR_{name}", text)
    assert getattr(Settings.load(), field) == wanted
    monkeypatch.setenv(f"DURSOR_{name}", "")
    (tmp_path / ".env").unlink()
    assert getattr(Settings.load(), field) == default


def test_every_setting_is_one_of_the_contract():
    assert {name.lower() for name in VARIABLES | SECRETS} == Settings.model_fields.keys()


@pytest.mark.parametrize(("name", "value"), WRONG.items())
def test_a_wrong_value_is_an_error_that_names_the_variable_and_not_the_value(name, value, monkeypatch):
    monkeypatch.setenv(f"DURSOR_{name}", value)
    with pytest.raises(ConfigError) as wrong:
        Settings.load()
    assert f"DURSOR_{name}" in str(wrong.value)
    assert value not in str(wrong.value)
    assert wrong.value.__cause__ is None


def test_all_wrong_values_are_named_at_once(monkeypatch):
    for name, value in WRONG.items():
        monkeypatch.setenv(f"DURSOR_{name}", value)
    with pytest.raises(ConfigError) as wrong:
        Settings.load()
    assert all(f"DURSOR_{name}" in str(wrong.value) for name in WRONG)


@pytest.mark.parametrize(
    ("theirs", "ours", "field"),
    [
        ("APP_ID", "GITHUB_APP_ID", "github_app_id"),
        ("PRIVATE_KEY", "GITHUB_PRIVATE_KEY", "github_private_key"),
        ("WEBHOOK_SECRET", "WEBHOOK_SECRET", "webhook_secret"),
        ("PORT", "PORT", "port"),
    ],
)
def test_probot_s_names_count_where_ours_are_absent(theirs, ours, field, monkeypatch):
    def value():
        found = getattr(Settings.load(), field)
        found = found[0] if isinstance(found, tuple) else found
        return str(found.get_secret_value() if hasattr(found, "get_secret_value") else found)

    monkeypatch.setenv(theirs, "111")
    assert value() == "111"
    monkeypatch.setenv(f"DURSOR_{ours}", "222")
    assert value() == "222"
    monkeypatch.setenv(f"DURSOR_{ours}", "")
    assert value() == "111"


def test_a_wrong_port_of_the_platform_is_named_as_it_may_be_called(monkeypatch):
    monkeypatch.setenv("PORT", "http")
    with pytest.raises(ConfigError, match="DURSOR_PORT or PORT"):
        Settings.load()


def test_secrets_are_in_no_text_of_the_settings_and_registered_for_redaction(monkeypatch):
    for name, value in SECRETS.items():
        monkeypatch.setenv(f"DURSOR_{name}", value)
    settings = Settings.load()
    for value in SECRETS.values():
        assert value not in repr(settings)
        assert value not in str(settings)
        assert value not in settings.model_dump_json()
        assert redact.text(f"<{value.strip()}>") == "<[redacted]>"


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("one secret", ["one secret"]),
        (" padded \n", ["padded"]),
        ("with, a comma", ["with, a comma"]),
        ("a" * 16 + " ," + "b" * 16, ["a" * 16 + " ," + "b" * 16, "a" * 16, "b" * 16]),
        ("a" * 16 + "," + "b" * 15, ["a" * 16 + "," + "b" * 15]),
        ("  ", []),
    ],
)
def test_two_webhook_secrets_are_for_a_rotation_and_a_comma_may_belong_to_one(value, wanted, monkeypatch):
    monkeypatch.setenv("DURSOR_WEBHOOK_SECRET", value)
    assert [secret.get_secret_value() for secret in Settings.load().webhook_secret] == wanted


def test_several_encryption_keys_are_for_a_rotation(monkeypatch):
    monkeypatch.setenv("DURSOR_ENCRYPTION_KEY", f"{KEY}, {OTHER_KEY},")
    assert [key.get_secret_value() for key in Settings.load().encryption_key] == [KEY, OTHER_KEY]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://g.example.com", "http://g.example.com/api/v3", "https://", "https://me:pw@g.example.com",
        "https://g.example.com?a=b", "http://127.0.0.1.example.com/api/v3", "g.example.com", "http://localhost@x.com",
    ],
)  # fmt: skip
def test_github_is_spoken_to_over_https_only(url, monkeypatch):
    monkeypatch.setenv("DURSOR_GITHUB_API_URL", url)
    with pytest.raises(ConfigError, match="DURSOR_GITHUB_API_URL"):
        Settings.load()


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/api/v3", "http://localhost:1/api/v3", "http://[::1]:1/api/v3"])
def test_a_github_on_this_machine_may_speak_http(url, monkeypatch):
    monkeypatch.setenv("DURSOR_GITHUB_API_URL", url)
    assert Settings.load().github_api_url == url


def test_a_private_key_may_be_text_one_line_or_a_file(tmp_path, monkeypatch):
    assert Settings.load().private_key_pem() is None
    (tmp_path / "key.pem").write_text(PEM)
    monkeypatch.setenv("HOME", str(tmp_path))
    for value in (PEM, PEM.replace("\n", "\\n"), str(tmp_path / "key.pem"), "key.pem", "~/key.pem"):
        monkeypatch.setenv("DURSOR_GITHUB_PRIVATE_KEY", value)
        assert Settings.load().private_key_pem() == PEM


@pytest.mark.parametrize("value", ["missing.pem", "folder", "binary", "empty", "x" * 5000, "~nobody/key", "a\\0b"])
def test_a_private_key_that_cannot_be_read_is_said_without_its_value(value, tmp_path, monkeypatch):
    (tmp_path / "folder").mkdir()
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (tmp_path / "empty").touch()
    monkeypatch.setenv("DURSOR_GITHUB_PRIVATE_KEY", value)
    with pytest.raises(ConfigError, match="DURSOR_GITHUB_PRIVATE_KEY") as wrong:
        Settings.load().private_key_pem()
    assert value not in str(wrong.value)


def test_an_env_file_that_is_no_text_is_said(tmp_path):
    (tmp_path / ".env").write_bytes(b"DURSOR_HOST=\xff\xfe")
    with pytest.raises(ConfigError, match=r"\.env cannot be read"):
        Settings.load()
