"""A set-up that is open, in the test's own process, and a GitHub that it talks to."""

from __future__ import annotations

import asyncio
import contextlib
import os

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from app import main
from app.cli import serve
from app.config import Settings
from app.localhub.hub import Hub
from app.store import app_config, offline
from tests.setup import browser as browsers


class Door:
    """The open set-up: its address, the codes that the console showed, and what was stored."""

    def __init__(self, setup, settings, url, codes):
        self.setup, self.settings, self.url, self.codes = setup, settings, url, codes

    def stored(self, keys):
        return offline.read(self.settings.database_path, lambda db: app_config.load(db, keys))

    def has_app(self):
        count = "SELECT count(*) FROM github_app_config"
        return offline.read(self.settings.database_path, lambda db: db.execute(count).fetchone()[0]) == 1


@pytest.fixture(autouse=True)
def bare(tmp_path, monkeypatch):
    """Nothing of the machine's own settings."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("DURSOR_") or name in {"PORT", "APP_ID", "PRIVATE_KEY", "WEBHOOK_SECRET"}:
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
async def hub(tmp_path, key):
    async with Hub(tmp_path / "hub", key=key) as started:
        yield started


@pytest.fixture
async def open_door(hub, tmp_path):
    """Open a set-up with these settings."""
    async with contextlib.AsyncExitStack() as stack:

        @contextlib.asynccontextmanager
        async def opened(organisation=None, **more):
            wanted = {
                "data_dir": tmp_path / "data", "github_api_url": hub.api_url, "port": 0,
                "public_url": "https://dursor.example.com",
            } | more  # fmt: skip
            settings = Settings.load(**wanted)
            codes: list[str] = []
            async with main.setting_up(settings, codes.append, organisation=organisation) as setup:
                assert setup is not None
                with contextlib.closing(serve.listen(settings)) as listener:
                    web = serve.web_server(setup.app)
                    serving = asyncio.create_task(web.serve(sockets=[listener]))
                    yield Door(setup, settings, f"http://127.0.0.1:{listener.getsockname()[1]}", codes)
                    web.should_exit = True
                    await serving

        async def enter(**more):
            return await stack.enter_async_context(opened(**more))

        yield enter


@pytest.fixture
async def door(open_door):
    return await open_door()


@pytest.fixture
async def browser(door):
    async with browsers.opened(door.url) as opened:
        yield opened
