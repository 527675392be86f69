"""One repository as the app may use it, and what GitHub says of it. It is known by its id: names change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakValueDictionary

from app.github import auth, calls, failures, shape, urls

Locks = WeakValueDictionary[tuple[int, str], asyncio.Lock]


@dataclass(frozen=True, slots=True)
class Repository:
    """The handle that `pulls`, `checks`, `comments` and their like take."""

    installation_id: int
    id: int
    full_name: str
    api_url: str
    app: auth.App
    calls: calls.Calls
    locks: Locks = field(repr=False)

    @property
    def owner(self) -> str:
        return self.full_name.partition("/")[0]

    @property
    def git_url(self) -> str:
        """The address to clone and push; the password is `token`'s, the user `x-access-token`."""
        return urls.git(self.api_url, self.full_name)

    def renamed(self, full_name: str) -> Repository:
        """The same repository under the name it has now."""
        return replace(self, full_name=urls.repository(full_name))

    async def token(self, permissions: Mapping[str, str] | None = None) -> auth.Token:
        """A token for this repository alone, with the installation's permissions or fewer."""
        return await self.app.token(self.installation_id, self.id, permissions)

    def lock(self, what: str) -> asyncio.Lock:
        """The lock of everybody in this process who is about to do `what` here."""
        return self.locks.setdefault((self.id, what), asyncio.Lock())

    async def get(self, path: str, **params: str | int) -> dict[str, Any]:
        """The object at `path` below this repository; `path` is quoted already (`urls.piece`)."""
        return shape.mapping(await self.calls.get(_below(self.full_name, path), **params), path)

    def pages(self, path: str, key: str | None = None, **params: str | int) -> AsyncIterator[list[dict[str, Any]]]:
        """The pages of the list at `path`, as they come."""
        return self.calls.pages(_below(self.full_name, path), key, params)

    async def everything(self, path: str, key: str | None = None, **params: str | int) -> list[dict[str, Any]]:
        """All entries of the list at `path`, or an error."""
        return await self.calls.everything(_below(self.full_name, path), key, **params)

    async def write(self, method: str, path: str, data: Any = None) -> Any:
        """A write below this repository; one to a name it no longer has goes to the one it has now."""
        try:
            return await self.calls.write(method, _below(self.full_name, path), data)
        except failures.Moved:
            now = await info(self)
        return await self.calls.write(method, _below(now.full_name, path), data)

    async def query(self, document: str, **variables: str | int) -> dict[str, Any]:
        """The data of a GraphQL query that takes `$owner`, `$name` and what is given; all of it, or an error."""
        owner, _, name = self.full_name.partition("/")
        asked = {"owner": owner, "name": name, **variables}
        return await self.calls.query(urls.graphql(self.api_url), document, asked)

    async def mutate(self, document: str, **variables: str | int) -> dict[str, Any]:
        """The data of a GraphQL mutation that takes what is given; what it changes is known by its node id."""
        return await self.calls.mutate(urls.graphql(self.api_url), document, variables)

    async def redirection(self, path: str) -> str:
        """Where GitHub redirects a read of `path` to."""
        return await self.calls.redirection(_below(self.full_name, path))


@dataclass(frozen=True, slots=True)
class RepositoryInfo:
    """The settings of a repository that decide what may be done with it."""

    id: int
    full_name: str
    default_branch: str
    private: bool
    archived: bool
    allow_merge_commit: bool
    allow_squash_merge: bool
    allow_rebase_merge: bool
    allow_auto_merge: bool
    delete_branch_on_merge: bool
    clone_url: str
    is_fork: bool


async def info(repo: Repository) -> RepositoryInfo:
    """What GitHub says of the repository with this id, whatever its name is now."""
    return read(shape.mapping(await repo.calls.get(f"repositories/{repo.id}"), "a repository"))


def read(data: dict[str, Any]) -> RepositoryInfo:
    """`data` as GitHub describes a repository. Merge settings that are not shown to us are allowed."""
    return RepositoryInfo(
        id=shape.number(data, "id"),
        full_name=shape.text(data, "full_name"),
        default_branch=shape.text_or_none(data, "default_branch") or "main",
        private=shape.flag(data, "private"),
        archived=shape.flag(data, "archived"),
        allow_merge_commit=_allowed(data, "allow_merge_commit"),
        allow_squash_merge=_allowed(data, "allow_squash_merge"),
        allow_rebase_merge=_allowed(data, "allow_rebase_merge"),
        allow_auto_merge=shape.flag(data, "allow_auto_merge"),
        delete_branch_on_merge=shape.flag(data, "delete_branch_on_merge"),
        clone_url=shape.text_or_none(data, "clone_url") or "",
        is_fork=shape.flag(data, "fork"),
    )


def _below(full_name: str, path: str) -> str:
    return f"repos/{urls.repository(full_name)}/{path}"


def _allowed(data: dict[str, Any], key: str) -> bool:
    value = shape.flag_or_none(data, key)
    return True if value is None else value
