"""A reviewer never learns what the coder thought: not by its instruction or a session, and not by looking for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.lifecycle.run import Phase
from tests import agent_programs, providers
from tests.providers import Say, Tool, Turn
from tests.providers.request import Request
from tests.providers.steps import Once, Part
from tests.stories import agents, scenes
from tests.stories import server as servers
from tests.stories.test_executors import WAYS, opened

CANARY = "canary-of-the-coder-7c1f"

LOOKS: Mapping[str, Callable[[Path], Once]] = {
    "claude_code": lambda path: Tool("Read", {"file_path": str(path)}),
    "codex": lambda path: Tool("exec_command", {"cmd": f"cat '{path}'", "yield_time_ms": 10_000}),
    "gemini": lambda path: Tool("read_file", {"file_path": str(path)}),
    "patch_agent": lambda path: Tool("read", {"path": f"../../state/{path.parent.name}/{path.name}"}),
}
"""How the model of each agent would read a file that is not the reviewer's."""


@dataclass(slots=True)
class Model:
    """As coder it says the canary before and after its work; as reviewer it goes looking for it."""

    name: str
    folder: Path
    coder: list[Request] = field(default_factory=list)
    reviewer: list[Request] = field(default_factory=list)
    kept: list[Path] = field(default_factory=list)

    def __call__(self, request: Request) -> Once:
        if "Review the change below." in request.text:
            self.reviewer.append(request)
            self.kept = self.kept or self.with_canary("state")
            steps = [LOOKS[self.name](self.kept[0]), WAYS[self.name].answer, Say("Done.")]
            return steps[min(len(self.reviewer), 3) - 1]
        self.coder.append(request)
        trees = [path for path in (self.folder / "worktrees").iterdir() if not path.name.startswith(".")]
        first, *more = WAYS[self.name].edits(str(max(trees, key=lambda path: path.name) / "a.py"))
        assert isinstance(first, Part)
        edits: list[Once] = [Turn((Say(f"{CANARY}: I shall guess."), first)), *more, Say(f"{CANARY}: I guessed.")]
        return edits[min(len(self.coder), len(edits)) - 1]

    def with_canary(self, below: str) -> list[Path]:
        """The files under a directory of the server's that hold the canary."""
        files = (path for path in (self.folder / below).rglob("*") if path.is_file())
        return [path for path in files if CANARY.encode() in path.read_bytes()]


@pytest.mark.parametrize("name", WAYS)
async def test_nothing_that_the_coder_said_reaches_the_reviewers_model(hub, tmp_path, monkeypatch, name):
    for program in ("claude", "codex", "gemini"):
        monkeypatch.setenv(f"DURSOR_{program.upper()}_BIN", agent_programs.command(program)[-1])
    way, model = WAYS[name], Model(name, tmp_path / "data")
    async with servers.running(hub, tmp_path / "data") as server, providers.serve(model) as standin:
        agents.add_model(server.world.settings, way.provider, way.model, standin.url + way.path)
        pull = await opened(hub, name, name)
        await server.until(pull, phase=Phase.COMPLETED)
        (run,) = await scenes.rows(server, "SELECT summary, logs, session_id FROM runs")
        (review,) = await scenes.rows(server, "SELECT status, overall_summary, logs FROM reviews")

    assert CANARY in run["summary"]
    assert CANARY in run["logs"]
    assert run["session_id"]
    assert model.kept, "the coder's session was to be found"
    assert review["status"] == "succeeded"
    assert len(model.reviewer) >= 2, "the reviewer was to look for it"
    assert [request for request in model.reviewer if CANARY in request.text] == []
    assert CANARY not in review["logs"]
    assert not [path for path in model.with_canary("state") if ".review" in str(path)]
