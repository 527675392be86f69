"""One webhook delivery: signed and posted as GitHub posts it, and remembered in GitHub's shape.

GitHub's words for what can happen are kept: `OK`, `Invalid HTTP Response: 500`, `failed to connect` (recorded
as 502) and `timed out` (recorded as 504), so that the status filters of its API work on all of them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp

_USER_AGENT = "GitHub-Hookshot/7d0b2e5"
_LONGEST_ANSWER = 64 * 1024  # bytes kept of what the receiver answers


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be told, whatever becomes of each attempt; `body` is the JSON that is sent and signed."""

    guid: str
    event: str
    action: str | None
    body: bytes
    installation_id: int | None
    repository_id: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an attempt; `duration` in seconds."""

    status: str
    status_code: int
    duration: float = 0.0
    headers: dict[str, str] | None = None
    payload: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """An attempt that was made, as `GET /app/hook/deliveries` tells it."""

    id: int
    message: Message
    redelivery: bool
    delivered_at: datetime
    url: str
    answer: Answer
    headers: dict[str, str] = field(default_factory=dict)

    def item(self) -> dict[str, Any]:
        """GitHub's `hook-delivery-item`."""
        return {
            "id": self.id,
            "guid": self.message.guid,
            "delivered_at": self.delivered_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "redelivery": self.redelivery,
            "duration": round(self.answer.duration, 2),
            "status": self.answer.status,
            "status_code": self.answer.status_code,
            "event": self.message.event,
            "action": self.message.action,
            "installation_id": self.message.installation_id,
            "repository_id": self.message.repository_id,
            "throttled_at": None,
        }

    def full(self) -> dict[str, Any]:
        """GitHub's `hook-delivery`: the item, what was sent and what was answered."""
        return self.item() | {
            "url": self.url,
            "request": {"headers": self.headers, "payload": json.loads(self.message.body)},
            "response": {"headers": self.answer.headers, "payload": self.answer.payload},
        }


UNREACHABLE = Answer("failed to connect", 502)


def encode(payload: dict[str, Any]) -> bytes:
    """A payload as the bytes GitHub sends: compact JSON in UTF-8."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def headers(message: Message, secret: str, app_id: int, hook_id: int) -> dict[str, str]:
    """The headers of a delivery to an App's webhook; both signatures are over the exact body."""
    key, body = secret.encode(), message.body
    return {
        "Accept": "*/*",
        "Content-Type": "application/json",
        "User-Agent": _USER_AGENT,
        "X-GitHub-Delivery": message.guid,
        "X-GitHub-Event": message.event,
        "X-GitHub-Hook-ID": str(hook_id),
        "X-GitHub-Hook-Installation-Target-ID": str(app_id),
        "X-GitHub-Hook-Installation-Target-Type": "integration",
        "X-Hub-Signature": "sha1=" + hmac.new(key, body, hashlib.sha1).hexdigest(),
        "X-Hub-Signature-256": "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest(),
    }


async def post(url: str, body: bytes, signed: dict[str, str], timeout: float) -> Answer:
    """Post a delivery and wait at most `timeout` seconds; never raises for what the receiver does.

    Redirects are not followed, as GitHub does not.
    """
    limit = aiohttp.ClientTimeout(total=timeout)
    start = time.monotonic()
    try:
        async with (
            aiohttp.ClientSession(timeout=limit) as session,
            session.post(url, data=body, headers=signed, allow_redirects=False) as response,
        ):
            text = (await response.content.read(_LONGEST_ANSWER)).decode("utf-8", "replace")
            status, code = "OK", response.status
            if not response.ok or code >= 300:
                status = f"Invalid HTTP Response: {code}"
            return Answer(status, code, time.monotonic() - start, dict(response.headers), text)
    except TimeoutError:
        return Answer("timed out", 504, time.monotonic() - start)
    except (aiohttp.ClientError, OSError):
        return Answer(UNREACHABLE.status, UNREACHABLE.status_code, time.monotonic() - start)
