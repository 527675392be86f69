"""A GitHub on one machine: started in a test or the demo, it serves the API, git and webhooks, and does what people do.

async with Hub(root, webhook_secret="...") as hub:
hub.target("http://127.0.0.1:8000/webhooks/github")
repo = await hub.create_repository("octo/widgets", {"README.md": "# Widgets"}, ci=True)
pull = await hub.open_pull_request(repo, files={"a.py": "x=1"}, author="alice")
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import types
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette
from starlette.types import ASGIApp

from app.localhub import clock, deliveries, faults, pages, server
from app.localhub.actions import settling
from app.localhub.handle.owners import Owners
from app.localhub.handle.people import People
from app.localhub.handle.views import Views
from app.localhub.state import people
from app.localhub.state import world as worlds

APP_ID = 424242
EXAMPLE_SECRET = "It's a Secret to Everybody"  # noqa: S105 - the one in GitHub's documentation
ACTIONS_ID = 15368  # the GitHub Actions app has this number on github.com


class Hub(People, Owners, Views):
    """A running hub; what people and owners do, and what there is to see, stands in `handle`."""

    def __init__(
        self,
        root: Path,
        *,
        webhook_secret: str = EXAMPLE_SECRET,
        app_id: int = APP_ID,
        slug: str = "dursor",
        port: int = 0,
        key: rsa.RSAPrivateKey | None = None,
    ) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.webhook_secret = webhook_secret
        self._key = key or rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._wanted_port = port
        self.clock = clock.Clock()
        self.faults = faults.Faults()
        sender = deliveries.Deliveries(
            webhook_secret, None, app_id=app_id, clock=self.clock.now, faults=self.faults.deliveries
        )
        self.world = worlds.World(root, self.clock, sender, faults=self.faults)
        self.world.settle = functools.partial(settling.settle, self.world)
        self.app = self._new_app(app_id, slug)
        self.actions_app = self._new_app(ACTIONS_ID, "github-actions")
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; the address is known from here on."""
        listener = self._stack.enter_context(server.listen(self._wanted_port))
        self.port: int = listener.getsockname()[1]
        self.world.origin = f"http://127.0.0.1:{self.port}"
        await self._stack.enter_async_context(server.serve(self._application(), listener))

    async def stop(self) -> None:
        """End what runs in the background, then the server. Raises what went wrong in the background."""
        while self.world.tasks:
            for task in self.world.tasks:
                task.cancel()
            await asyncio.gather(*self.world.tasks, return_exceptions=True)
        await self.world.deliveries.stop()
        await self._stack.aclose()
        if self.world.failures:
            raise self.world.failures[0]

    def target(self, url: str | None) -> None:
        """Where webhooks go from now on; None sends none."""
        self.world.deliveries.target_url = url

    async def quiet(self) -> None:
        """Wait until no CI runs, nothing is computed and no delivery is on its way."""
        await self.world.deliveries.drain()
        while self.world.tasks:
            await asyncio.wait(list(self.world.tasks))
            await self.world.deliveries.drain()

    @property
    def ci_delay(self) -> float:
        """Seconds that pass before CI shows its first sign."""
        return self.world.ci_delay

    @ci_delay.setter
    def ci_delay(self, seconds: float) -> None:
        self.world.ci_delay = seconds

    @property
    def url(self) -> str:
        return self.world.origin

    @property
    def api_url(self) -> str:
        return self.world.api

    @property
    def private_key_pem(self) -> str:
        return self._key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        ).decode()

    def _application(self) -> ASGIApp:
        routes = pages.routes(self.world, {self.app.id: self._key.public_key()})
        return server.dated(Starlette(routes=routes), self.clock.now)

    def _new_app(self, number: int, slug: str) -> people.App:
        hub = self.world
        owner, bot = hub.user("github", "Organization"), hub.user(f"{slug}[bot]")
        name = {"github-actions": "GitHub Actions"}.get(slug, slug)
        app = hub.apps[number] = people.App(number, slug, name, owner, bot, hub.now())
        return app
