"""The three real agents on a bench: the same scenarios for each, in the words of its own tools."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.executors import base, sandbox
from app.executors.agent import Agent
from app.executors.claude_code import ClaudeCode
from app.executors.codex import Codex
from app.executors.dialect import Dialect
from app.executors.gemini import Gemini
from tests import agent_programs
from tests.providers import Patch, Provider, Say, Step, Tool

KEY = "a-key-of-this-test"
TASK = "Make the greeting longer."
BEFORE, AFTER = "print('hi')\n", "print('hello world')\n"
SCHEMA = {
    "type": "object",
    "properties": {"verdict": {"type": "string", "enum": ["good", "bad"]}},
    "required": ["verdict"],
    "additionalProperties": False,
}
GOOD, ODD = '{"verdict": "good"}', '{"verdict": "so so"}'


@dataclass(frozen=True, slots=True)
class Way:
    """How one agent is used: `edit` and `shell` are its model's words for these."""

    program: agent_programs.Name
    dialect: Dialect
    model: str
    edit: Callable[[str], Step]
    shell: Callable[[str], Step]
    answer: Callable[[str], Step] = Say
    path: str = ""


def _edit_by(tool: str, **more: str) -> Callable[[str], Step]:
    change = {"old_string": "'hi'", "new_string": "'hello world'", **more}
    return lambda file: Tool(tool, {"file_path": file, **change})


def _patch(file: str) -> Step:
    name = Path(file).name
    return Patch(f"*** Begin Patch\n*** Update File: {name}\n@@\n-{BEFORE}+{AFTER}*** End Patch\n")


def _structured(text: str) -> Step:
    return Tool("StructuredOutput", {"verdict": re.findall(r'"(.*?)"', text)[1]})


WAYS: Mapping[str, Way] = {
    "claude": Way(
        "claude", ClaudeCode(tries=2), "claude-sonnet-4-5", _edit_by("Edit"),
        lambda command: Tool("Bash", {"command": command, "description": "run"}), _structured,
    ),
    "codex": Way(
        "codex", Codex(tries=2), "gpt-5.5", _patch,
        lambda command: Tool("exec_command", {"cmd": command, "yield_time_ms": 60_000}), path="/v1",
    ),
    "gemini": Way(
        "gemini", Gemini(tries=1), "gemini-2.5-pro", _edit_by("replace", instruction="greet all"),
        lambda command: Tool("run_shell_command", {"command": command, "description": "run"}),
    ),
}  # fmt: skip


@dataclass(slots=True)
class Bench:
    """A worktree with a file, a private directory, and an agent to run there."""

    way: Way
    root: Path
    level: sandbox.Level = field(default_factory=sandbox.level)
    events: list[base.Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.worktree.mkdir()
        self.file.write_text(BEFORE)

    @property
    def patient(self) -> Way:
        """The agent as the product has it, with more than one try."""
        return replace(self.way, dialect=type(self.way.dialect)())

    @property
    def worktree(self) -> Path:
        return self.root / "worktree"

    @property
    def file(self) -> Path:
        return self.worktree / "hello.py"

    @property
    def state_dir(self) -> Path:
        return self.root / "state"

    def edits(self) -> list[Step]:
        """The model's turns that change the file: some agents must have read it before."""
        reads = [Tool("Read", {"file_path": str(self.file)})] if self.way.program == "claude" else []
        return [*reads, self.way.edit(str(self.file))]

    def request(self, url: str, **more: Any) -> base.Request:
        box = sandbox.Sandbox(self.level)
        asked = base.Request(
            run_id="run", attempt=1, worktree=self.worktree, state_dir=self.state_dir, instruction=TASK, mode="edit",
            timeout_seconds=agent_programs.SECONDS, idle_seconds=60.0, model=self.way.model,
            access=base.Access(url + self.way.path, KEY), box=box, contained=box.contains,
        )  # fmt: skip
        return replace(asked, **more)

    async def run(self, provider: Provider | str, **more: Any) -> base.Result:
        """One run; its events are in `events`."""
        self.events.clear()
        url = provider if isinstance(provider, str) else provider.url
        agent = Agent(self.way.dialect, agent_programs.command(self.way.program))
        return await agent.run(self.request(url, **more), self.events.append)

    def is_agent(self, number: int) -> bool:
        """Whether a process is the agent's own program, and neither a guard nor a tool."""
        line = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
        return line[0].decode() == agent_programs.command(self.way.program)[0]

    def seen(self, kind: type[base.Event]) -> Sequence[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def log(self) -> str:
        """Everything that people would read of the run."""
        return "\n".join(map(str, self.events))


def processes(word: str) -> list[str]:
    """The command lines in which a word occurs, of every process there is."""
    found = []
    for path in Path("/proc").iterdir():
        if path.name.isdigit() and int(path.name) != os.getpid():
            try:
                line = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            found += [line] if word in line else []
    return found
