"""/setup: registers the GitHub App and stores what comes back, while there is none, and is gone afterwards."""

from __future__ import annotations

import asyncio
import secrets
import urllib.parse
from collections.abc import Callable

import structlog
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from app import encryption, errors
from app.config import Settings
from app.github import client, hook, manifest, urls
from app.store import app_config, maintenance
from app.store.database import Database
from app.web import setup_pages as pages
from app.web.setup_guard import Guard

log = structlog.get_logger(__name__)

COOKIE = "dursor_setup"
_MAX_FORM = 4096
_NOT_YET = {"message": "dursor is not set up yet."}


class Setup:
    """`app` serves until `finished`; `registered` is the App then. `announce` is told each code for the console."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        announce: Callable[[str], None],
        *,
        organisation: str | None = None,
    ) -> None:
        manifest.form_url(settings.github_api_url, organisation)
        self.registered: manifest.Registered | None = None
        self.finished = asyncio.Event()
        self._settings, self._database = settings, database
        self._organisation = organisation
        self._guard = Guard(announce)
        self._alone = asyncio.Lock()
        self._converted: dict[str, manifest.Registered] = {}  # what GitHub told already, until it is stored
        self.app = Starlette(
            routes=[
                Route("/setup", self._begin),
                Route("/setup", self._enter, methods=["POST"]),
                Route("/setup/callback", self._callback),
                Route("/healthz", _alive),
                Route("/readyz", _not_yet),
                Route("/webhooks/github", _not_yet, methods=["POST"]),
            ]
        )
        self.app.router.redirect_slashes = False

    async def _begin(self, request: Request) -> Response:
        self._expect_open()
        if not self._guard.admits(request.cookies.get(COOKIE)):
            return pages.ask_for_code(request.query_params.get("code", ""))
        if self._settings.public_url is None:
            return pages.page("One thing first", "<p>Set DURSOR_PUBLIC_URL to the address at which GitHub reaches "
                              "this server, and start it again.</p>")  # fmt: skip
        organisation = request.query_params.get("org", "").strip() or self._organisation
        try:
            manifest.form_url(self._settings.github_api_url, organisation)
        except errors.ConfigError as error:
            return pages.failed(self._settings.github_api_url, None, str(error), None, status=400)
        name = f"dursor-{organisation or secrets.token_hex(3)}"
        wanted = manifest.manifest(name, self._settings.public_url, f"{self._origin(request)}/setup/callback")
        return pages.offer(self._settings.github_api_url, wanted, self._guard.new_state(), organisation)

    async def _enter(self, request: Request) -> Response:
        self._expect_open()
        wait = self._guard.wait()
        if wait > 0:
            answer: Response = pages.ask_for_code("", "Too many wrong codes; wait a little.", status=429)
            answer.headers["Retry-After"] = str(int(wait) + 1)
            return answer
        cookie = self._guard.enter(await _field(request, "code"))
        if cookie is None:
            words = "That is not the code. Each works once; the console shows the newest."
            return pages.ask_for_code("", words, status=403)
        answer = RedirectResponse("/setup", 303)
        secure = request.url.scheme == "https"
        answer.set_cookie(COOKIE, cookie, path="/setup", httponly=True, samesite="lax", secure=secure)
        return answer

    async def _callback(self, request: Request) -> Response:
        """Where GitHub sends the browser back to. Nothing is believed but what the code is exchanged for."""
        self._expect_open()
        code, state = (request.query_params.get(name, "") for name in ("code", "state"))
        if not self._guard.admits(request.cookies.get(COOKIE)):
            return self._failed("This browser did not begin the set-up. Begin with the code of the console.", None, 403)
        if not self._guard.knows(state):
            return self._failed("This did not begin here, or over an hour ago. Nothing was stored.", None, 403)
        if not manifest.is_code(code):
            return self._failed("GitHub sent no code. Nothing was stored.", None, 400)
        async with self._alone:
            self._expect_open()
            try:
                registered = await self._register(code)
            except errors.DursorError as error:
                return self._explained(error, code, state)
            except Exception:
                log.exception("the set-up broke")
                return self._explained(errors.Transient("Something broke here; the log says what."), code, state)
            self.registered = registered
        return pages.done(self._settings.github_api_url, registered, BackgroundTask(self.finished.set))

    async def _register(self, code: str) -> manifest.Registered:
        """Exchange the code and store the App, in this order: so the key is in use only once it is on disk."""
        keys = encryption.keys_or_new(self._settings)
        await self._database.write(maintenance.touch)  # a full disk is found out before GitHub's one answer
        api_url = self._settings.github_api_url
        found = self._converted.get(code)
        if found is None:
            found = self._converted[code] = await manifest.convert(api_url, code)
        secret = found.webhook_secret or secrets.token_hex(32)
        if found.webhook_secret is None:
            async with client.GitHub(found.id, found.private_key, api_url) as github:
                await hook.set_secret(github, secret)
        config = app_config.AppConfig(str(found.id), found.private_key, "", secret, found.slug)
        await self._database.write(lambda db: app_config.save(db, config, keys))
        return found

    def _explained(self, error: errors.DursorError, code: str, state: str) -> Response:
        again = f"/setup/callback?{urllib.parse.urlencode({'code': code, 'state': state})}"
        if isinstance(error, errors.NotFound):
            return self._failed("GitHub does not know this code: it was used before, or is an hour old.", None, 400)
        if isinstance(error, errors.Refused):
            return self._failed(f"GitHub did not give out the App. {error}", None, 502)
        words = "The App was not stored."
        if isinstance(error, errors.UnknownEffect):
            words = "The App may be registered, but its key did not arrive. Trying again may still get it."
        return self._failed(f"{words} {error}", again, 503)

    def _failed(self, words: str, again: str | None, status: int) -> Response:
        return pages.failed(self._settings.github_api_url, self._organisation, words, again, status=status)

    def _expect_open(self) -> None:
        if self.registered is not None:
            raise HTTPException(404)

    def _origin(self, request: Request) -> str:
        """Where the browser comes back to: where it is, on this machine, or else the public address."""
        here = f"{request.url.scheme}://{request.url.netloc}"
        try:
            is_here = urls.is_loopback(here)
        except errors.Invalid:
            is_here = False
        return here if is_here else self._settings.public_url or here


async def _field(request: Request, name: str) -> str:
    """A field of a small form; empty for anything else."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_FORM:
            return ""
    return urllib.parse.parse_qs(body.decode("latin-1")).get(name, [""])[0]


async def _alive(request: Request) -> Response:
    return PlainTextResponse("ok\n")


async def _not_yet(request: Request) -> Response:
    return JSONResponse(_NOT_YET, 503, {"Retry-After": "60"})
