"""One ASGI application on a port of 127.0.0.1, served by uvicorn inside the running event loop."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import email.utils
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.localhub.rest import gateway

GRACE = 1  # seconds that open requests have when the server stops


@contextlib.asynccontextmanager
async def serve(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    """Serve `app` on `listener` for as long as the block runs."""
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:
            if running.done():
                await running
            await asyncio.sleep(0.001)
        yield
    finally:
        server.should_exit = True
        await running


def dated(app: ASGIApp, now: Callable[[], datetime.datetime]) -> ASGIApp:
    """`app` with a `Date` in every answer that has none, by the clock given."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        async def stamp(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", []))
                if not any(name.lower() == b"date" for name, _ in headers):
                    headers.append((b"date", email.utils.format_datetime(now(), usegmt=True).encode()))
                message = {**message, "headers": headers}
            await send(message)

        await app(scope, receive, stamp)

    return serve


def listen(port: int = 0) -> socket.socket:
    """A socket that accepts connections on 127.0.0.1; port 0 takes a free one.

    It says TCP: asyncio turns Nagle's delay off only where it does.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    return listener


class _Server(uvicorn.Server):
    """Leaves the process's signal handlers alone: the hub is a guest in somebody else's loop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Protocol(H11Protocol):
    """Gives the application the means to cut its connection without an answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        inner = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            async def reset() -> None:
                transport.abort()
                while (await receive())["type"] != "http.disconnect":
                    pass

            extensions: dict[str, Any] = {gateway.RESET: reset}
            await inner({**scope, "extensions": {**scope.get("extensions", {}), **extensions}}, receive, send)

        self.app = app
