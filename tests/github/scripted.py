"""A server on 127.0.0.1 that answers as a test has written down: also wrongly, slowly, or not at all."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

BASE = "/api/v3"
Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Seen:
    """A request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    data: Any

    @property
    def token(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass
class Scripted:
    """`on` says what comes; the last answer of a path is repeated. Tokens are minted unless a test says else."""

    port: int = 0
    seen: list[Seen] = field(default_factory=list)
    token_life: str = "2099-01-01T00:00:00Z"
    _script: dict[tuple[str, str], list[Behaviour]] = field(default_factory=lambda: defaultdict(list))
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _serial: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}{BASE}"

    def on(self, request: str, *answers: Behaviour) -> None:
        """`request` is "METHOD path", the path below the API's address without its query."""
        method, _, path = request.partition(" ")
        self._script[method, path] = list(answers)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for requests until `condition` holds; ten seconds at most."""
        async with asyncio.timeout(10), self._news:
            await self._news.wait_for(condition)

    def paths(self, method: str) -> list[str]:
        return [request.path for request in self.seen if request.method == method]

    def minted(self) -> list[Seen]:
        return [request for request in self.seen if request.path.endswith("/access_tokens")]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        path = request.raw_path.partition("?")[0].removeprefix(f"{BASE}/")
        headers = {name.lower(): value for name, value in request.headers.items()}
        data = json.loads(body) if body else None
        self.seen.append(Seen(request.method, path, dict(request.query), headers, data))
        async with self._news:
            self._news.notify_all()
        answers = self._script.get((request.method, path), [])
        if answers:
            return await (answers.pop(0) if len(answers) > 1 else answers[0])(request)
        if path.endswith("/access_tokens"):
            return await token(f"ghs_7_{next(self._serial):040d}.payload-part.sign_ature", self.token_life)(request)
        return await reply({"message": "Not Found"}, 404)(request)


@asynccontextmanager
async def serving() -> AsyncIterator[Scripted]:
    server = Scripted()
    application = web.Application(client_max_size=2**26)
    application.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.port = runner.addresses[0][1]
        yield server
    finally:
        await runner.cleanup()


def reply(data: Any, status: int = 200, /, **headers: str) -> Behaviour:
    """JSON; headers are written with underscores."""

    async def answer(request: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.json_response(data, status=status, headers=named)

    return answer


def raw(body: bytes, status: int = 200, content_type: str = "application/json") -> Behaviour:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, status=status, headers={"content-type": content_type})

    return answer


def token(value: str, expires_at: str) -> Behaviour:
    return reply({"token": value, "expires_at": expires_at, "permissions": {"contents": "write"}}, 201)


def redirect(status: int, location: str) -> Behaviour:
    return reply({"message": "Moved"}, status, location=location)


def reset() -> Behaviour:
    """The connection breaks once the request has been read and, for all the client knows, acted upon."""

    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    return answer


def truncated(body: bytes) -> Behaviour:
    """A hundred bytes more are announced than come."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "application/json"})
        response.content_length = len(body) + 100
        await response.prepare(request)
        await response.write(body)
        assert request.transport is not None
        request.transport.close()
        return response

    return answer


def endless() -> Behaviour:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "application/json"})
        await response.prepare(request)
        while True:
            await response.write(b" " * 65536)

    return answer


def held(until: asyncio.Event, then: Behaviour) -> Behaviour:
    """Answer once `until` is set."""

    async def answer(request: web.Request) -> web.StreamResponse:
        await until.wait()
        return await then(request)

    return answer
