"""What the agent asks of a model, whoever provides it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from app.executors import base
from app.executors.patch_agent.conversation import Message

Stop = Literal["end", "length", "refused"]
"""Why a model stopped: done with this turn, cut at its longest answer, or not willing."""

MAX_OUTPUT = 16_000
"""Tokens of one answer: a file of about sixty kilobytes."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as it is offered to a model; `schema` is the JSON schema of its arguments."""

    name: str
    description: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A model calls a tool; `arguments` is None where they were no JSON object."""

    id: str
    name: str
    arguments: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one answer; those that came from the provider's cache are among `input`."""

    input: int = 0
    output: int = 0
    cached: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `native` is it in the provider's own form, to be sent back as it was."""

    text: str
    calls: tuple[Call, ...]
    stop: Stop
    usage: Usage
    native: Sequence[Mapping[str, Any]]


class Failure(Exception):
    """The run cannot go on as it is; the text says why. `retry_after` is in seconds, where it was told.

    `passing`: the same request may be answered later; `too_long`: one with less in it may.
    """

    def __init__(
        self,
        kind: base.Kind,
        words: str,
        *,
        retry_after: float | None = None,
        passing: bool = False,
        too_long: bool = False,
    ) -> None:
        super().__init__(words)
        self.kind = kind
        self.retry_after = retry_after
        self.passing = passing
        self.too_long = too_long


class Model(Protocol):
    """A conversation's other side."""

    async def send(
        self, system: str, messages: Sequence[Message], tools: Sequence[Tool], heard: Callable[[], None]
    ) -> Reply:
        """The model's next answer; `heard` is called for every event that comes. Raises what its client raises."""
        ...
