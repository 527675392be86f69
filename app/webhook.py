"""The edge: verify a POST by GitHub, put it on disk, answer 202. Nothing is decided here.

What GitHub sends and signs: docs.github.com, "Webhook events and payloads" and "Validating webhook
deliveries". The signature covers the body alone, so the headers are checked against the body's shape.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from functools import partial
from typing import Any

import gidgethub
import structlog
from gidgethub import sansio
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from app import payload
from app.store import deliveries
from app.store.database import Busy, Database

log = structlog.get_logger(__name__)

MAX_BODY = 25 * 1024 * 1024
"""GitHub caps payloads at 25 MB and does not deliver larger ones."""

MAX_BUFFERED = 8 * MAX_BODY
READ_SECONDS = 20
_IN_THREAD = 256 * 1024

_SIGNATURE = re.compile(r"sha256=[0-9a-f]{64}")
_GUID = re.compile(r"[A-Za-z0-9-]{1,72}")
_EVENT = re.compile(r"[a-z_]{1,64}")


class _Answered(Exception):
    """Stop here with this answer."""

    def __init__(self, status: int, words: str) -> None:
        self.status = status
        self.words = words


class Edge:
    """`POST /webhooks/github`. Several secrets are accepted, for the time of a rotation."""

    def __init__(self, database: Database, secrets: Sequence[str]) -> None:
        if not secrets or not all(secrets):
            raise ValueError("a webhook secret is needed: without one anybody could send deliveries")
        self._database = database
        self._secrets = tuple(secrets)
        self._buffered = 0

    async def __call__(self, request: Request) -> Response:
        """Answer 202 when the delivery is on disk; see the contract for the rest."""
        try:
            return await self._receive(request)
        except _Answered as answer:
            headers = {"Retry-After": "30"} if answer.status == 503 else {}
            return JSONResponse({"message": answer.words}, answer.status, headers)
        except ClientDisconnect:
            return Response(status_code=400)

    async def _receive(self, request: Request) -> Response:
        body = await self._body(request)
        self._check_signature(request, body)
        event, guid = _headers(request)
        parsed = await _off_loop(len(body), partial(_parse, event, body))
        delivery = deliveries.Delivery(
            guid, event, payload.action(parsed), payload.id_of(parsed, "installation"),
            payload.id_of(parsed, "repository"), body,
        )  # fmt: skip
        packed = await _off_loop(len(body), partial(deliveries.pack, delivery))
        try:
            stored = await self._database.write(lambda db: deliveries.store(db, packed))
        except Busy as busy:
            log.warning("delivery not stored", guid=guid, webhook=event, error=str(busy))
            raise _Answered(503, "The delivery could not be stored; it may be redelivered.") from None
        log.info("delivery", guid=guid, webhook=event, action=delivery.action, stored=stored)
        known = stored is deliveries.Stored.DUPLICATE or event == "ping"
        return JSONResponse({"guid": guid, "stored": stored}, 200 if known else 202)

    async def _body(self, request: Request) -> bytes:
        declared = request.headers.get("content-length", "0")
        if not declared.isdigit() or int(declared) > MAX_BODY:
            raise _Answered(413, f"The body may have {MAX_BODY} bytes.")
        chunks: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(READ_SECONDS):
                async for chunk in request.stream():
                    size += len(chunk)
                    self._buffered += len(chunk)
                    if size > MAX_BODY:
                        raise _Answered(413, f"The body may have {MAX_BODY} bytes.")
                    if self._buffered > MAX_BUFFERED:
                        raise _Answered(503, "Too much is being received; the delivery may be redelivered.")
                    chunks.append(chunk)
        except TimeoutError:
            raise _Answered(400, f"The body did not arrive within {READ_SECONDS} seconds.") from None
        finally:
            self._buffered -= size
        return b"".join(chunks)

    def _check_signature(self, request: Request, body: bytes) -> None:
        signature = request.headers.get("x-hub-signature-256", "")
        if not _SIGNATURE.fullmatch(signature):
            raise _Answered(401, "X-Hub-Signature-256 is missing or malformed.")
        right = False
        for secret in self._secrets:  # all of them, so that the time tells nothing
            try:
                sansio.validate_event(body, signature=signature, secret=secret)
                right = True
            except gidgethub.ValidationFailure:
                continue
        if not right:
            raise _Answered(401, "X-Hub-Signature-256 does not match the body.")


def _headers(request: Request) -> tuple[str, str]:
    media, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip("\"' ")
    if media.strip().lower() != "application/json" or charset not in {"", "utf-8", "utf8"}:
        raise _Answered(415, "Set the webhook's content type to application/json, in UTF-8.")
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


async def _off_loop(size: int, work: Any) -> Any:
    """Do `work`, in another thread when the body is large enough to hold up everybody else."""
    return await asyncio.to_thread(work) if size > _IN_THREAD else work()
