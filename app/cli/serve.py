"""dursor serve: the server and the workers of this process."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import ipaddress
import signal
import socket
import sys
from collections.abc import Iterator

import click
import uvicorn
from starlette.applications import Starlette

from app import logs, main
from app.cli.common import told
from app.config import Settings
from app.executors import plain
from app.github import manifest

DRAIN_SECONDS = 10
_PR_SET_DUMPABLE = 4


class _Server(uvicorn.Server):
    """Leaves signals to us: uvicorn would raise them again before our own work is put back."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)

    def _stop(self) -> None:
        self.should_exit = True


@click.command()
@told
async def serve() -> None:
    """Receive webhooks, decide, and work. SIGTERM stops it; what was at work goes on at the next start.

    Without a GitHub App it serves /setup first, to whoever types the code that it prints.
    """
    settings = Settings.load()
    logs.configure(settings)
    hide_memory()
    listener = listen(settings)
    with contextlib.closing(listener):
        if not await until_set_up(settings, listener):
            return
        async with main.running(settings) as server:
            host, port = listener.getsockname()[:2]
            click.echo(f"dursor listens on http://{host}:{port}", err=True)
            await web_server(server.app).serve(sockets=[listener])


async def until_set_up(settings: Settings, listener: socket.socket, organisation: str | None = None) -> bool:
    """Serve the set-up until there is an App; False when it was stopped before.

    The listener stays open, so that nobody is turned away while the full server starts.
    """
    address = _visible(settings, listener)

    def announce(code: str) -> None:
        click.echo(f"The code for {address} is {code}\n  {address}?code={code}", err=True)

    async with main.setting_up(settings, announce, organisation=organisation) as setup:
        if setup is None:
            return True
        click.echo("There is no GitHub App yet. Open the address above and register one.", err=True)
        if settings.public_url is None:
            click.echo("Set DURSOR_PUBLIC_URL first: the address at which GitHub reaches this server.", err=True)
        web = web_server(setup.app)
        serving = asyncio.create_task(web.serve(sockets=[listener.dup()]))
        finished = asyncio.create_task(setup.finished.wait())
        await asyncio.wait({serving, finished}, return_when=asyncio.FIRST_COMPLETED)
        finished.cancel()
        web.should_exit = True
        await serving
        if setup.registered is None:
            return False
        install = manifest.install_url(settings.github_api_url, setup.registered.slug)
        click.echo(f"The App {plain.text(setup.registered.name)} is stored. Install it: {install}", err=True)
        return True


def _visible(settings: Settings, listener: socket.socket) -> str:
    """Where a browser finds the set-up: here if only this machine can come, or else where GitHub comes too."""
    host, port = listener.getsockname()[:2]
    if settings.public_url is not None and not ipaddress.ip_address(host).is_loopback:
        return f"{settings.public_url}/setup"
    return f"http://[{host}]:{port}/setup" if ":" in host else f"http://{host}:{port}/setup"


def web_server(app: Starlette) -> uvicorn.Server:
    """The web server as it is set up for strangers."""
    config = uvicorn.Config(
        app, http="h11", access_log=False, log_config=None, server_header=False, lifespan="off",
        timeout_graceful_shutdown=DRAIN_SECONDS, timeout_keep_alive=30, h11_max_incomplete_event_size=64 * 1024,
    )  # fmt: skip
    return _Server(config)


def hide_memory() -> None:
    """Keep programs of the same user out of our memory and environment in /proc (prctl(2), PR_SET_DUMPABLE)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def listen(settings: Settings) -> socket.socket:
    """A listening socket that says TCP: asyncio turns Nagle's delay off only where it does (40 ms an answer)."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise click.ClickException(f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}.") from None
    return listener


COMMANDS = [serve]
