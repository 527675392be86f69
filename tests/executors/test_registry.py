"""Names of executors, as a repository's configuration writes them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app import errors
from app.executors import registry, sandbox
from tests import agent_programs


def test_a_command_of_the_configuration_is_found_by_its_name() -> None:
    assert registry.find("command:autofix", {"autofix", "lint"}).name == "command:autofix"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("command:missing", r"no command 'missing' under `commands:` \(there is: autofix, lint\)"),
        ("command:", "no command ''"),
        ("command", "no executor 'command'; use command:NAME"),
        ("emacs", "no executor 'emacs'; use command:NAME or one of patch_agent, claude_code"),
    ],
)
def test_a_name_that_does_not_work_is_refused_in_words(name: str, says: str) -> None:
    with pytest.raises(errors.ConfigError, match=says):
        registry.find(name, {"lint", "autofix"})


def test_an_agent_is_found_with_its_program(there) -> None:
    assert {name: registry.find(name).name for name in registry.AGENTS} == {name: name for name in registry.AGENTS}


def test_an_agent_that_is_not_installed_is_refused_in_words(nowhere) -> None:
    with pytest.raises(errors.ConfigError, match="Gemini CLI is not installed: `npm install -g"):
        registry.find("gemini")


@pytest.mark.parametrize(
    ("level", "says"),
    [("namespaces", "by namespaces"), ("landlock", "by Landlock"), ("subreaper", "no sandbox: it has the rights")],
)
def test_what_is_available_is_told_with_its_containment(level: sandbox.Level, says: str, nowhere) -> None:
    available = {entry.name: entry for entry in registry.available(level)}

    assert set(available) == {"command", *registry.AGENTS}
    assert available["command"].ok
    assert says in available["command"].detail
    assert not available["codex"].ok
    assert "is not installed" in available["codex"].detail


def test_agents_that_are_there_are_told_with_their_versions(there) -> None:
    told = {entry.name: entry.detail for entry in registry.available("subreaper") if entry.ok}

    assert told["claude_code"].startswith("Claude Code 2.1.330 at ")
    assert told["codex"].startswith("Codex 0.")
    assert told["gemini"].startswith("Gemini CLI 0.")


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real agents, named by an operator."""
    for name, variable in (("claude", "CLAUDE"), ("codex", "CODEX"), ("gemini", "GEMINI")):
        monkeypatch.setenv(f"DURSOR_{variable}_BIN", agent_programs.command(name)[-1])
    monkeypatch.setenv("PATH", str(Path(agent_programs.command("gemini")[0]).parent), prepend=os.pathsep)


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without agents."""
    for variable in ("CLAUDE", "CODEX", "GEMINI"):
        monkeypatch.delenv(f"DURSOR_{variable}_BIN", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
