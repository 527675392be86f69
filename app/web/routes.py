"""The web application: its paths, and what every answer has in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.perform.world import World
from app.store.database import Busy
from app.web.api.place import Place
from app.web.api.serve import Api
from app.web.api.table import OPERATIONS
from app.web.health import Health
from app.web.status import Status
from app.webhook import Edge

log = structlog.get_logger(__name__)

Alive = Callable[[], dict[str, bool]]


def application(world: World, secrets: Sequence[str], alive: Alive) -> Starlette:
    """The Starlette application. Nothing it answers tells a stranger more than the contract says."""
    health, status = Health(world, alive), Status(world, alive)
    edge = Edge(world.database, secrets)

    async def receive(request: Request) -> Response:
        return await edge(request)

    app = Starlette(
        routes=[
            Route("/webhooks/github", receive, methods=["POST"]),
            Route("/healthz", health.live),
            Route("/readyz", health.ready),
            Route("/status", status.show),
            Place(Api(world.database, world.settings, OPERATIONS)),
        ],
        exception_handlers={HTTPException: _http_error, Busy: _busy, Exception: _broken},
    )
    app.router.redirect_slashes = False
    return app


async def _http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse({"message": error.detail}, error.status_code, error.headers)


async def _busy(request: Request, error: Exception) -> Response:
    return JSONResponse({"message": "The database is busy; try again."}, 503, {"Retry-After": "5"})


async def _broken(request: Request, error: Exception) -> Response:
    """A bug is logged with its traceback and told to nobody."""
    return JSONResponse({"message": "Something broke here; the log says what."}, 500)
