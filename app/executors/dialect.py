"""How one agent's program is started and understood: what `agent` needs of each of them. Knows no process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.executors import base, outcome


@dataclass(frozen=True, slots=True)
class Launch:
    """What to start; `files` are written first, below the state directory, by their relative path."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    stdin: str
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Told:
    """What the agent has told so far. `succeeded` is None until its last event; tokens are as it counts them."""

    said_all: asyncio.Event = field(default_factory=asyncio.Event)
    succeeded: bool | None = None
    kind: base.Kind | None = None
    error: str | None = None
    session_id: str | None = None
    summary: str = ""
    structured: Mapping[str, Any] | None = None
    counted: dict[str, int] = field(default_factory=dict)
    cost_usd: float | None = None
    denials: list[str] = field(default_factory=list)
    retry_after: float | None = None

    def end(self, *, succeeded: bool) -> None:
        """Its last event came."""
        self.succeeded = succeeded
        self.said_all.set()


class Dialect(Protocol):
    """One program's ways."""

    @property
    def name(self) -> str: ...

    @property
    def counts_session(self) -> bool:
        """Whether its tokens are counted from the session's beginning, and not the run's."""
        ...

    def launch(self, program: Sequence[str], request: base.Request) -> Launch:
        """The command for one run of `program`."""
        ...

    def read(self, event: Mapping[str, Any], told: Told, request: base.Request) -> Iterator[base.Event]:
        """Take one event in; unknown ones change nothing. Texts need not be redacted."""
        ...

    def explain(self, told: Told, ended: outcome.Exit, stderr: str) -> tuple[base.Kind, str]:
        """What went wrong, where no event said so: from the exit code and the end of standard error."""
        ...
