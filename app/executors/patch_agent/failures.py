"""What went wrong with a model's provider, read from whatever its client raised, without importing a client."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from app.executors import base
from app.executors.patch_agent.model import Failure

_TRANSPORTS = ("aiohttp", "httpcore", "httpx")  # their modules, of whatever number
_NO_ANSWER = {"APIConnectionError", "APITimeoutError"}
_UNKNOWN_KEY = re.compile(r"api[ _]key not valid|API_KEY_INVALID|invalid[ _]api[ _]key", re.IGNORECASE)
_NO_CREDIT = re.compile(r"insufficient_quota|credit balance|billing", re.IGNORECASE)
_TOO_LONG = re.compile(
    r"context_length_exceeded|prompt is too long|context window|maximum context|token count .{0,40}exceeds",
    re.IGNORECASE,
)
_OVERLOAD = re.compile(r"overloaded|unavailable|server_error|internal|api_error|timeout", re.IGNORECASE)
_DELAY = re.compile(r"['\"]retryDelay['\"]: ['\"](\d{1,6}(?:\.\d{1,6})?)s['\"]")
_LIMITED = re.compile(r"rate_limit|RESOURCE_EXHAUSTED", re.IGNORECASE)


def read(error: Exception) -> Failure:
    """The failure that a client's exception is."""
    if isinstance(error, Failure):
        return error
    words = str(error) or type(error).__name__
    whole = f"{words} {_attribute(error, 'body') or ''} {_attribute(error, 'details') or ''}"[:20_000]
    kind = _kind(error, whole)
    return Failure(
        kind,
        _WORDS[kind] + " " + words[:1000],
        retry_after=_seconds(error, whole) if kind in {"rate_limit", "server"} else None,
        passing=kind in {"rate_limit", "server", "network"} or (kind == "protocol" and not _is_refused(error)),
        too_long=kind == "protocol" and bool(_TOO_LONG.search(whole)),
    )


_WORDS: Mapping[base.Kind, str] = {
    "auth": "The model's provider refuses the key:",
    "rate_limit": "The model's provider limits how much may be asked:",
    "server": "The model's provider is in trouble:",
    "network": "The model's provider cannot be reached:",
    "protocol": "The model's provider did not answer as it should:",
}


def _kind(error: Exception, words: str) -> base.Kind:
    status = _status(error)
    if status in {401, 402, 403} or _UNKNOWN_KEY.search(words) or (status == 429 and _NO_CREDIT.search(words)):
        return "auth"
    if status == 429:
        return "rate_limit"
    if status is not None and (status >= 500 or status in {408, 409}):
        return "server"
    is_transport = any(kind.__module__.startswith(_TRANSPORTS) for kind in type(error).__mro__)
    if is_transport or type(error).__name__ in _NO_ANSWER or isinstance(error, OSError):
        return "network"
    if status is None or status < 400:  # told within a stream, which had begun well
        if _LIMITED.search(words):
            return "rate_limit"
        return "server" if _OVERLOAD.search(words) else "protocol"
    return "protocol"


def _is_refused(error: Exception) -> bool:
    """Whether the provider understood and said no; an answer that cannot be read is neither."""
    status = _status(error)
    return status is not None and status >= 400


def _status(error: Exception) -> int | None:
    """The HTTP status, which two clients call `status_code` and one `code`."""
    for name in ("status_code", "code"):
        value = _attribute(error, name)
        if isinstance(value, int):
            return value
    return None


def _seconds(error: Exception, words: str) -> float | None:
    """The wait that the provider asks for: a header of the answer, or Google's `retryDelay` within it."""
    headers = _attribute(_attribute(error, "response"), "headers")
    told = headers.get("retry-after") if hasattr(headers, "get") else None
    found = _DELAY.search(words)
    for value in (told, found[1] if found else None):
        if isinstance(value, str) and re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?", value):
            return float(value)
    return None


def _attribute(value: object, name: str) -> Any:
    return getattr(value, name, None)
