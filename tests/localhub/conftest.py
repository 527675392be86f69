"""A running hub, an app that talks to it over real HTTP, and a place where its webhooks arrive."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import jwt
import pytest
from aiohttp import web

from app.localhub.hub import Hub


@dataclasses.dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: Any


@dataclasses.dataclass
class App:
    """The hub's app as a client: `as_app` signs with its key, plain calls use an installation token."""

    hub: Hub
    session: aiohttp.ClientSession
    token: str = ""

    def jwt(self, **claims: Any) -> str:
        now = int(time.time() + self.hub.clock.offset)
        claims = {"iat": now - 30, "exp": now + 300, "iss": str(self.hub.app.id)} | claims
        return jwt.encode(claims, self.hub.private_key_pem, algorithm="RS256")

    async def as_app(self, method: str, path: str, body: Any = None, **options: Any) -> Reply:
        return await self.call(method, path, body, token=self.jwt(), **options)

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        given = token if token is not None else self.token
        sent = {"authorization": f"Bearer {given}"} if given else {}
        data = None if body is None else json.dumps(body)
        url = path if path.startswith("http") else self.hub.api_url + path
        async with self.session.request(
            method, url, data=data, headers=sent | (headers or {}), allow_redirects=False
        ) as answer:
            text = await answer.text()
            kind = answer.headers.get("content-type", "")
            found = json.loads(text) if "json" in kind and text else text
            return Reply(answer.status, {k.lower(): v for k, v in answer.headers.items()}, found)

    async def authenticate(self, body: Any = None, installation: int = 0) -> str:
        """Mint a token for the first (or the given) installation and use it from now on."""
        if not installation:
            installation = (await self.as_app("GET", "/app/installations")).body[0]["id"]
        minted = await self.as_app("POST", f"/app/installations/{installation}/access_tokens", body or {})
        assert minted.status == 201, minted
        self.token = minted.body["token"]
        return self.token


@dataclasses.dataclass
class Delivery:
    event: str
    headers: dict[str, str]
    body: bytes
    payload: dict[str, Any]

    @property
    def name(self) -> str:
        action = self.payload.get("action")
        return f"{self.event}.{action}" if action else self.event


@dataclasses.dataclass
class Inbox:
    """Where the webhooks arrive; answers 202 to all."""

    url: str
    deliveries: list[Delivery] = dataclasses.field(default_factory=list)

    def named(self, name: str) -> list[dict[str, Any]]:
        return [one.payload for one in self.deliveries if one.name == name]

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.deliveries]


@contextlib.asynccontextmanager
async def receiving() -> AsyncIterator[Inbox]:
    inbox = Inbox("")

    async def receive(request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        inbox.deliveries.append(Delivery(headers["x-github-event"], headers, body, json.loads(body)))
        return web.Response(status=202)

    application = web.Application(client_max_size=26 * 1024 * 1024)
    application.router.add_post("/webhook", receive)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    inbox.url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhook"
    try:
        yield inbox
    finally:
        await runner.cleanup()


@pytest.fixture
async def hub(tmp_path):
    async with Hub(tmp_path / "hub") as running:
        yield running


@pytest.fixture
async def inbox(hub):
    async with receiving() as place:
        hub.target(place.url)
        yield place


@pytest.fixture
async def app(hub):
    async with aiohttp.ClientSession() as session:
        yield App(hub, session)


@pytest.fixture
async def repo(hub, inbox, app):
    """A repository where the app is installed; `app` holds a token for it."""
    made = await hub.create_repository("octo/widgets", {"README.md": "# Widgets\n", "a.py": "x = 1\n" * 20})
    await app.authenticate()
    return made
