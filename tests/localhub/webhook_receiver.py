"""A webhook endpoint on 127.0.0.1 that keeps what it hears, for the tests of deliveries."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from app.localhub import deliveries

SECRET = "It's a Secret to Everybody"


@dataclass
class Receiver:
    """Answers `status`, or nothing before the test is over while `silent`."""

    url: str = ""
    status: int = 202
    silent: bool = False
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, request: web.Request) -> web.Response:
        self.received.append((dict(request.headers), await request.read()))
        self.heard.set()
        if self.silent:
            await self.over.wait()
        return web.Response(status=self.status, text="heard", headers={"Location": "/elsewhere"})

    @property
    def numbers(self) -> list[int]:
        return [json.loads(body)["number"] for _, body in self.received]

    @property
    def guids(self) -> list[str]:
        return [headers["X-GitHub-Delivery"] for headers, _ in self.received]


@asynccontextmanager
async def listening() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application(client_max_size=2 * deliveries.LARGEST)
    app.router.add_post("/webhooks", receiver.receive)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhooks"
    try:
        yield receiver
    finally:
        receiver.over.set()
        await runner.cleanup()


async def tell(sender: deliveries.Deliveries, number: int) -> str:
    """Send the event that is known by `number`; returns its GUID."""
    return await sender.send("issues", "opened", {"number": number}, 1, 2)
