"""Where executor runs happen: the seam between the server, which decides, and whatever machine does the work.

A request without secrets goes out, one result comes back. The server keeps the truth: it writes `attempt`
before it submits, and ignores results of other attempts. An engine only transports; it never tries again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Literal, Protocol, TypeVar

import pydantic
from pydantic.dataclasses import dataclass

from app import errors

Name = Annotated[str, pydantic.StringConstraints(min_length=1, max_length=255)]
Attempt = Annotated[int, pydantic.Field(ge=1)]
Seconds = Annotated[float, pydantic.Field(gt=0, allow_inf_nan=False)]
Status = Literal["done", "error", "canceled", "timeout", "lost", "put_off"]

_T = TypeVar("_T")
_CONFIG = pydantic.ConfigDict(strict=True, extra="forbid")


@dataclass(frozen=True, slots=True, config=_CONFIG)
class RunRequest:
    """One run to do. JSON-able, and without secrets: who does it asks the server for those.

    Runs of one `lane` go one after another; `resource` names the limit that it counts against. The
    time limit `timeout_s`, in seconds, begins when the run does. `args` is the executor's business.
    """

    run_id: Name
    attempt: Attempt
    lane: Name
    resource: Name
    timeout_s: Seconds
    args: dict[str, pydantic.JsonValue] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True, config=_CONFIG)
class RunResult:
    """How a run ended. `detail` is redacted, and says why.

    `lost` is a worker that went silent; `put_off` a run that could not be done now. Both may be submitted again.
    """

    run_id: Name
    attempt: Attempt
    status: Status
    detail: str = ""
    args: dict[str, pydantic.JsonValue] = dataclasses.field(default_factory=dict)


Execute = Callable[[RunRequest], Awaitable[RunResult]]
Sink = Callable[[RunResult], Awaitable[None]]


class Engine(Protocol):
    """Takes requests and hands every result to the sink it was made with, once."""

    async def submit(self, request: RunRequest) -> None:
        """Have the run done. The same run and attempt again changes nothing, unless its result lets it be submitted.

        Raises ConfigError for a resource that this engine does not know, Transient when it is closed.
        """
        ...

    async def cancel(self, run_id: str, attempt: int) -> None:
        """Stop it; its result is `canceled` unless it was faster. Nothing happens when it is unknown."""
        ...

    def knows(self, run_id: str, attempt: int) -> bool:
        """Whether its result is still to come."""
        ...

    async def close(self) -> None:
        """Stop everything and report nothing more: what was not reported will be submitted again."""
        ...


def to_dict(value: RunRequest | RunResult) -> dict[str, Any]:
    """`value` as it goes over a wire, for `json.dumps`."""
    return dataclasses.asdict(value)


def request_from(data: Mapping[str, Any]) -> RunRequest:
    """The other side of `to_dict`. Raises Invalid, naming the field, never its value."""
    return _validated(RunRequest, data)


def result_from(data: Mapping[str, Any]) -> RunResult:
    """The other side of `to_dict`. Raises Invalid, naming the field, never its value."""
    return _validated(RunResult, data)


def _validated(kind: Callable[..., _T], data: Mapping[str, Any]) -> _T:
    try:
        return kind(**data)
    except pydantic.ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "message"
        raise errors.Invalid(f"{where}: {first['msg']}") from None
