"""Every request's way through the API: faults, identity, limits, permission, the route, and GitHub's headers."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.localhub import auth, faults
from app.localhub.rest import access, limits, routing
from app.localhub.state import world

RESET = "hub.reset"  # where `server` puts the function that cuts the connection


@dataclasses.dataclass
class Gateway:
    """One route as an ASGI application."""

    hub: world.World
    keys: dict[int, rsa.RSAPublicKey]
    route: routing.Route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        path = request.url.path.removeprefix("/api/v3")
        fault = self.hub.faults.take(request.method, path, body.decode("utf-8", "replace"))
        if fault and fault.delay:
            await asyncio.sleep(fault.delay)
        if fault and fault.when == "before" and (fault.reset or fault.status):
            answer = None if fault.reset else _ordered(fault)
            self._note(request, path, body, fault.status or 0, None)
        else:
            answer = await self._answer(request, path, body)
            if fault and fault.when == "after" and (fault.reset or fault.status):
                answer = None if fault.reset else _ordered(fault)
        if answer is None:
            await scope["extensions"][RESET]()
            return
        await answer(scope, receive, send)

    async def _answer(self, request: Request, path: str, raw: bytes) -> Response:
        headers = {"x-github-request-id": _request_id(), "x-github-media-type": "github.v3; format=json"}
        subject: str | None = None
        try:
            version = request.headers.get("x-github-api-version", limits.VERSIONS[0])
            access.version(version, request.headers.get("user-agent"))
            headers["x-github-api-version-selected"] = version
            call = access.identify(self.hub, self.keys, request, path, routing.decode(raw), self.route)
            subject = access.subject(call)
            limits.check(self.hub, subject, counted=self.route.operation != "rate-limit/get")
            access.admit(call, self.route)
            answer = await self.route.endpoint(call)
        except auth.Unauthorized as error:
            answer = _refused(routing.ApiError(error.status, error.message))
        except routing.ApiError as error:
            answer = _refused(error)
        headers |= limits.headers(self.hub, subject) | answer.headers
        self._note(request, path, raw, answer.status, answer.body)
        return self._respond(request, answer, headers, subject)

    def _respond(
        self, request: Request, answer: routing.Answer, headers: dict[str, str], subject: str | None
    ) -> Response:
        if answer.body is None:
            return Response(None, answer.status, headers)
        content = json.dumps(answer.body, ensure_ascii=False, separators=(",", ":")).encode()
        headers |= {"content-type": "application/json; charset=utf-8"}
        if request.method == "GET" and answer.status == 200:
            tag = f'W/"{hashlib.sha256(content).hexdigest()}"'
            headers |= {"etag": tag, "cache-control": "private, max-age=60, s-maxage=60"}
            headers |= {"vary": "Accept, Authorization, Cookie, X-GitHub-OTP"}
            if request.headers.get("if-none-match") == tag:
                limits.give_back(self.hub, subject)
                return Response(None, 304, headers | limits.headers(self.hub, subject))
        return Response(content, answer.status, headers)

    def _note(self, request: Request, path: str, raw: bytes, status: int, answer: Any) -> None:
        try:
            body = json.loads(raw) if raw.strip() else None
        except (ValueError, RecursionError):
            body = raw
        kept = {name: value for name, value in request.headers.items() if name != "authorization"}
        query = dict(request.query_params)
        self.hub.requests.append(
            world.Request(request.method, path, query, body, self.route.operation, status, answer, kept)
        )


def _refused(error: routing.ApiError) -> routing.Answer:
    return routing.Answer(error.body, error.status, error.headers)


def _ordered(fault: faults.Fault) -> Response:
    """The answer a test ordered; a body that is not text is sent as JSON."""
    headers = {"x-github-request-id": _request_id()} | fault.headers
    if isinstance(fault.body, str | bytes):
        return Response(fault.body, fault.status or 500, headers)
    body = {"message": "Server Error"} if fault.body is None else fault.body
    headers |= {"content-type": "application/json; charset=utf-8"}
    return Response(json.dumps(body), fault.status or 500, headers)


def _request_id() -> str:
    return ":".join(secrets.token_hex(size).upper() for size in (2, 3, 4, 4, 4))
