"""Directories for a run, a runner of programs in them, and a marker to find processes by."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.executors import agent_scenarios, programs, sarif_samples


@pytest.fixture
def worktree(tmp_path: Path) -> Path:
    path = tmp_path / "worktree"
    path.mkdir()
    return path


@pytest.fixture
def state_dir(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def runner(worktree: Path, state_dir: Path) -> programs.Runner:
    return programs.Runner(worktree, state_dir)


@pytest.fixture
def marker() -> programs.Marker:
    return programs.Marker()


@pytest.fixture
def tree(worktree: Path) -> Path:
    """A worktree with one file, whose name has a space in it."""
    (worktree / "pkg").mkdir()
    (worktree / "pkg/a b.py").write_text(sarif_samples.SOURCE)
    return worktree


@pytest.fixture(params=agent_scenarios.WAYS)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> agent_scenarios.Bench:
    """Each of the real agents, contained as well as this machine can."""
    return agent_scenarios.Bench(agent_scenarios.WAYS[request.param], tmp_path)
