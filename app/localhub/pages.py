"""Everything under the hub's address: the API, git, log files behind short-lived links, and web pages to look at."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from app.localhub import auth, git_http, git_push, showing
from app.localhub.actions import pushing, refusing
from app.localhub.rest import app as rest
from app.localhub.state import people, world


def routes(hub: world.World, keys: Mapping[int, rsa.RSAPublicKey]) -> list[BaseRoute]:
    """All routes, the most particular first; git has what nobody else claims."""

    async def log(request: Request) -> Response:
        ends, text = hub.links.get(request.path_params["name"], (0.0, ""))
        if ends <= hub.clock.now().timestamp():
            return PlainTextResponse("The link has expired.", 404)
        return PlainTextResponse(text, headers={"content-type": "text/plain; charset=utf-8"})

    async def page(request: Request) -> Response:
        params = request.path_params
        home = hub.find(f"{params['owner']}/{params['repo']}")
        issue = home.issues.get(params["number"]) if home else None
        if home is None or issue is None:
            return PlainTextResponse("Not Found", 404)
        return HTMLResponse(showing.page(issue), headers={"content-security-policy": showing.POLICY})

    return [
        *rest.routes(hub, dict(keys)),
        Route("/_logs/{name}", log),
        Route("/{owner}/{repo}/pull/{number:int}", page),
        Route("/{owner}/{repo}/issues/{number:int}", page),
        Mount("/", _git(hub)),
    ]


def _git(hub: world.World) -> ASGIApp:
    def authorize(password: str | None, full_name: str, access: str) -> bool:
        home = hub.find(full_name) or hub.renamed(full_name)
        if home is None:
            return False
        if access == "read" and not home.private:
            return True
        token = auth.token(hub, password) if password else None
        if token is None or token.installation.suspended_at or not auth.sees(token, home):
            return False
        return auth.may(token, "contents", access) and not (access == "write" and home.archived)

    async def on_push(full_name: str, updates: list[git_push.RefUpdate]) -> None:
        home = hub.find(full_name) or hub.renamed(full_name)
        if home:
            await pushing.received(hub, home, updates, _pusher(hub, updates))

    async def refuse(full_name: str, update: git_push.RefUpdate) -> str | None:
        home = hub.find(full_name) or hub.renamed(full_name)
        return await refusing.refusal(hub, home, update) if home else None

    def is_live(password: str) -> bool:
        return auth.token(hub, password) is not None

    return git_http.app(hub.root, authorize, on_push, refuse, is_live)


def _pusher(hub: world.World, updates: list[git_push.RefUpdate]) -> people.User:
    """The account behind the token that pushed."""
    token = hub.tokens.get(updates[0].credential or "")
    if token is None:
        raise LookupError("only installations push over HTTP")
    return token.installation.app.bot
