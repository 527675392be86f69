"""Who is asking and what they may: the checks between the wire and a route, in GitHub's order and words."""

from __future__ import annotations

import urllib.parse
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.requests import Request

from app.localhub import auth
from app.localhub.rest import limits, routing
from app.localhub.state import people, repository, world


def version(asked: str, agent: str | None) -> None:
    """Refuse an API version that does not exist, and callers without a name."""
    if not agent:
        raise routing.ApiError(
            403,
            "Request forbidden by administrative rules. Please make sure your request has a User-Agent header",
        )
    if asked not in limits.VERSIONS:
        raise routing.ApiError(400, f"'{asked}' is not a supported version of the API.")


def identify(
    hub: world.World,
    keys: dict[int, rsa.RSAPublicKey],
    request: Request,
    path: str,
    body: Any,
    route: routing.Route,
) -> routing.Call:
    """The call with its caller. Raises auth.Unauthorized for credentials that are worth nothing."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    secret = secret.strip()
    params = {key: str(value) for key, value in request.path_params.items()}
    if not all(value.isprintable() for value in params.values()):
        raise routing.not_found()
    call = routing.Call(hub, request.method, path, params, dict(request.query_params), body)
    if scheme.lower() not in ("bearer", "token") or not secret:
        if route.who == "anybody":
            return call
        raise auth.Unauthorized("Requires authentication")
    if secret.startswith("ghs_"):
        call.token = auth.token(hub, secret)
        if route.who == "app":
            raise auth.Unauthorized("A JSON web token could not be decoded")
        if call.token is None:
            raise auth.Unauthorized("Bad credentials")
    elif secret.count(".") == 2:
        call.app = auth.app(hub, keys, secret)
        if route.who == "installation":
            raise auth.Unauthorized("Bad credentials")
    else:
        raise auth.Unauthorized("Bad credentials")
    return call


def subject(call: routing.Call) -> str:
    """Whose rate limit the call counts against, as the refusal names it."""
    if call.token:
        return f"installation ID {call.token.installation.id}"
    return f"app ID {call.app.id}" if call.app else "127.0.0.1"


def admit(call: routing.Call, route: routing.Route) -> None:
    """Find the repository the path names and hold the token's permissions against the route's."""
    token = call.token
    if token and token.installation.suspended_at:
        raise routing.ApiError(403, "This installation has been suspended")
    if "{owner}" in route.path or "{repository_id}" in route.path:
        call.place = _repository(call)
        if token is None or not auth.sees(token, call.place):
            raise routing.not_found()
        _moved(call)
        if call.method != "GET" and call.place.archived:
            raise routing.ApiError(403, "Repository was archived so is read-only.")
    if route.needs and token and not _granted(token, route.needs):
        raise routing.ApiError(
            403,
            "Resource not accessible by integration",
            headers={"x-accepted-github-permissions": "; ".join(route.needs)},
        )


def _granted(token: people.Token, needs: tuple[str, ...]) -> bool:
    return any(auth.may(token, *need.split("=", 1)) for need in needs)


def _repository(call: routing.Call) -> repository.Repository:
    hub = call.hub
    if "repository_id" in call.params:
        found = hub.repositories.get(call.number("repository_id"))
    else:
        name = f"{call.params['owner']}/{call.params['repo']}"
        found = hub.find(name) or hub.renamed(name)
    if found is None or found.deleted:
        raise routing.not_found()
    return found


def _moved(call: routing.Call) -> None:
    """Send callers who use a former name on: 301 for reading, 307 so that a write stays what it is."""
    home = call.home
    name = f"{call.params['owner']}/{call.params['repo']}" if "repo" in call.params else home.full_name
    if name.lower() == home.full_name.lower():
        return
    rest = call.path.split("/", 4)[4:]
    url = f"{call.hub.api}/repositories/{home.id}" + "".join(f"/{part}" for part in rest)
    if call.query:
        url += "?" + urllib.parse.urlencode(call.query)
    status = 301 if call.method == "GET" else 307
    moved = routing.ApiError(status, "Moved Permanently", headers={"location": url})
    moved.body = {"message": "Moved Permanently", "url": url, "documentation_url": routing.DOCUMENTATION}
    raise moved
