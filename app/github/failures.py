"""Every way a request to GitHub can fail, as one pure table: what happened -> what it means to dursor.

Sources: "Best practices for using the REST API", "Rate limits for the REST API", "Troubleshooting the
REST API" (docs.github.com/rest); the texts of HTTP 405 on a merge are GitHub's own.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp

from app import errors, redact

SECONDARY_WAIT = 60.0  # seconds: the least GitHub asks for where it names no end
LONGEST_WAIT = 3600.0  # seconds: limits are by the hour, a longer wait is a wrong clock
_WORDS = 500  # characters of GitHub's own message that are worth keeping
_SECONDARY_LIMIT = ("secondary rate limit", "abuse detection", "submitted too quickly")
_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


class Unauthorized(errors.Refused):
    """GitHub does not accept our credential, renewed or not. `date` is GitHub's clock, as its header says."""

    def __init__(self, message: str, date: str | None) -> None:
        super().__init__(message)
        self.date = date


class Moved(errors.Conflict):
    """A write went to an old address; nothing happened. `location` is the new one."""

    def __init__(self, location: str) -> None:
        super().__init__("it has moved to another address")
        self.location = location


_REFUSALS: tuple[type[errors.Refused], ...] = (errors.Forbidden, errors.NotFound, errors.Conflict, errors.Invalid)
_GRAPHQL: dict[str, type[errors.DursorError]] = {  # `type` of a GraphQL error; an unknown one is passing trouble
    "RATE_LIMITED": errors.RateLimited,
    "RATE_LIMIT": errors.RateLimited,
    "UNAUTHENTICATED": Unauthorized,
    "FORBIDDEN": errors.Forbidden,
    "INSUFFICIENT_SCOPES": errors.Forbidden,
    "NOT_FOUND": errors.NotFound,
    "STALE_DATA": errors.Conflict,
    "UNPROCESSABLE": errors.Invalid,
    "MAX_NODE_LIMIT_EXCEEDED": errors.Invalid,
}


def classify(
    outcome: int | BaseException, headers: Mapping[str, str], body: bytes, method: str, *, now: float
) -> errors.DursorError:
    """What a failed request means. `outcome` is the status or what was raised; `now` is in Unix seconds."""
    is_read = method in {"GET", "HEAD"}
    if isinstance(outcome, BaseException):
        return _broken(outcome, is_read=is_read)
    words = _words(body)
    limited = _limit(outcome, headers, words, now)
    if limited is not None:
        return limited
    if outcome >= 500 or outcome == 408 or _is_html(headers):
        said = f"GitHub answered {outcome}"
        return errors.Transient(said) if is_read else errors.UnknownEffect(f"{said} to a {method}")
    return _refusal(outcome, headers, words, is_read=is_read)


def of_graphql(
    told: Sequence[object], headers: Mapping[str, str] | None = None, *, is_read: bool = True, now: float = 0.0
) -> errors.DursorError:
    """What the `errors` of a GraphQL answer mean, by their `type`, as the same failure over REST does.

    Of several the one that is to be tried again counts most, as a refusal would be told again then.
    `headers` and `now` (Unix seconds) say when a limit ends.
    """
    entries = [entry for entry in told if isinstance(entry, dict)] or [{}]
    kinds = {_GRAPHQL.get(str(entry.get("type") or ""), _untyped(entry)) for entry in entries}
    said = "GitHub answered " + (_line(None, entries) or "an error without words")
    if errors.RateLimited in kinds:
        return _limit(429, headers or {}, said, now) or errors.RateLimited(said, after=SECONDARY_WAIT)
    if errors.Transient in kinds:
        return errors.Transient(said) if is_read else errors.UnknownEffect(said)
    if Unauthorized in kinds:
        return Unauthorized(said, (headers or {}).get("date"))
    return next(kind for kind in _REFUSALS if kind in kinds)(said)


def _untyped(entry: Mapping[str, object]) -> type[errors.DursorError]:
    """A document that does not fit the schema is told with a code and no type; all else is passing trouble."""
    extensions = entry.get("extensions")
    is_ours = isinstance(extensions, dict) and "code" in extensions and not entry.get("type")
    return errors.Invalid if is_ours else errors.Transient


def _refusal(status: int, headers: Mapping[str, str], words: str, *, is_read: bool) -> errors.DursorError:
    said = f"GitHub answered {status}: {words}" if words else f"GitHub answered {status}"
    match status:
        case 401:
            return Unauthorized(said, headers.get("date"))
        case 403:
            return errors.Forbidden(said + _permission(headers))
        case 404 | 410:
            return errors.NotFound(said)
        case 405 if "base branch was modified" in words.lower():
            return errors.Transient(said)
        case 409:
            return errors.Conflict(said)
        case 400 | 413 | 414 | 415 | 422:
            return errors.Invalid(said)
        case 301 | 302 | 303 | 307 | 308 if not is_read:
            return Moved(headers.get("location", ""))
        case _:
            return errors.Refused(said)


def _broken(error: BaseException, *, is_read: bool) -> errors.DursorError:
    what = redact.text(f"{type(error).__name__} {error}".strip())[:_WORDS]
    if is_read or isinstance(error, _NEVER_SENT):
        return errors.Transient(f"GitHub could not be read: {what}")
    return errors.UnknownEffect(f"the answer to a write was lost: {what}")


def _limit(status: int, headers: Mapping[str, str], words: str, now: float) -> errors.RateLimited | None:
    """A primary limit ends at `x-ratelimit-reset`; a secondary one after `retry-after`, or a minute."""
    if status not in {403, 429}:
        return None
    lower = words.lower()
    retry_after = _seconds(headers.get("retry-after"))
    if retry_after is not None:
        wait = retry_after
    elif headers.get("x-ratelimit-remaining") == "0":
        reset = _seconds(headers.get("x-ratelimit-reset"))
        wait = SECONDARY_WAIT if reset is None else reset - now
    elif status == 429 or any(phrase in lower for phrase in _SECONDARY_LIMIT):
        wait = SECONDARY_WAIT
    else:
        return None
    return errors.RateLimited("GitHub asks us to wait", after=min(max(wait, 1.0), LONGEST_WAIT))


def _seconds(value: str | None) -> float | None:
    try:
        seconds = float(value) if value is not None else math.nan
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) else None


def _permission(headers: Mapping[str, str]) -> str:
    needed = headers.get("x-accepted-github-permissions", "")
    return f" (needs {redact.text(needed)[:100]})" if needed else ""


def _is_html(headers: Mapping[str, str]) -> bool:
    """Something that is not GitHub's API answered: a proxy, or GitHub's page for a bad day."""
    return headers.get("content-type", "").lower().startswith("text/html")


def _words(body: bytes) -> str:
    """GitHub's own message with the details of `errors`, on one line, redacted and bounded."""
    try:
        data: Any = json.loads(body[:65536])
    except (ValueError, RecursionError):
        return ""
    if not isinstance(data, dict):
        return ""
    return _line(data.get("message"), data.get("errors"))


def _line(message: object, details: object) -> str:
    told = [message, *(map(_detail, details[:5]) if isinstance(details, list) else [details])]
    line = "; ".join(" ".join(entry.split()) for entry in told if isinstance(entry, str) and entry)
    return redact.text(line.encode("utf-8", "replace").decode())[:_WORDS]


def _detail(entry: Any) -> str | None:
    if isinstance(entry, str):
        return entry
    if not isinstance(entry, dict):
        return None
    if isinstance(entry.get("message"), str):
        return str(entry["message"])
    return " ".join(str(entry[key]) for key in ("field", "code") if isinstance(entry.get(key), str))
