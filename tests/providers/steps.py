"""What a script is made of: what a model says and calls, and the ways in which its provider fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Damage = Literal[
    "garbage",  # 200, and events that are no JSON
    "empty",  # 200, and a stream that ends at once
    "html",  # 200, and a page such as proxies make
    "truncate",  # half of the events, then the connection is cut
    "nofinish",  # half of the events, then a clean end
    "reset",  # the connection is cut before any answer
    "sse_error",  # the stream begins, then tells an error in the protocol's own way
]


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one answer, as they go over the wire: Anthropic's `input` is without the cached ones."""

    input: int = 1200
    output: int = 45
    cached: int = 300


@dataclass(frozen=True, slots=True)
class Say:
    """The model says a text."""

    text: str


@dataclass(frozen=True, slots=True)
class Tool:
    """The model calls a tool of the agent; `raw` is what stands for its arguments where they are no JSON (OpenAI)."""

    name: str
    args: Mapping[str, Any] = field(default_factory=dict)
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class Patch:
    """The model calls a tool that takes free text and not JSON; OpenAI's protocol only."""

    text: str
    name: str = "apply_patch"


Part = Say | Tool | Patch


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer of several parts, or with its own count of tokens."""

    parts: tuple[Part, ...]
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class Refuse:
    """The model declines to answer, in the protocol's own way."""

    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class Status:
    """An HTTP error; the body is in the provider's own form unless one is given."""

    code: int
    headers: Mapping[str, str] = field(default_factory=dict)
    message: str = "the stand-in was told to fail"
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """An answer that is none."""

    kind: Damage


@dataclass(frozen=True, slots=True)
class Silence:
    """The answer begins, and then nothing comes for so many seconds, or until the agent goes away."""

    seconds: float = 600


Once = Part | Turn | Refuse | Status | Broken | Silence


@dataclass(frozen=True, slots=True)
class Always:
    """One step for this request and all that follow."""

    step: Once


Step = Once | Always
