"""Accounts, the rate limit, and what GitHub tells about itself."""

from __future__ import annotations

from app.localhub.rest import access, limits, routing
from app.localhub.rest.routing import Answer, Call
from app.localhub.shapes import users

ROUTES = routing.Table()


@ROUTES.on("GET /users/{username}", "users/get-by-username", who="anybody")
async def user(call: Call) -> Answer:
    found = call.hub.users.get(call.params["username"].lower())
    if found is None:
        raise routing.not_found()
    return Answer(users.public(call.hub, found))


@ROUTES.on("GET /rate_limit", "rate-limit/get", who="anybody")
async def rate_limit(call: Call) -> Answer:
    core = limits.state(call.hub, access.subject(call))
    others = core | {"limit": 5000, "used": 0, "remaining": 5000}
    search = core | {"limit": 30, "used": 0, "remaining": 30}
    resources = {"core": core, "graphql": others, "search": search, "integration_manifest": others}
    return Answer({"resources": resources, "rate": core})


@ROUTES.on("GET /meta", "meta/get", who="anybody")
async def meta(call: Call) -> Answer:
    here = ["127.0.0.1/32", "::1/128"]
    body = {"verifiable_password_authentication": True, "hooks": here, "web": here, "api": here, "git": here}
    return Answer(body)
