"""Anthropic's Messages."""

from __future__ import annotations

import json
from typing import Any

from tests.providers.dialect import Json
from tests.providers.request import Request
from tests.providers.sse import event, halves, identifier
from tests.providers.steps import Part, Refuse, Say, Status, Tool, Turn

_ERRORS = {
    400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error",
    429: "rate_limit_error", 529: "overloaded_error",
}  # fmt: skip


class Messages:
    """The protocol of `/v1/messages`."""

    def whole(self, said: Turn | Refuse, request: Request) -> Json:
        message = _message(said, request, said.usage.output)
        blocks = [_block(part) for part in _parts(said)]
        return {**message, "content": blocks, "stop_reason": _stop(said)}

    def events(self, said: Turn | Refuse, request: Request) -> list[str]:
        frames = [*_begin(said, request)]
        for index, part in enumerate(_parts(said)):
            frames += _block_events(index, part)
        delta = {"stop_reason": _stop(said), "stop_sequence": None}
        return [
            *frames,
            _event("message_delta", delta=delta, usage={"output_tokens": said.usage.output}),
            _event("message_stop"),
        ]

    def began(self, request: Request) -> list[str]:
        return _begin(Refuse(), request)

    def error_event(self) -> str:
        return _event("error", error={"type": "overloaded_error", "message": "Overloaded"})

    def failure(self, status: Status) -> Json:
        kind = _ERRORS.get(status.code, "api_error")
        return {"type": "error", "error": {"type": kind, "message": status.message}, "request_id": identifier("req_")}

    def count(self) -> Json:
        return {"input_tokens": 1000}


def _parts(said: Turn | Refuse) -> tuple[Part, ...]:
    return () if isinstance(said, Refuse) else said.parts


def _stop(said: Turn | Refuse) -> str:
    if isinstance(said, Refuse):
        return "refusal"
    return "tool_use" if any(isinstance(part, Tool) for part in said.parts) else "end_turn"


def _message(said: Turn | Refuse, request: Request, output: int) -> Json:
    usage = {
        "input_tokens": said.usage.input, "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": said.usage.cached, "output_tokens": output,
    }  # fmt: skip
    return {
        "id": identifier("msg_"), "type": "message", "role": "assistant", "model": request.model, "content": [],
        "stop_reason": None, "stop_sequence": None, "usage": usage,
    }  # fmt: skip


def _begin(said: Turn | Refuse, request: Request) -> list[str]:
    return [_event("message_start", message=_message(said, request, 1)), _event("ping")]


def _block(part: Part) -> Json:
    match part:
        case Say(text=text):
            return {"type": "text", "text": text}
        case Tool(name=name, args=args):
            return {"type": "tool_use", "id": identifier("toolu_"), "name": name, "input": dict(args)}
        case _:
            raise TypeError(f"Anthropic's protocol has no {part}")


def _block_events(index: int, part: Part) -> list[str]:
    """A block begins empty, and its content streams in two pieces."""
    block = _block(part)
    if block["type"] == "text":
        empty, kind, field, content = {**block, "text": ""}, "text_delta", "text", block["text"]
    else:
        empty, kind, field, content = (
            {**block, "input": {}},
            "input_json_delta",
            "partial_json",
            json.dumps(block["input"]),
        )
    deltas = [{"type": kind, field: piece} for piece in halves(content)]
    return [
        _event("content_block_start", index=index, content_block=empty),
        *(_event("content_block_delta", index=index, delta=delta) for delta in deltas),
        _event("content_block_stop", index=index),
    ]


def _event(kind: str, **fields: Any) -> str:
    return event({"type": kind, **fields}, kind)
