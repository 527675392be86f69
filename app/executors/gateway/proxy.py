"""A reverse proxy on 127.0.0.1: takes a run's token off a request and puts the provider's key on, nothing else.

Bodies and answers are passed on as they come. What names a header, a path or a parameter that no agent needs is not
passed on, so that a token is good for asking a model and for nothing else that the key would open.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import aiohttp
import structlog
from aiohttp import hdrs, web
from multidict import CIMultiDict
from yarl import URL

from app.executors.gateway import refusals
from app.executors.gateway.grants import Grant, Grants
from app.executors.providers import Provider

log = structlog.get_logger(__name__)

MAX_BODY = 48 * 1024 * 1024
"""Bytes of one request: half as much again as the largest that a provider takes."""

_MAX_ERROR = 1024 * 1024
_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=30, sock_read=900)
_CREDENTIALS = ("x-api-key", "authorization", "x-goog-api-key")
_PARAMETERS = {"alt", "beta"}
_PASSED_ON = re.compile(
    r"content-type|content-encoding|accept|user-agent|originator|session_id|conversation_id|openai-beta"
    r"|anthropic-(version|beta|dangerous-direct-browser-access)|x-app|x-client-request-id|x-goog-api-client"
    r"|x-(stainless|codex|claude-code)-[a-z0-9-]{1,64}"
)
_KEPT_BACK = {
    "connection", "keep-alive", "proxy-authenticate", "proxy-connection", "te", "trailer", "transfer-encoding",
    "upgrade", "set-cookie", "location", "alt-svc", "strict-transport-security",
}  # fmt: skip


class Gateway:
    """Serves from `start` to `close`; forwards for the grants that are open."""

    def __init__(self) -> None:
        self._grants = Grants()
        self._runner = web.ServerRunner(
            web.Server(self._answer, access_log=None), handler_cancellation=True, shutdown_timeout=1.0
        )
        self._session: aiohttp.ClientSession | None = None
        self._port = 0

    async def start(self) -> None:
        """Listen on a free port of 127.0.0.1."""
        self._session = aiohttp.ClientSession(
            auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar(), timeout=_TIMEOUT, trust_env=False
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._port = int(self._runner.addresses[0][1])

    async def close(self) -> None:
        """Cut everything off."""
        await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    @contextlib.contextmanager
    def granted(self, run_id: str, provider: Provider, key: str, base_url: str | None = None) -> Iterator[Grant]:
        """Let one run use a key while the block runs. `base_url` is the provider's, where it is another than usual."""
        grant = Grant(run_id, provider, f"http://127.0.0.1:{self._port}{provider.base_path}", base_url, key)
        self._grants.open(grant)
        try:
            yield grant
        finally:
            self._grants.revoke(grant)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        grant = self._grants.find(_shown(request))
        if grant is None:
            return _problem(401, "This is no token of a run that goes on.")
        path, _, query = request.raw_path.partition("?")
        target = grant.provider.target(grant.base_url, path)
        if target is None or request.method != hdrs.METH_POST:
            return _problem(404, "Agents do not need this, so it is not forwarded.")
        if (request.content_length or 0) > MAX_BODY:
            return _problem(413, f"More than {MAX_BODY} bytes are not forwarded.")
        task = asyncio.current_task()
        if task is not None:
            grant.at_work.add(task)
        try:
            async with grant.slots:
                return await self._forward(request, grant, _address(target, query))
        finally:
            if task is not None:
                grant.at_work.discard(task)

    async def _forward(self, request: web.BaseRequest, grant: Grant, address: URL) -> web.StreamResponse:
        body = _Body(request)
        if self._session is None:
            return _problem(503, "The gateway has not started.")
        try:
            async with self._session.post(
                address, headers=_headers(request, grant), data=body.chunks(), allow_redirects=False
            ) as answer:
                log.debug("model answered", run=grant.run_id, path=address.path, status=answer.status)
                if answer.status >= 400:
                    return await _failure(answer, grant)
                if answer.status >= 300:
                    return _problem(502, "The provider's address redirects; redirects are not followed.")
                return await _stream(request, answer, grant)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if body.overflowed:
                return _problem(413, f"More than {MAX_BODY} bytes are not forwarded.")
            log.info("the model's provider was not reached", run=grant.run_id, error=type(error).__name__)
            return _problem(502, f"The provider was not reached: {type(error).__name__}.")


