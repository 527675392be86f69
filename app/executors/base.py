"""The one interface of everything that can work on a worktree: a request, events, one result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, Protocol

from app.executors import sandbox

Mode = Literal["edit", "review"]
Output = Literal["text", "sarif"]
Stream = Literal["stdout", "stderr", "dursor"]
Status = Literal["completed", "failed", "canceled", "timed_out"]

# Why a result is not "completed". `auth`, `rate_limit`, `server`, `network`: the model's provider. `limit`: turns
# or money given to the run are spent. `schema`: the answer is not what was asked for.
Kind = Literal[
    "auth", "rate_limit", "server", "network", "limit", "schema", "protocol", "exit", "start", "timeout", "idle", "lost"
]

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Access:
    """Where an agent reaches its model's provider, and the key it shows there; None is the agent's own default.

    `base_url` is what the provider's own clients call so. `provider` is a name of `executors.providers`.
    """

    base_url: str | None = None
    key: str | None = field(default=None, repr=False)
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class Codes:
    """Which exit codes of a command mean that it changed (or found) something, and which that there was nothing."""

    changed: frozenset[int]
    nothing: frozenset[int]


@dataclass(frozen=True, slots=True)
class Request:
    """What to do, where, and within which bounds.

    `worktree` is the tree to work on; `state_dir` is private to the task (HOME, TMPDIR, session store)
    and must outlive the run for a later `session_id` to be resumed. `argv` and `codes` are for the
    `command` executor only. `env` is added to an environment built from nothing, so it names everything that
    the program gets beyond that, a model's key included. `idle_seconds` bounds the time without a
    byte of output. `schema` is the JSON schema that a structured answer must satisfy. `counted` is what the
    session had consumed before, for agents that count from its beginning. `contained` says that `box`, what every
    program of the run is put into, holds: then an agent may run programs.
    """

    run_id: str
    attempt: int
    worktree: Path
    state_dir: Path
    instruction: str
    mode: Mode
    timeout_seconds: float
    argv: tuple[str, ...] = ()
    codes: Codes | None = None
    env: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    idle_seconds: float | None = None
    session_id: str | None = None
    model: str | None = None
    schema: Mapping[str, Any] | None = None
    output: Output = "text"
    access: Access = field(default_factory=Access)
    max_turns: int | None = None
    max_usd: float | None = None
    counted: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    contained: bool = False
    box: sandbox.Sandbox = field(default_factory=sandbox.Sandbox)


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line for the log, redacted, without colours and control characters."""

    text: str
    stream: Stream


@dataclass(frozen=True, slots=True)
class ToolUse:
    """An agent used one of its tools; `detail` is short and redacted."""

    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What the run has consumed so far, tokens since its own beginning (not the session's).

    `cached_tokens` are among `input_tokens`; so are they in a `Result`.
    """

    input_tokens: int
    output_tokens: int
    cached_tokens: int = 0
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What an agent said to people, redacted."""

    text: str


@dataclass(frozen=True, slots=True)
class Retry:
    """The agent tries its provider once more; `why` is redacted."""

    why: str


@dataclass(frozen=True, slots=True)
class Denied:
    """The agent was not allowed to use a tool as it wanted."""

    name: str
    detail: str


Event = LogLine | ToolUse | Usage | Said | Retry | Denied
Emit = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Result:
    """How a run ended. Every text in it is redacted.

    `output` is what the program wrote for machines (SARIF, at most 10 MB) or the beginning of what it
    wrote for people. `error` says what went wrong and what can be done; it is None when completed.
    `structured` satisfies the schema that was asked for. `usage` is this run's own, `counted` what the session
    has consumed since its beginning. `retry_after` are the seconds after which a provider's limit ends.
    `is_unchanged`: it says itself that there was nothing to do.
    """

    status: Status
    summary: str
    kind: Kind | None = None
    output: str = ""
    session_id: str | None = None
    usage: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    cost_usd: float | None = None
    exit_code: int | None = None
    error: str | None = None
    duration_seconds: float = 0.0
    structured: Mapping[str, Any] | None = None
    counted: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    cost_is_estimate: bool = False
    denials: tuple[str, ...] = ()
    retry_after: float | None = None
    is_unchanged: bool = False


class Executor(Protocol):
    """A coding agent or any other program."""

    @property
    def name(self) -> str: ...

    async def run(self, request: Request, emit: Emit) -> Result:
        """Work on the worktree; what goes wrong is in the result, never an exception.

        Cancelling the task stops the work: CancelledError leaves only when every process of the run
        is dead.
        """
        ...
