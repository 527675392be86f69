"""`dursor serve` and `dursor setup` as processes, from nothing to a server that GitHub delivers to."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sys
from pathlib import Path

import pytest

from app.store import deliveries, offline
from tests import ports
from tests.setup import browser as browsers
from tests.setup.browser import press_create

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 40.0


class Dursor:
    """A started process; `said` is what it wrote to standard error."""

    def __init__(self, process, url):
        self.process, self.url, self.said = process, url, ""

    async def until(self, pattern: str) -> re.Match[str]:
        """Wait until it has said this."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (found := re.search(pattern, self.said)) is None:
                line = await self.process.stderr.readline()
                assert line, self.said
                self.said += line.decode()
        return found

    async def ended(self) -> int:
        async with asyncio.timeout(PATIENCE_SECONDS):
            self.said += (await self.process.stderr.read()).decode()
            code: int = await self.process.wait()
            return code


@pytest.fixture
async def start(hub, tmp_path):
    """Start a command of dursor's on this data directory."""
    started, holders = [], contextlib.ExitStack()

    async def run(*arguments, **more):
        port = holders.enter_context(ports.held()).getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        settings = {
            "DATA_DIR": str(tmp_path / "data"), "PORT": str(port), "PUBLIC_URL": url, "GITHUB_API_URL": hub.api_url,
        } | more  # fmt: skip
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "app", *arguments, cwd=tmp_path, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
            | {f"DURSOR_{name}": value for name, value in settings.items()},
        )  # fmt: skip
        started.append(process)
        return Dursor(process, url)

    yield run
    for process in started:
        if process.returncode is None:
            process.kill()
            await process.wait()
    holders.close()


async def opened(dursor) -> None:
    """Wait until the set-up answers."""
    async with asyncio.timeout(PATIENCE_SECONDS), browsers.opened(dursor.url) as browser:
        while (await browser.get("/healthz")).status != 200:
            await asyncio.sleep(0.01)


async def register(hub, dursor) -> None:
    code = (await dursor.until(r"The code for \S+ is (\S+)"))[1]
    await dursor.until("There is no GitHub App yet")
    async with browsers.opened(dursor.url) as browser:
        page = await browser.enter(code)
        assert (await browser.get(press_create(hub, page.forms[0]))).status == 200


async def test_a_server_without_an_app_goes_on_as_the_full_server_once_there_is_one(hub, start, tmp_path):
    dursor = await start("serve")
    await register(hub, dursor)
    await dursor.until("The App dursor-[0-9a-f]+ is stored")
    await dursor.until("dursor listens on")

    hub.ping()
    await hub.quiet()

    assert [(one["status_code"], one["event"]) for one in hub.deliveries.list()[0]] == [(200, "ping")]
    async with browsers.opened(dursor.url) as browser:
        assert (await browser.get("/setup")).status == 404
        assert (await browser.get("/status")).status == 200
    dursor.process.send_signal(signal.SIGTERM)
    assert await dursor.ended() == 0
    assert "PRIVATE KEY" not in dursor.said
    assert hub.deliveries.secret not in dursor.said
    kept = offline.read(tmp_path / "data" / "dursor.db", lambda db: len(deliveries.recent(db, 10)))
    assert kept == 1


async def test_a_second_start_needs_no_set_up_and_no_settings_of_the_app(hub, start):
    dursor = await start("setup")
    await register(hub, dursor)
    assert await dursor.ended() == 0
    assert b"dursor doctor" in await dursor.process.stdout.read()

    again = await start("setup")
    assert await again.ended() == 0
    assert b"configured already, by the database" in await again.process.stdout.read()

    server = await start("serve")
    await server.until("dursor listens on")
    assert "code" not in server.said


async def test_an_app_of_the_environment_needs_nothing_that_is_stored(hub, start, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "encryption.key").write_text("not a key")
    app = {"GITHUB_APP_ID": str(hub.app.id), "GITHUB_PRIVATE_KEY": hub.private_key_pem, "WEBHOOK_SECRET": "x" * 32}
    server = await start("serve", **app)
    await server.until("dursor listens on")
    setup = await start("setup", **app)
    assert await setup.ended() == 0
    assert b"configured already, by the environment" in await setup.process.stdout.read()


async def test_a_set_up_that_is_stopped_says_so_and_stores_nothing(start, tmp_path):
    dursor = await start("setup", "--org", "octo-org")
    await dursor.until("There is no GitHub App yet")
    await opened(dursor)
    dursor.process.send_signal(signal.SIGTERM)
    assert await dursor.ended() == 1
    assert "not registered" in dursor.said
    assert not (tmp_path / "data" / "encryption.key").exists()


async def test_a_server_that_is_stopped_before_its_set_up_ends_well(start):
    dursor = await start("serve")
    await dursor.until("There is no GitHub App yet")
    await opened(dursor)
    dursor.process.send_signal(signal.SIGINT)
    assert await dursor.ended() == 0


@pytest.mark.parametrize(
    ("arguments", "settings", "words"),
    [
        (["serve"], {"GITHUB_APP_ID": "1"}, "only known in part"),
        (["serve"], {"WEBHOOK_SECRET": "a-secret-of-somebodys"}, "only known in part"),
        (["setup"], {"GITHUB_APP_ID": "1"}, "only known in part"),
        (["setup", "--org", "../x"], {}, "not the name of an organisation"),
        (["setup"], {"PUBLIC_URL": ""}, "Set DURSOR_PUBLIC_URL first"),
    ],
)
async def test_what_is_half_configured_is_refused_in_words(start, arguments, settings, words):
    dursor = await start(*arguments, **settings)
    assert await dursor.ended() == 1
    assert words in dursor.said
    assert "Traceback" not in dursor.said


async def test_beside_a_running_server_there_is_no_second_set_up(start):
    dursor = await start("serve")
    await dursor.until("There is no GitHub App yet")
    second = await start("setup")
    assert await second.ended() == 1
    assert "Another dursor serves" in second.said


async def test_without_a_public_address_the_server_says_what_to_set(hub, start):
    dursor = await start("serve", PUBLIC_URL="")
    code = (await dursor.until(r"The code for \S+ is (\S+)"))[1]
    await dursor.until("Set DURSOR_PUBLIC_URL first")
    async with browsers.opened(dursor.url) as browser:
        page = await browser.enter(code)
    assert page.forms == []
    assert "DURSOR_PUBLIC_URL" in page.text
