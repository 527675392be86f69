"""Which executors there are, by the names that `.github/dursor.yml` uses."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from app import errors
from app.executors import base, command, guard

AGENTS = ("patch_agent", "claude_code", "codex", "gemini")


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether an executor can start here; `detail` says why not, or what holds."""

    name: str
    ok: bool
    detail: str


def find(name: str, commands: Collection[str] = ()) -> base.Executor:
    """The executor called `name`; `commands` are the names under `commands:` in the configuration.

    Raises ConfigError, in words for the person who wrote the name.
    """
    kind, colon, which = name.partition(":")
    if kind == "command" and colon:
        if which in commands:
            return command.Command(name=name)
        known = ", ".join(sorted(commands)) or "none"
        raise errors.ConfigError(f"There is no command {which!r} under `commands:` (there is: {known}).")
    if name in AGENTS:
        raise errors.ConfigError(f"The executor {name} is not available in this version; use command:NAME.")
    raise errors.ConfigError(f"There is no executor {name!r}; use command:NAME.")


def available() -> list[Availability]:
    """Every kind of executor, for `/status` and `dursor doctor`."""
    level = guard.containment()
    detail = {
        "subreaper": "nothing outlives a run (subreaper)",
        "process-group": "programs that detach themselves outlive a run (process group only)",
    }[level]
    missing = [Availability(name, ok=False, detail="not available in this version") for name in AGENTS]
    return [Availability("command", ok=True, detail=detail), *missing]
