"""The edge: verify a POST by GitHub, put it on disk, answer 202. Nothing is decided here.

What GitHub sends and signs: docs.github.com, "Webhook events and payloads" and "Validating webhook
deliveries". The signature covers the body alone, so the headers are checked against the body's shape.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Sequence
from typing import Any

import gidgethub
import structlog
from gidgethub import sansio
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from app import payload
from app.store import deliveries
from app.store.database import Busy, Database

log = structlog.get_logger(__name__)

MAX_BODY = 25 * 1024 * 1024
"""GitHub caps payloads at 25 MB and does not deliver larger ones."""

MAX_HELD = 8 * MAX_BODY
"""Bytes of bodies that may be in memory, from their first byte to their answer."""

READ_SECONDS = 20
LINGER_SECONDS = 5
_IN_THREAD = 256 * 1024

_SIGNATURE = re.compile(r"sha256=[0-9a-f]{64}")
_GUID = re.compile(r"[A-Za-z0-9-]{1,72}")
_EVENT = re.compile(r"[A-Za-z0-9_-]{1,64}")


class _Answered(Exception):
    """Stop here with this answer. `unread`: the body is not at its end."""

    def __init__(self, status: int, words: str, *, unread: bool = False) -> None:
        kind = _Early if unread else JSONResponse
        self.response = kind({"message": words}, status, {"Retry-After": "30"} if status == 503 else {})


class _Early(JSONResponse):
    """An answer before the body's end, and the last on its connection.

    Who still sends would find the connection reset and no answer, so what comes is thrown away for a while.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [*self.raw_headers, (b"connection", b"close")]
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        left = MAX_BODY
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                while left > 0 and (message := await receive()).get("more_body"):
                    left -= len(message["body"])
        await send({"type": "http.response.body", "body": b""})


class Edge:
    """`POST /webhooks/github`. Several secrets are accepted, for the time of a rotation."""

    def __init__(self, database: Database, secrets: Sequence[str]) -> None:
        if not secrets or not all(secrets):
            raise ValueError("a webhook secret is needed: without one anybody could send deliveries")
        self._database = database
        self._secrets = tuple(secrets)
        self._held = 0

    async def __call__(self, request: Request) -> Response:
        """Answer 202 when the delivery is on disk; see the contract for the rest."""
        try:
            async with self._body(request) as body:
                return await self._receive(request, body)
        except _Answered as answer:
            return answer.response
        except ClientDisconnect:
            return Response(status_code=400)

    async def _receive(self, request: Request, body: bytes) -> Response:
        signature = request.headers.get("x-hub-signature-256", "")
        if not _SIGNATURE.fullmatch(signature):
            raise _Answered(401, "X-Hub-Signature-256 is missing or malformed.")
        if len(body) > _IN_THREAD:  # large enough to hold up everybody else
            packed = await asyncio.to_thread(_packed, request, body, signature, self._secrets)
        else:
            packed = _packed(request, body, signature, self._secrets)
        try:
            stored = await self._database.write(lambda db: deliveries.store(db, packed))
        except Busy as busy:
            log.warning("delivery not stored", guid=packed.guid, webhook=packed.event, error=str(busy))
            raise _Answered(503, "The delivery could not be stored; it may be redelivered.") from None
        log.info("delivery", guid=packed.guid, webhook=packed.event, action=packed.action, stored=stored)
        known = stored is deliveries.Stored.DUPLICATE or packed.event == "ping"
        return JSONResponse({"guid": packed.guid, "stored": stored}, 200 if known else 202)

    @contextlib.asynccontextmanager
    async def _body(self, request: Request) -> AsyncIterator[bytes]:
        """The body, within bounds of size, time and what is held in all until the answer is given."""
        declared = request.headers.get("content-length", "0")
        if not re.fullmatch(r"[0-9]{1,12}", declared) or int(declared) > MAX_BODY:
            raise _Answered(413, f"The body may have {MAX_BODY} bytes.", unread=True)
        chunks: list[bytes] = []
        size = 0
        try:
            try:
                async with asyncio.timeout(READ_SECONDS):
                    async for chunk in request.stream():
                        size += len(chunk)
                        self._held += len(chunk)
                        if size > MAX_BODY:
                            raise _Answered(413, f"The body may have {MAX_BODY} bytes.", unread=True)
                        if self._held > MAX_HELD:
                            words = "Too much is being received; the delivery may be redelivered."
                            raise _Answered(503, words, unread=True)
                        chunks.append(chunk)
            except TimeoutError:
                words = f"The body did not arrive within {READ_SECONDS} seconds."
                raise _Answered(400, words, unread=True) from None
            body = b"".join(chunks)
            chunks.clear()
            yield body
        finally:
            self._held -= size


def _packed(request: Request, body: bytes, signature: str, secrets: Sequence[str]) -> deliveries.Packed:
    """The delivery as it is to be kept. Raises `_Answered` for what GitHub did not send."""
    matches = [_signed(body, signature, secret) for secret in secrets]  # all, so that the time tells nothing
    if not any(matches):
        raise _Answered(401, "X-Hub-Signature-256 does not match the body.")
    event, guid = _headers(request)
    parsed = _parse(event, body)
    installation, repository = payload.id_of(parsed, "installation"), payload.id_of(parsed, "repository")
    return deliveries.pack(
        deliveries.Delivery(guid, event, payload.action(parsed), installation, repository, body),
    )


def _signed(body: bytes, signature: str, secret: str) -> bool:
    try:
        sansio.validate_event(body, signature=signature, secret=secret)
    except gidgethub.ValidationFailure:
        return False
    return True


def _headers(request: Request) -> tuple[str, str]:
    media, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip("\"' ")
    if media.strip().lower() != "application/json" or charset not in {"", "utf-8", "utf8"}:
        raise _Answered(400, "Set the webhook's content type to application/json, in UTF-8.")
    event = request.headers.get("x-github-event", "")
    guid = request.headers.get("x-github-delivery", "")
    if not _EVENT.fullmatch(event) or not _GUID.fullmatch(guid):
        raise _Answered(400, "X-GitHub-Event and X-GitHub-Delivery are needed.")
    return event, guid


def _parse(event: str, body: bytes) -> dict[str, Any]:
    try:
        parsed = payload.parse(body)
    except payload.NotJson as error:
        raise _Answered(400, str(error)) from None
    missing = payload.missing(event, parsed)
    if missing:
        raise _Answered(400, f"This is not the payload of a {event} event: it has no {missing}.")
    return parsed
