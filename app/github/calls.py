"""Requests as one identity (the app, or an installation in one repository): credential, turns, pages."""

from __future__ import annotations

import urllib.parse
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Protocol, TypeVar

from app import errors
from app.github import failures, limits, shape, transport

MAX_PAGES = 100
_PER_PAGE = 100

T = TypeVar("T")
Params = Mapping[str, str | int]


class Credential(Protocol):
    """Something that gives a bearer token, and learns that GitHub refused it."""

    async def value(self) -> str | None: ...

    def refused(self, value: str | None, error: failures.Unauthorized) -> None: ...


class Calls:
    """Every request takes its turn; a refused credential is renewed once; a limit pauses the lane."""

    def __init__(self, via: transport.Transport, credential: Credential, lane: limits.Lane) -> None:
        self._transport = via
        self._credential = credential
        self._lane = lane

    async def get(self, path: str, **params: str | int) -> Any:
        """The JSON at `path`."""
        return (await self._send("GET", _with(path, params), b"", serial=False)).data

    async def pages(
        self,
        path: str,
        key: str | None = None,
        params: Params | None = None,
        *,
        at_most: int = MAX_PAGES,
    ) -> AsyncIterator[list[dict[str, Any]]]:
        """The pages of a list one by one, `key` naming the list in an object.

        Complete or an error: errors.Transient where pages go in a circle or there are over `at_most`.
        """
        address: str | None = _with(path, {"per_page": _PER_PAGE, **(params or {})})
        seen: set[str] = set()
        while address is not None:
            if address in seen or len(seen) == at_most:
                raise errors.Transient(f"GitHub's list has no end: {path}")
            seen.add(address)
            answer = await self._send("GET", address, b"", serial=False)
            yield (shape.parts(shape.mapping(answer.data, path), key) if key else shape.mappings(answer.data, path))
            address = answer.more

    async def everything(self, path: str, key: str | None = None, **params: str | int) -> list[dict[str, Any]]:
        """All entries of a list, or an error."""
        return [entry async for page in self.pages(path, key, params) for entry in page]

    async def write(self, method: str, path: str, data: Any = None, *, serial: bool = True) -> Any:
        """A write, with `data` as JSON; `serial=False` for one that makes nothing people see."""
        return (await self._send(method, path, b"" if data is None else data, serial=serial)).data

    async def query(self, url: str, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The `data` of a GraphQL query, whole: an answer with errors is raised as `failures.of_graphql` says."""
        try:
            return await self._graphql(url, document, variables, is_read=True)
        except errors.UnknownEffect as error:  # it reads, whatever its method says
            raise errors.Transient(str(error), after=error.after) from error

    async def mutate(self, url: str, document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The `data` of a GraphQL mutation: a write, and errors as of a write."""
        return await self._graphql(url, document, variables, is_read=False)

    async def _graphql(self, url: str, document: str, variables: Mapping[str, Any], *, is_read: bool) -> dict[str, Any]:
        asked = {"query": document, "variables": dict(variables)}
        answer = await self._turn(
            lambda token: self._transport.send("POST", url, token=token, data=asked), serial=not is_read
        )
        told = shape.mapping(answer.data, "a GraphQL answer")
        if told.get("errors"):
            failure = failures.of_graphql(shape.parts(told, "errors"), is_read=is_read, now=self._transport.now())
            if isinstance(failure, errors.RateLimited):
                self._lane.pause(failure.after or failures.SECONDARY_WAIT)
            raise failure
        return shape.part(told, "data")

    async def redirection(self, path: str) -> str:
        """Where GitHub redirects a read of `path` to."""
        return await self._turn(lambda token: self._transport.redirection(path, token=token), serial=False)

    async def _send(self, method: str, path: str, data: Any, *, serial: bool) -> transport.Answer:
        answer = await self._turn(
            lambda token: self._transport.send(method, path, token=token, data=data), serial=serial
        )
        self._lane.rate_limit = self._transport.rate_limit or self._lane.rate_limit
        return answer

    async def _turn(self, request: Callable[[str | None], Awaitable[T]], *, serial: bool) -> T:
        async with self._lane.turn(is_write=serial):
            try:
                token = await self._credential.value()
                try:
                    return await request(token)
                except failures.Unauthorized as error:
                    self._credential.refused(token, error)
                return await request(await self._credential.value())
            except errors.RateLimited as limit:
                self._lane.pause(limit.after or failures.SECONDARY_WAIT)
                raise


def _with(path: str, params: Params) -> str:
    return f"{path}?{urllib.parse.urlencode(params)}" if params else path
