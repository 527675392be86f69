"""What a server does not start with: each in words that name the setting, and never its value."""

from __future__ import annotations

import logging
import os

import pytest
import structlog
from click.testing import CliRunner

from app import cli
from tests.edge import front as fronts


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """No settings of the machine's own, and logging as it was afterwards."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DURSOR_") or name in {"PORT", "APP_ID"}]:
        monkeypatch.delenv(name)
    root, shapes = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**shapes)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"WEBHOOK_SECRET": None}, "DURSOR_WEBHOOK_SECRET is not set"),
        ({"WEBHOOK_SECRET": " "}, "DURSOR_WEBHOOK_SECRET is not set"),
        ({"GITHUB_APP_ID": None}, "DURSOR_GITHUB_APP_ID"),
        ({"GITHUB_APP_ID": "my-app"}, "DURSOR_GITHUB_APP_ID must be the App's number"),
        ({"GITHUB_APP_ID": "²"}, "DURSOR_GITHUB_APP_ID must be the App's number"),
        ({"GITHUB_PRIVATE_KEY": None}, "DURSOR_GITHUB_PRIVATE_KEY"),
        ({"GITHUB_PRIVATE_KEY": "/no/such/file.pem"}, "neither PEM text nor the path"),
        ({"GITHUB_PRIVATE_KEY": "~nobody-of-that-name/key.pem"}, "neither PEM text nor the path"),
        ({"GITHUB_PRIVATE_KEY": "/dev/null"}, "holds no PEM private key"),
        ({"GITHUB_PRIVATE_KEY": "-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----"}, "private key"),
        ({"PORT": "http"}, "DURSOR_PORT or PORT: "),
        ({"HOST": "no.such.host.invalid"}, "Cannot listen on no.such.host.invalid"),
        ({"GITHUB_API_URL": "http://github.example.com"}, "DURSOR_GITHUB_API_URL: "),
        ({"ENCRYPTION_KEY": "short"}, "DURSOR_ENCRYPTION_KEY: "),
        ({"DATA_DIR": __file__}, "DURSOR_DATA_DIR"),
        ({"DATABASE": "/proc/dursor.db"}, "cannot be opened"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_it_does_not_start_without_what_it_needs_and_says_what_that_is(bare, settings, changed, words):
    for name, value in changed.items():
        settings[f"DURSOR_{name}"] = value
    done = CliRunner().invoke(cli.main, ["serve"], env=settings)
    assert isinstance(done.exception, SystemExit), done.exc_info
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: ")
    assert words in done.stderr
    assert fronts.SECRET not in done.stderr
    assert "nonsense" not in done.stderr
