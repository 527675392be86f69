"""Google's generateContent."""

from __future__ import annotations

from typing import Any

from tests.providers.dialect import Json
from tests.providers.request import Request
from tests.providers.sse import event, halves, identifier
from tests.providers.steps import Part, Refuse, Say, Status, Tool, Turn, Usage

_ERRORS = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE",
}  # fmt: skip


class GenerateContent:
    """The protocol of `models/{model}:generateContent` and `:streamGenerateContent`."""

    def whole(self, said: Turn | Refuse, request: Request) -> Json:
        parts = () if isinstance(said, Refuse) else said.parts
        return _answer([_part(part) for part in parts], said.usage, request, _finish(said))

    def events(self, said: Turn | Refuse, request: Request) -> list[str]:
        pieces = [] if isinstance(said, Refuse) else [piece for part in said.parts for piece in _pieces(part)]
        groups = [[_part(piece)] for piece in pieces] or [[]]
        finishes = [None] * (len(groups) - 1) + [_finish(said)]
        answers = zip(groups, finishes, strict=True)
        return [event(_answer(group, said.usage, request, finish)) for group, finish in answers]

    def began(self, request: Request) -> list[str]:
        return [event(_answer([{"text": ""}], Usage(), request, None))]

    def error_event(self) -> str:
        return event({"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}})

    def failure(self, status: Status) -> Json:
        name = _ERRORS.get(status.code, "UNKNOWN")
        return {"error": {"code": status.code, "message": status.message, "status": name}}

    def count(self) -> Json:
        return {"totalTokens": 1000}


def _finish(said: Turn | Refuse) -> str:
    return "SAFETY" if isinstance(said, Refuse) else "STOP"


def _pieces(part: Part) -> list[Part]:
    """A text streams in two pieces, a call in one."""
    return [Say(piece) for piece in halves(part.text)] if isinstance(part, Say) else [part]


def _part(part: Part) -> Json:
    match part:
        case Say(text=text):
            return {"text": text}
        case Tool(name=name, args=args):
            return {"functionCall": {"name": name, "args": dict(args)}, "thoughtSignature": "c3RhbmRpbg=="}
        case _:
            raise TypeError(f"Google's protocol has no {part}")


def _answer(parts: list[Json], usage: Usage, request: Request, finish: str | None) -> Json:
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": parts}, "index": 0}
    if finish is not None:
        candidate["finishReason"] = finish
    counts = {
        "promptTokenCount": usage.input, "candidatesTokenCount": usage.output,
        "totalTokenCount": usage.input + usage.output, "cachedContentTokenCount": usage.cached,
    }  # fmt: skip
    return {
        "candidates": [candidate], "usageMetadata": counts, "modelVersion": request.model,
        "responseId": identifier("r"),
    }  # fmt: skip
