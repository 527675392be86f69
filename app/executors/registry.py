"""Which executors there are, by the names that `.github/dursor.yml` uses."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app import errors
from app.executors import base, binaries, command, sandbox
from app.executors.agent import Agent
from app.executors.claude_code import ClaudeCode
from app.executors.codex import Codex
from app.executors.dialect import Dialect
from app.executors.gemini import Gemini
from app.executors.patch_agent import PatchAgent

AGENTS = ("patch_agent", "claude_code", "codex", "gemini")

_DIALECTS: Mapping[str, Dialect] = {one.name: one for one in (ClaudeCode(), Codex(), Gemini())}


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether an executor can start here; `detail` says why not, or what holds."""

    name: str
    ok: bool
    detail: str


def find(name: str, commands: Collection[str] = ()) -> base.Executor:
    """The executor called `name`; `commands` are the names under `commands:` in the configuration.

    Blocks for seconds the first time that an agent's program is asked for its version. Raises ConfigError, in words
    for the person who wrote the name or who runs the server.
    """
    kind, colon, which = name.partition(":")
    if kind == "command" and colon:
        if which in commands:
            return command.Command(name=name)
        known = ", ".join(sorted(commands)) or "none"
        raise errors.ConfigError(f"There is no command {which!r} under `commands:` (there is: {known}).")
    if name == "patch_agent":
        return PatchAgent()
    if name in _DIALECTS:
        return Agent(_DIALECTS[name], binaries.find(name, os.environ).argv_prefix)
    raise errors.ConfigError(f"There is no executor {name!r}; use command:NAME or one of {', '.join(AGENTS)}.")


_LEVELS: dict[sandbox.Level, str] = {
    "namespaces": "contained by namespaces: it sees its worktree and the system's files, no other process",
    "landlock": "contained by Landlock: it reads its worktree and the system's files, nothing else",
    "subreaper": "no sandbox: it has the rights of the server's user, and nothing outlives a run (subreaper)",
    "process-group": "no sandbox, and programs that detach themselves outlive a run (process group only)",
}


def available(level: sandbox.Level) -> list[Availability]:
    """Every kind of executor under this containment, for `/status` and `dursor doctor`. Blocks, as `find` does."""
    return [
        Availability("command", ok=True, detail=_LEVELS[level]),
        Availability("patch_agent", ok=True, detail="runs no programs: it edits files by itself"),
        *map(_program, _DIALECTS),
    ]


def _program(name: str) -> Availability:
    title = binaries.KNOWN[name].title
    try:
        found = binaries.find(name, os.environ)
    except errors.ConfigError as error:
        return Availability(name, ok=False, detail=str(error))
    return Availability(name, ok=True, detail=f"{title} {found.version} at {found.path}")
