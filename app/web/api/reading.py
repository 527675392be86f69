"""Reads what a client sent: path, query and body, each held to its description before anything is done."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from typing import Any, NoReturn

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from app.web.api.problems import FieldError, NotFound, Trouble, in_words
from app.web.api.shapes import ID_PATTERN

MAX_BODY = 1024 * 1024
_MAX_THROWN_AWAY = 8 * MAX_BODY
_MAX_ERRORS = 20
READ_SECONDS = 20.0
_KEY = re.compile(r"[!-~]{1,255}")
_ODD = re.compile("[\x00\ud800-\udfff]")


def ids(given: dict[str, str]) -> dict[str, str]:
    """The ids of the path. What cannot be an id is one of nothing: raises `not-found`."""
    for value in given.values():
        if not re.fullmatch(ID_PATTERN, value):
            raise NotFound("thing")
    return given


def query(request: Request, shape: type[BaseModel]) -> BaseModel:
    """The parameters. Raises `invalid-parameter`."""
    given = request.query_params.multi_items()
    twice = [name for name, count in Counter(name for name, _ in given).items() if count > 1]
    if twice:
        raise Trouble(
            "invalid-parameter", "A parameter is given more than once.",
            errors=[FieldError(pointer=_plain(name), detail="given more than once") for name in twice[:_MAX_ERRORS]],
        )  # fmt: skip
    try:
        return shape.model_validate(dict(given))
    except ValidationError as error:
        raise Trouble("invalid-parameter", "Parameters are wrong.", errors=_errors(error, "")) from None


def idempotency_key(request: Request) -> str | None:
    """The `Idempotency-Key`, if there is one. Raises `invalid-header`."""
    given = request.headers.getlist("idempotency-key")
    if not given:
        return None
    if len(given) > 1 or not _KEY.fullmatch(given[0]):
        raise Trouble("invalid-header", "Idempotency-Key has 1 to 255 visible ASCII characters, and comes once.")
    return given[0]


async def body(request: Request, shape: type[BaseModel]) -> tuple[BaseModel, bytes]:
    """The body as its shape and as it came. Raises what is wrong with it."""
    media, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip("\"' ")
    if media.strip().lower() != "application/json" or charset not in {"", "utf-8", "utf8"}:
        raise Trouble("unsupported-media-type", "Send application/json, in UTF-8.", Accept="application/json")
    raw = await _received(request)
    try:
        return shape.model_validate(_parsed(raw)), raw
    except ValidationError as error:
        raise Trouble("invalid-body", "The body does not fit its description.", errors=_errors(error, "/")) from None


async def _received(request: Request) -> bytes:
    """The bytes of the body. What is too much is thrown away for a while: the client then sees the answer."""
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for chunk in request.stream():
                size += len(chunk)
                if size > _MAX_THROWN_AWAY:
                    break
                if size <= MAX_BODY:
                    chunks.append(chunk)
    except TimeoutError:
        raise Trouble("malformed-body", f"The body did not arrive within {READ_SECONDS:g} seconds.",
                      Connection="close") from None  # fmt: skip
    if size > MAX_BODY:
        raise Trouble("body-too-large", f"The body may have {MAX_BODY} bytes.", Connection="close")
    return b"".join(chunks)


def _parsed(raw: bytes) -> Any:
    try:
        found = json.loads(raw.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
        _expect_clean(found)
    except RecursionError:
        raise Trouble("malformed-body", "The body is nested too deep.") from None
    except ValueError as error:
        words = str(error) if isinstance(error, _OddError) else "it is not JSON in UTF-8"
        raise Trouble("malformed-body", f"The body cannot be read: {words}.") from None
    return found


class _OddError(ValueError):
    """JSON that is not accepted, in words for the client."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _OddError("a name stands twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise _OddError(f"{name} is not JSON")


def _expect_clean(found: Any) -> None:
    """Raise for text that the database or the network cannot carry."""
    waiting = [found]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and _ODD.search(one):
            raise _OddError("text holds NUL or half a surrogate pair")


def _errors(error: ValidationError, slash: str) -> list[FieldError]:
    return [
        FieldError(
            pointer=slash + "/".join(_plain(str(part)).replace("~", "~0").replace("/", "~1") for part in one["loc"]),
            detail=in_words(one),
        )
        for one in error.errors(include_url=False, include_input=False, include_context=False)[:_MAX_ERRORS]
    ]


def _plain(name: str) -> str:
    return name[:100].encode("ascii", "backslashreplace").decode()
