"""The app about itself: who it is, where it is installed, and its tokens."""

from __future__ import annotations

from typing import Any

from app.localhub import auth, clock
from app.localhub.rest import routing
from app.localhub.rest.routing import Answer, Call
from app.localhub.shapes import repositories, users
from app.localhub.state import people, repository

ROUTES = routing.Table()


@ROUTES.on("GET /app", "apps/get-authenticated", who="app")
async def get(call: Call) -> Answer:
    app = _app(call)
    count = sum(1 for one in call.hub.installations.values() if one.app is app)
    return Answer(users.app(call.hub, app) | {"installations_count": count})


@ROUTES.on("GET /app/installations", "apps/list-installations", who="app")
async def installations(call: Call) -> Answer:
    found = [one for one in call.hub.installations.values() if one.app is _app(call)]
    return routing.paged(call, found, lambda one: users.installation(call.hub, one))


@ROUTES.on("GET /app/installations/{installation_id}", "apps/get-installation", who="app")
async def installation(call: Call) -> Answer:
    return Answer(users.installation(call.hub, _installation(call)))


@ROUTES.on(
    "POST /app/installations/{installation_id}/access_tokens",
    "apps/create-installation-access-token",
    who="app",
)
async def create_token(call: Call) -> Answer:
    found = _installation(call)
    if found.suspended_at:
        raise routing.ApiError(403, "This installation has been suspended")
    permissions = _narrowed(found, call.body.get("permissions"))
    chosen = _chosen(call, found)
    token = auth.mint(call.hub, found, permissions, None if chosen is None else {one.id for one in chosen})
    body: dict[str, Any] = {
        "token": token.value,
        "expires_at": clock.iso(token.expires_at),
        "permissions": permissions,
        "repository_selection": "all" if found.repositories is None and chosen is None else "selected",
    }
    if chosen is not None:
        body["repositories"] = [repositories.normal(call.hub, one) for one in chosen]
    return Answer(body, 201)


@ROUTES.on("DELETE /installation/token", "apps/revoke-installation-access-token")
async def revoke_token(call: Call) -> Answer:
    """The token that asks ends now."""
    if call.token is None:
        raise routing.not_found()
    call.token.expires_at = call.hub.clock.now()
    return Answer(None, 204)


@ROUTES.on("GET /installation/repositories", "apps/list-repos-accessible-to-installation", "metadata=read")
async def list_repositories(call: Call) -> Answer:
    token = call.token
    if token is None:
        raise routing.not_found()
    seen = [one for one in _owned(call, token.installation) if auth.sees(token, one)]
    page = routing.paged(call, seen, lambda one: repositories.normal(call.hub, one), "repositories")
    page.body["repository_selection"] = "all" if token.installation.repositories is None else "selected"
    return page


@ROUTES.on("POST /app-manifests/{code}/conversions", "apps/create-from-manifest", who="anybody")
async def convert(call: Call) -> Answer:
    """What the manifest flow ends in: the new App with its secrets, once for each code."""
    found = call.hub.conversions.pop(call.params["code"], None)
    if found is None:
        raise routing.not_found()
    app, secrets = found
    return Answer(users.app(call.hub, app) | secrets, 201)


def _app(call: Call) -> people.App:
    if call.app is None:
        raise auth.Unauthorized("A JSON web token could not be decoded")
    return call.app


def _installation(call: Call) -> people.Installation:
    found = call.hub.installations.get(call.number("installation_id"))
    if found is None or found.app is not _app(call):
        raise routing.not_found()
    return found


def _owned(call: Call, found: people.Installation) -> list[repository.Repository]:
    return [
        one
        for one in call.hub.repositories.values()
        if not one.deleted
        and one.owner is found.account
        and (found.repositories is None or one.id in found.repositories)
    ]


def _narrowed(found: people.Installation, wanted: Any) -> dict[str, str]:
    if wanted is None:
        return dict(found.permissions)
    if not isinstance(wanted, dict):
        raise routing.invalid("Integration", "permissions")
    for name, level in wanted.items():
        granted = found.permissions.get(name)
        if granted not in (level, "write") or level not in ("read", "write"):
            raise routing.ApiError(422, "The permissions requested are not granted to this installation.")
    return {"metadata": "read", **wanted}


def _chosen(call: Call, found: people.Installation) -> list[repository.Repository] | None:
    numbers, names = call.body.get("repository_ids"), call.body.get("repositories")
    if numbers is None and names is None:
        return None
    for field, listed, kind in (("repository_ids", numbers, int), ("repositories", names, str)):
        if not isinstance(listed or [], list) or not all(isinstance(one, kind) for one in listed or []):
            raise routing.invalid("Integration", field)
    owned = _owned(call, found)
    chosen = [one for one in owned if one.id in (numbers or []) or one.name in (names or [])]
    if len(chosen) < len(numbers or []) + len(names or []):
        raise routing.ApiError(
            422,
            "There is at least one repository that does not exist or is not accessible to the parent installation.",
        )
    return chosen
