"""No credential of the server's is found by a program that looks everywhere, at each level there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.executors import sandbox
from tests.executors import agent_scenarios, canaries


@pytest.fixture
def planted(tmp_path: Path) -> canaries.Canaries:
    return canaries.Canaries(tmp_path)


@pytest.mark.parametrize("level", sandbox.levels())
def test_a_hunter_finds_what_the_level_is_said_to_leave_open_and_nothing_else(
    planted: canaries.Canaries, level: sandbox.Level
) -> None:
    found = planted.hunted(level)

    assert found.keys() <= canaries.may_be_found(level), found


@pytest.mark.parametrize("agent", agent_scenarios.WAYS)
def test_a_hunter_that_a_real_agent_runs_finds_no_more(planted: canaries.Canaries, agent: str) -> None:
    level = sandbox.level()
    if level in {"namespaces", "landlock"}:  # elsewhere agents run no programs
        assert planted.hunted(level, agent).keys() <= canaries.may_be_found(level)


def test_a_hunter_without_containment_finds_everything(planted: canaries.Canaries) -> None:
    assert planted.hunted("none").keys() == canaries.EVERYWHERE


def test_a_hunter_under_the_guards_alone_finds_files_but_neither_environment_nor_memory(
    planted: canaries.Canaries,
) -> None:
    found = planted.hunted("subreaper")

    assert found.keys() >= canaries.FILES.keys()
    assert not found.keys() & canaries.PROCESS, found
