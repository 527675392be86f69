"""What the API answers when it cannot do what was asked: problem details (RFC 9457), each kind under a stable name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"
PREFIX = "urn:dursor:problem:"
RETRY_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its status, its title for people, and when it comes."""

    status: int
    title: str
    means: str


KINDS: dict[str, Kind] = {
    "malformed-body": Kind(
        400, "The body cannot be read", "not JSON in UTF-8, nested too deep, a name twice, NUL, half a surrogate pair"
    ),
    "invalid-parameter": Kind(400, "A parameter is wrong", "unknown, given twice, or not a value that it may have"),
    "bad-cursor": Kind(400, "The cursor is wrong", "not the `next` of an earlier page of the same list"),
    "invalid-header": Kind(400, "A header is wrong", "`Idempotency-Key` has 1 to 255 visible ASCII characters, once"),
    "unauthorized": Kind(401, "The token is missing or wrong", "`Authorization: Bearer` is not the admin token"),
    "api-off": Kind(404, "The API is off", "`DURSOR_ADMIN_TOKEN` is not set"),
    "not-found": Kind(404, "There is no such thing", "no such path, or nothing with this id"),
    "method-not-allowed": Kind(405, "The path does not take this method", "`Allow` names those that it takes"),
    "conflict": Kind(409, "It is not in a state for that", "what was asked does not fit how things are now"),
    "body-too-large": Kind(413, "The body is too large", "more than 1048576 bytes"),
    "unsupported-media-type": Kind(415, "The body is not JSON", "`Content-Type` is not `application/json` in UTF-8"),
    "invalid-body": Kind(422, "The body does not fit", "JSON, but not as described; `errors` names each field"),
    "key-reused": Kind(422, "The key was used for another request", "the same `Idempotency-Key` with another body"),
    "broken": Kind(500, "Something broke here", "a bug: the log says what, and the request did nothing"),
    "busy": Kind(503, "The database is busy", "try again after `Retry-After` seconds"),
}  # fmt: skip
"""Every problem that the API answers with; `type` is the prefix and the name."""


class FieldError(BaseModel):
    """What is wrong in one place of a request."""

    model_config = ConfigDict(extra="forbid", title="FieldError")

    pointer: str = Field(description="where: a JSON pointer into the body, or the name of a parameter")
    detail: str


class Problem(BaseModel):
    """Problem details as of RFC 9457."""

    model_config = ConfigDict(extra="forbid", title="Problem")

    type: str = Field(description="stable: programs may rely on it", pattern=f"^{PREFIX}[a-z-]+$")
    title: str
    status: int
    detail: str = Field(description="for people; may change")
    errors: list[FieldError] | None = Field(None, description="with `invalid-body` and `invalid-parameter` alone")


class Trouble(Exception):
    """Stop here with this problem."""

    def __init__(self, name: str, detail: str, *, errors: list[FieldError] | None = None, **headers: str) -> None:
        super().__init__(detail)
        self.name = name
        self.errors = errors
        self.headers = {key.replace("_", "-"): value for key, value in headers.items()}

    def response(self) -> JSONResponse:
        """The answer that says it."""
        kind = KINDS[self.name]
        body: dict[str, Any] = Problem(
            type=PREFIX + self.name, title=kind.title, status=kind.status, detail=str(self), errors=self.errors
        ).model_dump(exclude_none=True)
        return JSONResponse(body, kind.status, self.headers, media_type=MEDIA_TYPE)


class NotFound(Trouble):
    """There is no `what` with this id."""

    def __init__(self, what: str) -> None:
        super().__init__("not-found", f"There is no {what} with this id.")
        self.what = what


def in_words(error: Mapping[str, Any]) -> str:
    """What pydantic says about one place of a request, for people, who need not read patterns."""
    if error["type"] == "string_pattern_mismatch":
        return "holds what may not be there, or has not the form that is described"
    return str(error["msg"]).removeprefix("Value error, ")[:300]
