"""GET /status: what it is doing, in numbers for anyone and in full for the administrator."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app import __version__
from app.executors import registry, sandbox
from app.perform import seeing
from app.perform.world import World
from app.store import counts, deliveries, installations, jobs, overview
from app.store.connection import Connection
from app.web.guard import is_admin
from app.words import gates_json

LISTED = 50


class Status:
    """The status of one server."""

    def __init__(self, world: World, alive: Callable[[], dict[str, bool]]) -> None:
        self._world = world
        self._alive = alive
        self._started = world.now()

    async def show(self, request: Request) -> Response:
        """Counts only, unless the admin token is sent: names of repositories are nobody else's business."""
        everything = is_admin(request, self._world.settings)
        body = await self._world.database.read(lambda db: counts.everything(db) | (_listed(db) if everything else {}))
        body["version"] = __version__
        body["uptime_seconds"] = round((self._world.now() - self._started).total_seconds(), 1)
        if everything:
            body["loops"] = self._alive()
            level = sandbox.level(self._world.settings.sandbox)
            body["sandbox"] = level
            body["executors"] = [
                {"name": one.name, "can_start": one.ok, "detail": one.detail}
                for one in await asyncio.to_thread(registry.available, level)
            ]
            body["rate_limit_left"] = await self._rate_limits()
            body["github_clock_ahead_seconds"] = round(self._world.github.auth.skew, 1)
        return JSONResponse(body)

    async def _rate_limits(self) -> dict[str, int]:
        """Requests left, by installation, as GitHub's last answer to each said."""
        known = await self._world.database.read(installations.ids)
        limits = {str(number): self._world.github.lane(number).rate_limit for number in known}
        return {number: limit.remaining for number, limit in limits.items() if limit is not None}


def _listed(db: Connection) -> dict[str, Any]:
    return {
        "last_delivery": counts.last_delivery(db),
        "live_runs": [run | {"gates": gates_json(seeing.gates_of(db, run["id"]))} for run in overview.runs(db, LISTED)],
        "awaiting": overview.awaiting(db),
        "failed_deliveries": [dict(row) for row in deliveries.recent(db, LISTED, "failed")],
        "dead_jobs": [dict(row) for row in jobs.listed(db, LISTED, "failed")],
        "config_errors": overview.config_errors(db),
    }
