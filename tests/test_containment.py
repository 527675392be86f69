"""What the settings make of the sandbox: which level, what stays hidden, and when the server does not start."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import containment
from app.config import Settings
from app.doctor import machine
from app.errors import ConfigError
from app.executors import sandbox


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def machine_gives(monkeypatch: pytest.MonkeyPatch, *levels: sandbox.Level) -> None:
    monkeypatch.setattr(sandbox, "levels", lambda: levels)


def test_the_strongest_level_is_taken_unless_it_is_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    machine_gives(monkeypatch, "landlock", "subreaper")

    assert containment.of(Settings.load()).level == "landlock"
    assert containment.of(Settings.load(sandbox="off")).level == "subreaper"


@pytest.mark.parametrize("level", ["landlock", "subreaper", "process-group"])
def test_what_requires_a_sandbox_does_not_start_without_namespaces(
    monkeypatch: pytest.MonkeyPatch, level: sandbox.Level
) -> None:
    machine_gives(monkeypatch, level)
    required = Settings.load(sandbox="required")

    with pytest.raises(ConfigError, match=f"`required`, but all this machine gives is {level}"):
        containment.of(required)
    (finding,) = machine.containment(required)
    assert (finding.state, level in finding.says) == ("failed", True)


def test_what_requires_a_sandbox_starts_with_namespaces(monkeypatch: pytest.MonkeyPatch) -> None:
    machine_gives(monkeypatch, "namespaces", "subreaper")

    assert containment.of(Settings.load(sandbox="required")).level == "namespaces"


def test_everything_the_settings_were_read_from_is_hidden(folder: Path) -> None:
    (folder / ".env").write_text("DURSOR_DATABASE=elsewhere/x.db\nDURSOR_GITHUB_PRIVATE_KEY=keys/app.pem\n")

    hidden = {str(path) for path in containment.of(Settings.load()).hidden}

    names = ["data", "elsewhere/x.db", "elsewhere/x.db-wal", "elsewhere/x.db-shm", "keys/app.pem", ".env"]
    assert hidden == {*(str(folder / name) for name in names), "/run/secrets"}


@pytest.mark.parametrize(
    ("level", "state", "says"),
    [
        ("namespaces", "ok", "namespaces: programs see"),
        ("subreaper", "warning", "no sandbox: programs run with the server's rights"),
        ("process-group", "warning", "no sandbox, and programs that detach themselves"),
    ],
)
def test_the_doctor_says_what_holds(
    monkeypatch: pytest.MonkeyPatch, level: sandbox.Level, state: str, says: str
) -> None:
    machine_gives(monkeypatch, level)

    (finding,) = machine.containment(Settings.load())

    assert (finding.state, says in finding.says) == (state, True)
