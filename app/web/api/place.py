"""Where the API is: everything below `/api/v1`, whatever characters the path has.

Starlette's own patterns pass over a path with a line break, which would get another answer than the API's.
"""

from __future__ import annotations

from typing import NoReturn

from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.api.openapi import BASE


class Place(BaseRoute):
    """The route to the API, which finds the rest of the path in `path_params`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Every method of every path that is the API's."""
        path = scope.get("path", "")
        if scope["type"] != "http" or not (path == BASE or path.startswith(f"{BASE}/")):
            return Match.NONE, {}
        return Match.FULL, {"path_params": {"path": path.removeprefix(BASE)}}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the API answer."""
        await self._app(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: object) -> NoReturn:
        """Nothing here is looked up by a name."""
        raise NoMatchFound(name, path_params)
