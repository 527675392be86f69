"""An answer on its way out: whole, as a stream of events, or cut."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.types import Receive, Scope, Send

from app.localhub.rest import gateway


class Reply:
    """The one answer to a request."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._reset = scope["extensions"][gateway.RESET]
        self._receive = receive
        self._send = send

    async def json(self, body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        await self.whole(json.dumps(body), status, {"content-type": "application/json", **(headers or {})})

    async def whole(self, body: str, status: int, headers: Mapping[str, str]) -> None:
        """An answer of known length."""
        content = body.encode()
        await self._start(status, {**headers, "content-length": str(len(content))})
        await self._send({"type": "http.response.body", "body": content})

    async def stream(self, events: Iterable[str], *, silent: float = 0, cut: bool = False) -> None:
        """Events in chunks, then silence until it is over or the other side goes, then an end or a cut."""
        await self._start(200, {"content-type": "text/event-stream", "cache-control": "no-cache"})
        for event in events:
            await self._send({"type": "http.response.body", "body": event.encode(), "more_body": True})
        if silent:
            await self._send({"type": "http.response.body", "body": b"", "more_body": True})
            await self._stay(silent)
        if cut:
            await self.cut()
        else:
            await self._send({"type": "http.response.body", "body": b""})

    async def cut(self) -> None:
        """Drop the connection."""
        await self._reset()

    async def _start(self, status: int, headers: Mapping[str, str]) -> None:
        pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await self._send({"type": "http.response.start", "status": status, "headers": pairs})

    async def _stay(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                while (await self._receive())["type"] != "http.disconnect":
                    pass
        except TimeoutError:
            return
