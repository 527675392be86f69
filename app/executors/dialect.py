"""How one agent's program is started and understood: what `agent` needs of each of them. Knows no process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.executors import base, outcome

_DENIALS = 100


class Unable(Exception):
    """The program would not work as it is asked to; the text is for people."""


@dataclass(frozen=True, slots=True)
class Launch:
    """What to start; `files` are written first, below the state directory, by their relative path.

    Those in `secret` are removed when the program has ended.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str]
    stdin: str
    files: Mapping[str, str] = field(default_factory=dict)
    secret: tuple[str, ...] = ()


@dataclass(slots=True)
class Told:
    """What the agent has told so far. `succeeded` is None until its last event; tokens are as it counts them.

    `pending` is text that comes in pieces, until it is whole. `has_acted` once it used a tool. `lost_session` says
    that the session to go on with is not there.
    """

    said_all: asyncio.Event = field(default_factory=asyncio.Event)
    succeeded: bool | None = None
    kind: base.Kind | None = None
    error: str | None = None
    session_id: str | None = None
    summary: str = ""
    pending: str = ""
    has_acted: bool = False
    lost_session: bool = False
    structured: Mapping[str, Any] | None = None
    counted: dict[str, int] = field(default_factory=dict)
    cost_usd: float | None = None
    denials: list[str] = field(default_factory=list)
    retry_after: float | None = None

    def end(self, *, succeeded: bool) -> None:
        """Its last event came."""
        self.succeeded = succeeded
        self.said_all.set()

    def deny(self, tool: str, why: str) -> base.Denied:
        """It was not allowed to use a tool."""
        if len(self.denials) < _DENIALS:
            self.denials.append(tool)
        return base.Denied(tool, why)


class Dialect(Protocol):
    """One program's ways."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str:
        """What people call it."""
        ...

    @property
    def counts_session(self) -> bool:
        """Whether its tokens are counted from the session's beginning, and not the run's."""
        ...

    @property
    def litter(self) -> tuple[str, ...]:
        """Directories that it may leave in a worktree, empty."""
        ...

    def launch(self, program: Sequence[str], request: base.Request) -> Launch:
        """The command for one run of `program`. Raises `Unable`."""
        ...

    def read(self, event: Mapping[str, Any], told: Told, request: base.Request) -> Iterator[base.Event]:
        """Take one event in; unknown ones change nothing. Texts need not be redacted."""
        ...

    def hear(self, line: str, told: Told) -> Iterator[base.Event]:
        """Take in one line of standard error: what of it people should read."""
        ...

    def explain(self, told: Told, ended: outcome.Exit, stderr: str) -> tuple[base.Kind, str]:
        """What went wrong, where no event said so: from the exit code and the end of standard error."""
        ...


def silent_end(ended: outcome.Exit, stderr: str) -> tuple[base.Kind, str]:
    """What can be said of a program that ended without its last event."""
    if ended.problem:
        return "exit", ended.problem
    said = next((line for line in reversed(stderr.splitlines()) if line.strip()), "nothing")
    return "protocol", f"exit code {ended.code}, no result; it said last: {said.strip()}"
