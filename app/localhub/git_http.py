"""Serves the hub's repositories to real git clients: the smart HTTP protocol, with GitHub's refusals.

The protocol itself is spoken by `git http-backend`; here it is decided who may. Dumb HTTP is not served.
"""

from __future__ import annotations

import base64
import re
import urllib.parse
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.localhub import git_cgi, git_process, git_push, git_repo

RefUpdate = git_push.RefUpdate
Access = Literal["read", "write"]
Authorize = Callable[[str | None, str, Access], bool]
OnPush = Callable[[str, list[RefUpdate]], Awaitable[None]]
Refuse = Callable[[str, RefUpdate], Awaitable[str | None]]

_PATH = re.compile(
    r"/(?P<name>[A-Za-z0-9][A-Za-z0-9_-]{0,38}/(?!\.{1,2}(?:\.git)?/)[A-Za-z0-9._-]{1,100}?)(?:\.git)?"
    r"/(?P<what>info/refs|git-upload-pack|git-receive-pack)"
)
_SERVICES: dict[str, Access] = {"git-upload-pack": "read", "git-receive-pack": "write"}
_SETTINGS = {
    "http.getanyfile": "false",
    "uploadpack.allowFilter": "true",
    "uploadpack.allowAnySHA1InWant": "true",
    "receive.fsckObjects": "true",
    "receive.hideRefs": "refs/pull",
    "receive.autogc": "false",
}


def app(
    root: Path,
    authorize: Authorize,
    on_push: OnPush,
    refuse: Refuse,
    is_live: Callable[[str], bool],
    on_stderr: Callable[[str], None] | None = None,
) -> ASGIApp:
    """An ASGI application for `/OWNER/NAME.git` of every repository under `root`; 404 for all other paths.

    `authorize(password or None, "OWNER/NAME", "read" or "write")` says who may what.
    `is_live(password)` tells a credential that is worth anything from one that has expired (401 at once).
    `refuse(full_name, update)` may veto an update when the push's objects are already readable: the last line
    of its answer is the reason git shows in brackets, lines before it are shown as `remote:`.
    `on_push(full_name, updates)` is awaited before the client learns of its success.
    """
    hooks = root / ".hooks"
    git_push.write_hooks(hooks)

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        found = _route(scope)
        if found is None:
            await _say(404, "Not Found")(scope, receive, send)
            return
        full_name, what, service = found
        user, password = _credentials(Headers(scope=scope).get("authorization"))
        refusal = _refusal(root, full_name, _SERVICES[service], password, authorize, is_live)
        if refusal:
            await refusal(scope, receive, send)
            return
        environment = _environment(scope, root, full_name, what, service, user)
        settings = _SETTINGS | {"http.receivepack": "true" if _SERVICES[service] == "write" else "false"}
        if what != "git-receive-pack":
            environment |= git_process.settings(settings)
            await git_cgi.serve(receive, send, environment, on_stderr=on_stderr)
            return

        async def veto(update: RefUpdate) -> str | None:
            return await refuse(full_name, update)

        async with git_push.watch(hooks, password, veto) as push:

            async def tell() -> None:
                if push.updates:
                    await on_push(full_name, push.updates)

            await git_cgi.serve(
                receive,
                send,
                environment | push.environment | git_process.settings(settings | push.settings),
                fds=[push.channel.fileno()],
                outlive=True,
                before_end=tell,
                on_stderr=on_stderr,
            )

    return serve


def _route(scope: Scope) -> tuple[str, str, str] | None:
    """Repository, last part of the path and service of a request of the smart protocol."""
    path = _PATH.fullmatch(scope["path"]) if scope["type"] == "http" else None
    if path is None:
        return None
    what = path["what"]
    if what == "info/refs":
        asked = urllib.parse.parse_qs(scope["query_string"].decode("latin-1")).get("service", [])
        service, method = "".join(asked), "GET"
    else:
        service, method = what, "POST"
    if service not in _SERVICES or scope["method"] != method:
        return None
    return path["name"], what, service


def _credentials(header: str | None) -> tuple[str | None, str | None]:
    """User and password of Basic authentication (RFC 7617), Nones when there is none that can be read."""
    scheme, _, encoded = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return None, None
    try:
        user, _, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None, None
    return user, password


def _refusal(
    root: Path,
    full_name: str,
    access: Access,
    password: str | None,
    authorize: Authorize,
    is_live: Callable[[str], bool],
) -> PlainTextResponse | None:
    """GitHub's answer to somebody who may not; what one cannot read does not seem to exist."""
    if password and not is_live(password):
        return _say(401, "Invalid username or token.")
    if authorize(password, full_name, access):
        exists = git_repo.path(root, full_name).is_dir()
        return None if exists else _say(404, "Repository not found.")
    if not password:
        return _say(401, "Authentication is required.")
    if authorize(password, full_name, "read"):
        return _say(403, "Write access to repository not granted.")
    return _say(404, "Repository not found.")


def _say(status: int, text: str) -> PlainTextResponse:
    headers = {"WWW-Authenticate": 'Basic realm="GitHub"'} if status == 401 else None
    return PlainTextResponse(text + "\n", status, headers)


def _environment(scope: Scope, root: Path, full_name: str, what: str, service: str, user: str | None) -> dict[str, str]:
    """The meta-variables of RFC 3875 that `git http-backend` reads."""
    headers = Headers(scope=scope)
    optional = {
        "CONTENT_LENGTH": headers.get("content-length"),
        "HTTP_CONTENT_ENCODING": headers.get("content-encoding"),
        "GIT_PROTOCOL": headers.get("git-protocol"),
        "REMOTE_USER": user,
    }
    return git_process.environment(
        {
            "GIT_PROJECT_ROOT": str(root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GATEWAY_INTERFACE": "CGI/1.1",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REQUEST_METHOD": scope["method"],
            "PATH_INFO": f"/{full_name}.git/{what}",
            "QUERY_STRING": f"service={service}" if what == "info/refs" else "",
            "CONTENT_TYPE": headers.get("content-type", ""),
            "REMOTE_ADDR": (scope.get("client") or ("", 0))[0],
            **{name: value for name, value in optional.items() if value},
        }
    )
