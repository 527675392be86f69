"""OpenAI's Responses."""

from __future__ import annotations

import itertools
import json
import time
from typing import Any, assert_never

from tests.providers.dialect import Json
from tests.providers.request import Request
from tests.providers.sse import event, halves, identifier
from tests.providers.steps import Part, Patch, Refuse, Say, Status, Tool, Turn, Usage

_ERRORS = {
    400: ("invalid_request_error", None), 401: ("invalid_request_error", "invalid_api_key"),
    429: ("rate_limit_exceeded", "rate_limit_exceeded"),
}  # fmt: skip
_REFUSAL = "I can't help with that."


class Responses:
    """The protocol of `/v1/responses`."""

    def whole(self, said: Turn | Refuse, request: Request) -> Json:
        return _completed(_response(request), _items(said), said.usage)

    def events(self, said: Turn | Refuse, request: Request) -> list[str]:
        response, items = _response(request), _items(said)
        steps: list[tuple[str, Json]] = [*_begin(response)]
        for index, item in enumerate(items):
            steps += _item_events(index, item)
        steps.append(("response.completed", {"response": _completed(response, items, said.usage)}))
        return _numbered(steps)

    def began(self, request: Request) -> list[str]:
        return _numbered(_begin(_response(request)))

    def error_event(self) -> str:
        error = {"code": "server_error", "message": "The server had an error."}
        return event({"type": "response.failed", "response": {"status": "failed", "error": error}}, "response.failed")

    def failure(self, status: Status) -> Json:
        kind, code = _ERRORS.get(status.code, ("server_error", None))
        return {"error": {"message": status.message, "type": kind, "param": None, "code": code}}

    def count(self) -> Json:
        return {"object": "response.input_tokens", "input_tokens": 1000}


def _response(request: Request) -> Json:
    return {
        "id": identifier("resp_"), "object": "response", "created_at": int(time.time()), "status": "in_progress",
        "model": request.model, "output": [], "usage": None, "error": None, "incomplete_details": None,
        "parallel_tool_calls": True, "tool_choice": "auto", "tools": [],
    }  # fmt: skip


def _completed(response: Json, items: list[Json], usage: Usage) -> Json:
    counts = {
        "input_tokens": usage.input, "input_tokens_details": {"cached_tokens": usage.cached},
        "output_tokens": usage.output, "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": usage.input + usage.output,
    }  # fmt: skip
    return {**response, "status": "completed", "output": items, "usage": counts}


def _items(said: Turn | Refuse) -> list[Json]:
    if isinstance(said, Refuse):
        return [_message({"type": "refusal", "refusal": _REFUSAL})]
    return [_item(part) for part in said.parts]


def _item(part: Part) -> Json:
    match part:
        case Say(text=text):
            return _message({"type": "output_text", "text": text, "annotations": []})
        case Tool(name=name, args=args, raw=raw):
            return _call(name, {"type": "function_call", "arguments": raw or json.dumps(dict(args))})
        case Patch(name=name, text=text):
            return _call(name, {"type": "custom_tool_call", "input": text})
        case _:
            assert_never(part)


def _call(name: str, call: Json) -> Json:
    return {"id": identifier("fc_"), "call_id": identifier("call_"), "status": "completed", "name": name, **call}


def _message(content: Json) -> Json:
    return {
        "id": identifier("msg_"), "type": "message", "role": "assistant", "status": "completed", "content": [content]
    }  # fmt: skip


def _begin(response: Json) -> list[tuple[str, Json]]:
    return [(f"response.{state}", {"response": response}) for state in ("created", "in_progress")]


def _item_events(index: int, item: Json) -> list[tuple[str, Json]]:
    """An item begins empty, and its content streams in two pieces."""
    place = {"item_id": item["id"], "output_index": index}
    match item["type"]:
        case "message":
            [content] = item["content"]
            kind, field = ("output_text", "text") if content["type"] == "output_text" else ("refusal", "refusal")
            place["content_index"] = 0
            whole, empty = content[field], {**item, "content": []}
            extra = [("response.content_part.added", {**place, "part": {**content, field: ""}})]
            closing = [("response.content_part.done", {**place, "part": content})]
        case "function_call":
            kind, field, extra, closing = "function_call_arguments", "arguments", [], []
            whole, empty = item[field], {**item, field: ""}
        case _:
            kind, field, extra, closing = "custom_tool_call_input", "input", [], []
            whole, empty = item[field], {**item, field: ""}
    deltas = [(f"response.{kind}.delta", {**place, "delta": piece}) for piece in halves(whole)]
    return [
        ("response.output_item.added", {"output_index": index, "item": {**empty, "status": "in_progress"}}),
        *extra, *deltas, (f"response.{kind}.done", {**place, field: whole}), *closing,
        ("response.output_item.done", {"output_index": index, "item": item}),
    ]  # fmt: skip


def _numbered(steps: list[tuple[str, Json]]) -> list[str]:
    numbers: itertools.count[int] = itertools.count()
    numbered: list[tuple[str, dict[str, Any]]] = [
        (kind, {"type": kind, "sequence_number": next(numbers), **fields}) for kind, fields in steps
    ]
    return [event(data, kind) for kind, data in numbered]
