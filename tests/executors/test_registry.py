"""Names of executors, as a repository's configuration writes them."""

from __future__ import annotations

import pytest

from app import errors
from app.executors import guard, registry


def test_a_command_of_the_configuration_is_found_by_its_name() -> None:
    assert registry.find("command:autofix", {"autofix", "lint"}).name == "command:autofix"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("command:missing", r"no command 'missing' under `commands:` \(there is: autofix, lint\)"),
        ("command:", "no command ''"),
        ("command", "no executor 'command'; use command:NAME"),
        ("claude_code", "claude_code is not available in this version; use command:NAME"),
        ("patch_agent", "patch_agent is not available in this version"),
        ("emacs", "no executor 'emacs'"),
    ],
)
def test_a_name_that_does_not_work_is_refused_in_words(name: str, says: str) -> None:
    with pytest.raises(errors.ConfigError, match=says):
        registry.find(name, {"lint", "autofix"})


def test_what_is_available_is_told_with_its_containment() -> None:
    available = {entry.name: entry for entry in registry.available()}

    assert available["command"].ok
    assert guard.containment().partition("-")[0] in available["command"].detail
    assert not available["codex"].ok
