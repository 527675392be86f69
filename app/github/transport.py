"""One HTTP request to GitHub's API and its answer, on gidgethub's sans-I/O core.

Here stands what gidgethub leaves open: bounds in time and size, redirects that never carry a
credential away or turn a write into a read, and every failure as one of `app.errors`.
"""

from __future__ import annotations

import asyncio
import time
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import gidgethub
import gidgethub.abc
from multidict import CIMultiDict

from app import __version__, errors
from app.github import etags, failures, shape, urls

API_VERSION = "2022-11-28"  # the next one drops merge_commit_sha
USER_AGENT = f"dursor/{__version__}"
MAX_BODY = 16 * 1024 * 1024  # bytes of one answer
TIMEOUT = aiohttp.ClientTimeout(total=30, connect=10)
MOVED = frozenset({301, 302, 303, 307, 308})
_ACCEPT = "application/vnd.github+json"
_KEEP_BELOW = 128 * 1024  # bytes: a larger answer is not kept for its ETag
_REDIRECTS = 3
_VALIDATORS = frozenset({"etag", "last-modified"})


class ConnectionLost(aiohttp.ClientError):
    """The connection broke in the middle of a write."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`data` is the decoded JSON, `more` the address of the next page."""

    data: Any
    more: str | None


def session(timeout: aiohttp.ClientTimeout) -> aiohttp.ClientSession:
    """The session that all requests to the API share; the caller closes it."""
    return aiohttp.ClientSession(timeout=timeout, middlewares=(_send_writes_once,), cookie_jar=aiohttp.DummyCookieJar())


class Transport(gidgethub.abc.GitHubAPI):
    """GitHub's API at one address. Knows no credential: each request brings its own."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        api_url: str,
        *,
        answers: etags.View | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(USER_AGENT, base_url=api_url, cache=answers)
        self.now = now
        self._http = http

    async def send(self, method: str, path: str, *, token: str | None, data: Any = b"") -> Answer:
        """Make one request, with `data` as JSON; raises app.errors as `failures.classify` says."""
        try:
            answer: tuple[Any, str | None, int] = await self._make_request(
                method, path, None, data, _ACCEPT, extra_headers=_headers(token)
            )
        except (gidgethub.GitHubException, ValueError, LookupError, RecursionError) as error:
            raise failures.classify(error, {}, b"", method, now=self.now()) from error
        found, more, _ = answer
        if isinstance(found, str):  # a page of some proxy, whatever its status says
            raise failures.classify(shape.Unexpected("no JSON"), {}, b"", method, now=self.now())
        return Answer(found, more)

    async def redirection(self, path: str, *, token: str | None) -> str:
        """Where a GET of `path` is redirected to (302), without going there; a renamed repository is found."""
        url = f"{self.base_url}/{path}"
        headers = {**_headers(token), "user-agent": USER_AGENT, "accept": _ACCEPT}
        for _ in range(_REDIRECTS + 1):
            status, answered, content = await self._exchange("GET", url, headers, b"")
            if status >= 400:
                raise failures.classify(status, answered, content, "GET", now=self.now())
            if status not in MOVED or "location" not in answered:
                raise shape.Unexpected(f"{status} in place of a redirect")
            url = urllib.parse.urljoin(url, answered["location"])
            if status in {302, 303}:
                return url
        raise errors.Transient("GitHub redirects in a circle")

    async def sleep(self, seconds: float) -> None:
        """For gidgethub, which never calls it here: whoever called decides when to try again."""
        await asyncio.sleep(seconds)

    async def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[int, Mapping[str, str], bytes]:
        for _ in range(_REDIRECTS + 1):
            status, answered, content = await self._exchange(method, url, headers, body)
            if status < 300 or status == 304:
                return status, answered if len(content) < _KEEP_BELOW else _unkept(answered), content
            if status not in MOVED or method != "GET":
                raise failures.classify(status, answered, content, method, now=self.now())
            url = urllib.parse.urljoin(url, answered.get("location", ""))
        raise errors.Transient("GitHub redirects in a circle")

    async def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        if urls.origin(url) != urls.origin(self.base_url):
            raise errors.Refused("GitHub's answer leads to another host")
        try:
            async with self._http.request(
                method, url, headers=headers, data=body or None, allow_redirects=False
            ) as response:
                content = bytearray()
                async for chunk in response.content.iter_any():
                    content += chunk
                    if len(content) > MAX_BODY:
                        raise aiohttp.ClientPayloadError("the answer is too long")
                return response.status, response.headers, bytes(content)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise failures.classify(error, {}, b"", method, now=self.now()) from error


def _headers(token: str | None) -> dict[str, str]:
    headers = {"x-github-api-version": API_VERSION}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    return headers


def _unkept(headers: Mapping[str, str]) -> Mapping[str, str]:
    """The headers without what gidgethub would keep the answer by."""
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in _VALIDATORS)


async def _send_writes_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep aiohttp from repeating a PUT or DELETE by itself when the connection breaks.

    It takes them for idempotent (RFC 9110, 9.2.2); a merge that happened is not asked for twice.
    """
    try:
        return await handler(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        if request.method == "GET" or isinstance(error, aiohttp.ClientConnectorError):
            raise
        raise ConnectionLost(str(error)) from error
