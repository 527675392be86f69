"""Serves the table of operations: who asks, which operation, what was sent, one transaction, one answer."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.config import Settings
from app.store import idempotency
from app.store.connection import Connection
from app.store.database import Busy, Database
from app.web.api import reading
from app.web.api.openapi import BASE
from app.web.api.operation import Call, Operation
from app.web.api.problems import RETRY_SECONDS, Trouble
from app.web.guard import is_admin

log = structlog.get_logger(__name__)

Done = tuple[int, str, bool]
"""Status and body of an answer, and whether an earlier request got it already."""


class Api:
    """The ASGI application behind `/api/v1/{path}`. Off, with words, where no admin token is configured."""

    def __init__(self, database: Database, settings: Settings, operations: Sequence[Operation]) -> None:
        self._database = database
        self._settings = settings
        self._paths: dict[re.Pattern[str], dict[str, Operation]] = {}
        for one in operations:
            pattern = _pattern(one.path)
            self._paths.setdefault(pattern, {})[one.method] = one

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except Trouble as trouble:
            response = trouble.response()
        except Busy:
            response = Trouble("busy", "Try again.", Retry_After=str(RETRY_SECONDS)).response()
        except ClientDisconnect:
            return
        except Exception:
            log.exception("the API broke", method=request.method, path=request.url.path)
            response = Trouble("broken", "The log says what.").response()
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        self._expect_admin(request)
        path = str(request.path_params["path"])
        one, ids = self._operation(request.method, path)
        query = reading.query(request, one.query)
        key = reading.idempotency_key(request) if one.creates else None
        body, raw = await reading.body(request, one.body) if one.body is not None else (None, b"")
        call = Call(self._settings, reading.ids(ids), query, body)

        def work(db: Connection) -> Done:
            return self._once(db, one, call, path, key, raw)

        status, text, again = await (self._database.write if one.writes else self._database.read)(work)
        return _response(one, path, status, text, again=again)

    def _expect_admin(self, request: Request) -> None:
        token = self._settings.admin_token
        if token is None or not token.get_secret_value():
            raise Trouble("api-off", "Set DURSOR_ADMIN_TOKEN and start the server again to turn the API on.")
        if not is_admin(request, self._settings):
            raise Trouble("unauthorized", "Send Authorization: Bearer with the admin token.", WWW_Authenticate="Bearer")

    def _operation(self, method: str, path: str) -> tuple[Operation, dict[str, str]]:
        for pattern, methods in self._paths.items():
            if match := pattern.fullmatch(path):
                one = methods.get("GET" if method == "HEAD" else method)
                if one is None:
                    allowed = sorted({*methods, *({"HEAD"} if "GET" in methods else ())})
                    raise Trouble("method-not-allowed", "See Allow.", Allow=", ".join(allowed))
                return one, match.groupdict()
        raise Trouble("not-found", f"There is no such path. {BASE}/openapi.json describes all.")

    def _once(
        self, db: Connection, one: Operation, call: Call[object, object], path: str, key: str | None, raw: bytes
    ) -> Done:
        """Do the work, or tell what came of it when the same key asked for the same before."""
        digest = self._digest(raw) if key else ""
        if key and (known := idempotency.find(db, one.method, path, key)):
            if known["digest"] != digest:
                raise Trouble("key-reused", "This Idempotency-Key came before, with another body or admin token.")
            return known["status"], known["body"], True
        answer = one.handler(db, call)
        text = answer.model_dump_json() if answer is not None else ""
        if key:
            idempotency.keep(db, method=one.method, path=path, key=key, digest=digest, status=one.status, body=text)
        return one.status, text, False

    def _digest(self, raw: bytes) -> str:
        """Keyed, as a body may hold a secret that is short enough to be guessed."""
        token = self._settings.admin_token
        secret = token.get_secret_value() if token else ""
        return hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def _pattern(path: str) -> re.Pattern[str]:
    """What paths of an operation look like; an id is anything between two slashes."""
    parts = [f"(?P<{part[1:-1]}>[^/]+)" if part.startswith("{") else re.escape(part) for part in path.split("/")]
    return re.compile("/".join(parts))


def _response(one: Operation, path: str, status: int, text: str, *, again: bool) -> Response:
    headers = {"Cache-Control": "no-store"}
    if again:
        headers["Idempotency-Replayed"] = "true"
    if one.creates and not one.ids and (made := re.match(r'\{"id":"([^"\\]+)"', text)):
        headers["Location"] = f"{BASE}{path}/{made[1]}"
    return Response(text or None, status, headers, media_type="application/json" if text else None)