class _Body:
    """A request's body, passed on as it comes, up to `MAX_BODY`."""

    def __init__(self, request: web.BaseRequest) -> None:
        self._content = request.content
        self.overflowed = False

    async def chunks(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._content.iter_any():
            size += len(chunk)
            if size > MAX_BODY:
                self.overflowed = True
                raise aiohttp.ClientPayloadError("too large")
            yield chunk


async def _stream(request: web.BaseRequest, answer: aiohttp.ClientResponse, grant: Grant) -> web.StreamResponse:
    grant.refusal = None
    grant.answers += 1
    response = web.StreamResponse(status=answer.status, reason=answer.reason, headers=_kept(answer, grant.key))
    await response.prepare(request)
    try:
        async for chunk in answer.content.iter_any():
            await response.write(chunk)
    except (aiohttp.ClientError, TimeoutError):  # cut, so that the agent does not take a part for the whole
        if request.transport is not None:
            request.transport.abort()
        return response
    await response.write_eof()
    return response


async def _failure(answer: aiohttp.ClientResponse, grant: Grant) -> web.Response:
    """The provider's words as they are, except for a key that it may repeat."""
    said = b""
    async for chunk in answer.content.iter_any():
        said = (said + chunk)[:_MAX_ERROR]
    lower = {name.lower(): value for name, value in answer.headers.items()}
    grant.refusal = refusals.read(answer.status, lower, said, datetime.now(UTC))
    body = said.replace(grant.key.encode(), b"[redacted]")
    return web.Response(status=answer.status, reason=answer.reason, headers=_kept(answer, grant.key), body=body)


def _shown(request: web.BaseRequest) -> list[str]:
    """Every credential in the request."""
    shown = [value for name in _CREDENTIALS for value in request.headers.getall(name, [])]
    return [re.sub(r"(?i)^bearer +", "", value.strip()) for value in shown]


def _headers(request: web.BaseRequest, grant: Grant) -> CIMultiDict[str]:
    """What goes to the provider. An answer in plain bytes lets a refusal be read."""
    headers = CIMultiDict(
        (name, value) for name, value in request.headers.items() if _PASSED_ON.fullmatch(name.lower())
    )
    headers[hdrs.ACCEPT_ENCODING] = "identity"
    if request.content_length is not None:
        headers[hdrs.CONTENT_LENGTH] = str(request.content_length)
    headers.update(grant.provider.credential(grant.key))
    return headers


def _kept(answer: aiohttp.ClientResponse, key: str) -> CIMultiDict[str]:
    named = {name.strip().lower() for name in answer.headers.get(hdrs.CONNECTION, "").split(",")}
    out = _KEPT_BACK | named | ({"content-length"} if answer.status >= 400 else set())
    return CIMultiDict(
        (name, value) for name, value in answer.headers.items() if name.lower() not in out and key not in value
    )


def _address(target: str, query: str) -> URL:
    """The target with the parameters that agents need, as they stand on the wire."""
    wanted = [part for part in query.split("&") if part.partition("=")[0] in _PARAMETERS]
    return URL("?".join([target, "&".join(wanted)]) if wanted else target, encoded=True)


def _problem(status: int, words: str) -> web.Response:
    """An answer of our own, in a form that every agent shows."""
    body = {"type": "error", "error": {"type": "dursor_gateway", "message": words, "code": status}}
    return web.Response(status=status, body=json.dumps(body).encode(), content_type="application/json")
