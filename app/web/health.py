"""GET /healthz, /readyz: whether the process lives, and whether it can do its work.

The body follows draft-inadarei-api-health-check-06, "Health Check Response Format for HTTP APIs".
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from app import __version__
from app.perform.world import World
from app.store import counts, maintenance
from app.store.database import Busy
from app.web.guard import is_admin

INBOX_LAG_SECONDS = 120.0
MIN_DISK_FREE = 0.05


class Health:
    """The health of one server."""

    def __init__(self, world: World, alive: Callable[[], dict[str, bool]]) -> None:
        self._world = world
        self._alive = alive
        self._probe: asyncio.Task[list[dict[str, Any]]] | None = None

    async def live(self, request: Request) -> Response:
        """The process lives; nothing more is looked at."""
        return PlainTextResponse("ok\n")

    async def ready(self, request: Request) -> Response:
        """200 while the database takes writes, the inbox keeps up and the loops run; 503 otherwise."""
        database, inbox = await self._database()
        checks = {
            "database:write": database,
            "inbox:lag": inbox,
            "disk:free": self._disk(),
            **{f"{name}:alive": _check("pass" if alive else "fail", alive) for name, alive in self._alive().items()},
            "github:identity": _check("pass" if self._world.known.is_set() else "warn", self._world.known.is_set()),
        }
        states = {check["status"] for check in checks.values()}
        status = "fail" if "fail" in states else ("warn" if "warn" in states else "pass")
        body: dict[str, Any] = {"status": status, "version": __version__}
        if is_admin(request, self._world.settings):
            body["checks"] = {name: [check] for name, check in checks.items()}
        return JSONResponse(body, 503 if status == "fail" else 200, media_type="application/health+json")

    async def _database(self) -> list[dict[str, Any]]:
        """Whether the database takes a write and what waits in it; however many ask, it is tried once at a time."""
        if self._probe is None or self._probe.done():
            self._probe = asyncio.create_task(self._try_database())
        return await asyncio.shield(self._probe)

    async def _try_database(self) -> list[dict[str, Any]]:
        try:
            await self._world.database.write(maintenance.touch)
            lag = (await self._world.database.read(counts.inbox))["oldest_seconds"]
        except Busy as busy:
            return [_check("fail", str(busy)), _check("warn", "not known")]
        behind = _check("fail" if lag > INBOX_LAG_SECONDS else "pass", lag) | {"observedUnit": "s"}
        return [_check("pass", "writable"), behind]

    def _disk(self) -> dict[str, Any]:
        usage = shutil.disk_usage(self._world.settings.data_dir)
        free = usage.free / usage.total
        return _check("pass" if free > MIN_DISK_FREE else "warn", round(free, 3))


def _check(status: str, value: object) -> dict[str, Any]:
    return {"status": status, "observedValue": value}
