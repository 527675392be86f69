"""What was said between the agent and a model, and how it is cut to what the model can hold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

CUT = "[This result was removed to save room. Call the tool again if you need it.]"
_ROOM_AFTER_A_CUT = 0.6  # cutting changes what the provider has cached, so it is done seldom and then thoroughly


class User(BaseModel):
    """What the model is told to do."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    role: Literal["user"] = "user"
    text: str


class Answer(BaseModel):
    """What the model said, in its provider's own form."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    role: Literal["model"] = "model"
    native: list[dict[str, Any]]


class Result(BaseModel):
    """What a tool gave back for the call `id`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    name: str
    text: str
    is_error: bool = False


class Results(BaseModel):
    """What the tools gave back for the calls of one answer, in their order."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    role: Literal["tools"] = "tools"
    results: list[Result]


Message = Annotated[User | Answer | Results, Field(discriminator="role")]


def size(messages: Sequence[Message]) -> int:
    """Characters of all messages as they are sent, about."""
    return sum(map(_size, messages))


def fitted(messages: Sequence[Message], room: int) -> list[Message]:
    """`messages` within `room` characters where that is possible: the oldest results go first, then whole turns.

    The first and the last thing that the model was told stay, and so does the last turn.
    """
    kept = list(messages)
    if size(kept) <= room:
        return kept
    room = int(room * _ROOM_AFTER_A_CUT)
    for index in range(_last_turn(kept)):
        if size(kept) <= room:
            break
        message = kept[index]
        if isinstance(message, Results):
            kept[index] = Results(results=[_cut(result) for result in message.results])
    while size(kept) > room and (oldest := _oldest(kept)) is not None:
        del kept[oldest : oldest + (2 if isinstance(kept[oldest + 1], Results) else 1)]
    return kept


def _oldest(messages: Sequence[Message]) -> int | None:
    """The first message that can go, a call with its results; None where only the needed ones are left."""
    told = max(index for index, message in enumerate(messages) if isinstance(message, User))
    return next((index for index in range(1, _last_turn(messages)) if index != told), None)


def _last_turn(messages: Sequence[Message]) -> int:
    """Where the last answer stands that has something after it, or the last message."""
    answers = [index for index, message in enumerate(messages[:-1]) if isinstance(message, Answer)]
    return answers[-1] if answers and isinstance(messages[-1], Results) else len(messages) - 1


def _cut(result: Result) -> Result:
    return result if len(result.text) <= len(CUT) else result.model_copy(update={"text": CUT})


def _size(message: Message) -> int:
    match message:
        case User(text=text):
            return len(text)
        case Answer(native=native):
            return len(json.dumps(native, ensure_ascii=False))
        case Results(results=results):
            return sum(len(result.text) + len(result.name) + len(result.id) for result in results)
