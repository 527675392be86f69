"""Runs dursor for the demo, as a process of its own that can be killed at any moment and started again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
from cryptography.fernet import Fernet

from app.cli.demo.agents import Agent
from app.localhub.hub import Hub

START_SECONDS = 30.0


class Dursor:
    """`dursor serve` against the local hub; its log goes to `server.log` in the folder."""

    def __init__(self, folder: Path, hub: Hub, *, sweep_seconds: float, agent: Agent | None = None) -> None:
        self._folder = folder
        self.port = _free_port()
        self.starts = 0
        key = folder / "app.pem"
        key.write_text(hub.private_key_pem, encoding="ascii")
        key.chmod(0o600)
        encryption_key = Fernet.generate_key().decode()
        if agent is not None:
            agent.store(folder, encryption_key)
        self._environment = {
            **(agent.environment() if agent else {}),
            "PATH": path_with_tools(),
            "HOME": str(Path.home()),
            "LANG": "C.UTF-8",
            "DURSOR_DATA_DIR": str(folder),
            "DURSOR_PORT": str(self.port),
            "DURSOR_GITHUB_API_URL": hub.api_url,
            "DURSOR_GITHUB_APP_ID": str(hub.app.id),
            "DURSOR_GITHUB_PRIVATE_KEY": str(key),
            "DURSOR_WEBHOOK_SECRET": hub.webhook_secret,
            "DURSOR_ENCRYPTION_KEY": encryption_key,
            "DURSOR_SETTLE_SECONDS": "1",
            "DURSOR_SWEEP_SECONDS": str(sweep_seconds),
            "DURSOR_LOG_FORMAT": "json",
        }
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start it and wait until it answers. Raises RuntimeError with its last words when it does not."""
        with (self._folder / "server.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "app", "serve", env=self._environment, stdin=asyncio.subprocess.DEVNULL,
                stdout=log, stderr=log,
            )  # fmt: skip
        self.starts += 1
        async with aiohttp.ClientSession() as http, asyncio.timeout(START_SECONDS):
            while self._process.returncode is None:
                with contextlib.suppress(aiohttp.ClientError):
                    async with http.get(f"{self.url}/healthz") as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.05)
        words = (self._folder / "server.log").read_text(errors="replace")[-2000:]
        raise RuntimeError(f"dursor serve did not start:\n{words}")

    async def kill(self) -> None:
        """SIGKILL: no time to put anything back."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """SIGTERM: it stops as an operator stops it."""
        await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)
            await self._process.wait()


@contextlib.asynccontextmanager
async def running(folder: Path, hub: Hub, *, sweep_seconds: float, agent: Agent | None = None) -> AsyncIterator[Dursor]:
    """A started dursor that the hub delivers to; stopped at the end."""
    dursor = await asyncio.to_thread(Dursor, folder, hub, sweep_seconds=sweep_seconds, agent=agent)
    hub.target(f"{dursor.url}/webhooks/github")
    await dursor.start()
    try:
        yield dursor
    finally:
        await dursor.stop()


def path_with_tools() -> str:
    """PATH with the programs of this Python's environment (ruff, python) in front."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
