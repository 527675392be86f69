"""All routes of the API as one ASGI application; what is not there is GitHub's 404."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from app.localhub import graphql
from app.localhub.rest import (
    actions,
    apps,
    checks,
    commits,
    gateway,
    hooks,
    issues,
    meta,
    pulls,
    repos,
    reviews,
    routing,
    statuses,
)
from app.localhub.state import world

FAMILIES = (apps, hooks, meta, repos, checks, statuses, commits, reviews, pulls, issues, actions)
PREFIX = "/api/v3"
BY_ID = "/repositories/{repository_id}"
VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def routes(hub: world.World, keys: dict[int, rsa.RSAPublicKey]) -> list[BaseRoute]:
    """Every route, those of a repository also under its number as GitHub has them."""
    found: list[BaseRoute] = []
    for family in FAMILIES:
        for route in family.ROUTES:
            ends = gateway.Gateway(hub, keys, route)
            found.append(Route(PREFIX + route.path, ends, methods=[route.method]))
            if "{owner}" in route.path:
                path = PREFIX + route.path.replace("/repos/{owner}/{repo}", BY_ID)
                found.append(Route(path, ends, methods=[route.method]))
    found.append(Route(graphql.ROUTE.path, gateway.Gateway(hub, keys, graphql.ROUTE), methods=["POST"]))
    found.append(Route(PREFIX + "/{rest:path}", _missing, methods=VERBS))
    return found


async def _missing(request: Request) -> Response:
    error = routing.not_found()
    return JSONResponse(error.body, error.status)
