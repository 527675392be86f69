"""What a provider's refusal means and when its limit ends, read from the status, the headers and the body."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_SPAN = re.compile(r"(?:\d{1,9}(?:\.\d{1,9})?(?:ms|s|m|h|d))+")
_PART = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|h|d)")
_SPENT = (b"insufficient_quota", b"billing_error", b"credit balance is too low")
"""No money left: providers answer that with 429 or 400 too, and no waiting helps."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """`rate_limit`: a limit, or an overload that passes; `auth`: the key or the account is refused.

    `seconds` until the limit ends, where the provider said so.
    """

    kind: Literal["rate_limit", "auth"]
    status: int
    seconds: float | None = None


def read(status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> Refusal | None:
    """The refusal that an answer with status 400 or above is, None for other trouble. Header names in lower case."""
    if status in {401, 402, 403} or (status in {400, 429} and any(words in body for words in _SPENT)):
        return Refusal("auth", status)
    seconds = _seconds(headers, body, now)
    if status in {429, 529} or (status in {500, 502, 503, 504} and seconds is not None):
        return Refusal("rate_limit", status, seconds)
    return None


def _seconds(headers: Mapping[str, str], body: bytes, now: datetime) -> float | None:
    """What the provider says to wait; where it only names its limits, until the last exhausted one is filled again."""
    if (said := _number(headers.get("retry-after-ms", ""))) is not None:
        return said / 1000
    if (after := headers.get("retry-after")) is not None and (said := _after(after, now)) is not None:
        return said
    resets = [*_anthropic(headers, now), *_openai(headers), *_google(body)]
    return max(resets, default=None)


def _after(value: str, now: datetime) -> float | None:
    if (said := _number(value)) is not None:
        return said
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds())


def _anthropic(headers: Mapping[str, str], now: datetime) -> Iterator[float]:
    """`anthropic-ratelimit-*-reset` is a moment, or for the limits of a plan seconds since 1970."""
    for name, value in headers.items():
        if not (name.startswith("anthropic-ratelimit-") and name.endswith("-reset")):
            continue
        if headers.get(name.removesuffix("reset") + "remaining", "0") != "0":
            continue
        try:
            seconds = _number(value)
            moment = datetime.fromisoformat(value) if seconds is None else datetime.fromtimestamp(seconds, UTC)
        except (ValueError, OverflowError, OSError):
            continue
        yield max(0.0, ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds())


def _openai(headers: Mapping[str, str]) -> Iterator[float]:
    """`x-ratelimit-reset-*` is a span such as `6m0s`."""
    for name, value in headers.items():
        if name.startswith("x-ratelimit-reset-"):
            remaining = headers.get(name.replace("-reset-", "-remaining-"), "0")
            if remaining == "0" and (span := _span(value)) is not None:
                yield span


def _google(body: bytes) -> Iterator[float]:
    """A `RetryInfo` among the error's details has `retryDelay`, such as `34.07s`."""
    try:
        answer: Any = json.loads(body) if b"retryDelay" in body else None
    except ValueError:
        return
    error = (answer[0] if isinstance(answer, list) and answer else answer) or {}
    details = (
        error.get("error", {}).get("details")
        if isinstance(error, dict) and isinstance(error.get("error"), dict)
        else None
    )
    for detail in details if isinstance(details, list) else []:
        delay = detail.get("retryDelay") if isinstance(detail, dict) else None
        if isinstance(delay, str) and (span := _span(delay)) is not None:
            yield span


def _number(value: str) -> float | None:
    return float(value) if re.fullmatch(r"\d{1,12}(\.\d{1,9})?", value.strip()) else None


def _span(value: str) -> float | None:
    if not _SPAN.fullmatch(value):
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(value))
