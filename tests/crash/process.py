"""A real dursor in a process of its own, killed at any moment and started again on the same data."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import weakref
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import aiohttp

from app.localhub.hub import Hub
from tests import ports

ROOT = Path(__file__).absolute().parent.parent.parent
SECRET = "It's a Secret to Everybody"
PATIENCE_SECONDS = 40.0
SERVE = ("-m", "app", "serve")


class Process:
    """`dursor serve` with its data in `folder`; its log is `server.log` in there."""

    def __init__(self, folder: Path, *, serve: Sequence[str] = SERVE, **settings: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.kills = 0
        self._serve = serve
        holder = ports.held()
        weakref.finalize(self, holder.close)
        self.url = f"http://127.0.0.1:{holder.getsockname()[1]}"
        tools = [str(Path(sys.executable).parent), os.environ["PATH"]]
        self._environment = {
            "PATH": os.pathsep.join(tools), "HOME": str(folder), "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT),
            "DURSOR_DATA_DIR": str(folder), "DURSOR_PORT": self.url.rpartition(":")[2], "DURSOR_LOG_FORMAT": "json",
            "DURSOR_SETTLE_SECONDS": "0", "DURSOR_WEBHOOK_SECRET": SECRET, **settings,
        }  # fmt: skip
        self._process: asyncio.subprocess.Process | None = None

    @property
    def database(self) -> Path:
        return self.folder / "dursor.db"

    async def spawn(self) -> None:
        """Begin to start it."""
        with (self.folder / "server.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, *self._serve, env=self._environment, cwd=self.folder, stdin=asyncio.subprocess.DEVNULL,
                stdout=log, stderr=log,
            )  # fmt: skip

    async def start(self) -> None:
        """Start it and wait until it answers; fails with its last words when it does not."""
        await self.spawn()
        async with aiohttp.ClientSession() as http, asyncio.timeout(PATIENCE_SECONDS):
            while self._process is not None and self._process.returncode is None:
                with contextlib.suppress(aiohttp.ClientError):
                    async with http.get(f"{self.url}/healthz"):
                        return
                await asyncio.sleep(0.01)
        raise AssertionError(f"it did not start:\n{self.last_words()}")

    @property
    def has_ended(self) -> bool:
        return self._process is not None and self._process.returncode is not None

    def shoot(self) -> None:
        """SIGKILL in this very moment."""
        self.signal(signal.SIGKILL)
        self.kills += 1

    def signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)

    async def ended(self) -> int:
        """Wait for its end; returns the exit code, negative for a signal."""
        assert self._process is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._process.wait()

    async def kill(self) -> None:
        self.shoot()
        await self.ended()

    def last_words(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")[-4000:]


@contextlib.asynccontextmanager
async def serving(hub: Hub, folder: Path, **settings: str) -> AsyncIterator[Process]:
    """A started server that the hub delivers to; SIGTERM ends it."""
    server = Process(
        folder, DURSOR_GITHUB_API_URL=hub.api_url, DURSOR_GITHUB_APP_ID=str(hub.app.id), DURSOR_SWEEP_SECONDS="2",
        DURSOR_GITHUB_PRIVATE_KEY=hub.private_key_pem, **settings,
    )  # fmt: skip
    hub.target(f"{server.url}/webhooks/github")
    await server.start()
    try:
        yield server
    finally:
        hub.target(None)
        server.signal(signal.SIGTERM)
        await server.ended()


async def until(what: Callable[[], object], words: str) -> None:
    """Wait until `what` is true; fails with `words`."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not what():
                await asyncio.sleep(0.01)
            return
    raise AssertionError(words)


async def nobody_left(folder: Path) -> None:
    """Wait until no process works in `folder` any more."""
    try:
        await until(lambda: not left_of(folder), "")
    except AssertionError:
        raise AssertionError(f"still there: {left_of(folder)}") from None


def left_of(folder: Path) -> list[str]:
    """The processes that work in `folder` or were told its name, by command line."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and process.name != str(os.getpid()):
            with contextlib.suppress(OSError):
                words = (process / "cmdline").read_bytes()
                if os.fsencode(folder) in words or (process / "cwd").readlink().is_relative_to(folder):
                    found.append(f"{process.name} {os.fsdecode(words).replace(chr(0), ' ')}")
    return found
