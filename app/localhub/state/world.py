"""Everything one hub knows, in memory: accounts, repositories, tokens, and what was asked of it."""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from app.localhub import clock, deliveries, faults
from app.localhub.state import issues, people, repository


@dataclasses.dataclass
class Request:
    """One REST or GraphQL request as it was received and answered."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    operation: str
    status: int
    answer: Any
    headers: dict[str, str]


@dataclasses.dataclass
class Merge:
    pull: issues.Pull
    head_sha: str
    sha: str
    method: str
    who: str


@dataclasses.dataclass
class Push:
    repository: str
    ref: str
    old: str
    new: str
    who: str


@dataclasses.dataclass
class Window:
    """What one caller has used of its rate limit since the window began."""

    ends: int  # seconds since 1970
    used: int = 0


@dataclasses.dataclass
class World:
    root: Path
    clock: clock.Clock
    deliveries: deliveries.Deliveries
    origin: str = ""  # http://127.0.0.1:PORT
    rate_limit: int = 5000
    rate_limits: dict[str, int] = dataclasses.field(default_factory=dict)  # of callers that have their own
    short_tokens: bool = False  # mint tokens of the form before 2026
    ci_delay: float = 0.0  # seconds between what starts CI and its first sign
    ci_slots: asyncio.Semaphore = dataclasses.field(default_factory=lambda: asyncio.Semaphore(2))
    ci_tasks: dict[str, asyncio.Task[object]] = dataclasses.field(default_factory=dict)
    faults: faults.Faults = dataclasses.field(default_factory=faults.Faults)
    users: dict[str, people.User] = dataclasses.field(default_factory=dict)
    apps: dict[int, people.App] = dataclasses.field(default_factory=dict)
    repositories: dict[int, repository.Repository] = dataclasses.field(default_factory=dict)
    installations: dict[int, people.Installation] = dataclasses.field(default_factory=dict)
    windows: dict[str, Window] = dataclasses.field(default_factory=dict)
    tokens: dict[str, people.Token] = dataclasses.field(default_factory=dict)
    requests: list[Request] = dataclasses.field(default_factory=list)
    links: dict[str, tuple[float, str]] = dataclasses.field(default_factory=dict)  # logs: when they end, text
    conversions: dict[str, tuple[people.App, dict[str, str]]] = dataclasses.field(default_factory=dict)
    merges: list[Merge] = dataclasses.field(default_factory=list)
    pushes: list[Push] = dataclasses.field(default_factory=list)
    tasks: set[asyncio.Task[object]] = dataclasses.field(default_factory=set)
    failures: list[BaseException] = dataclasses.field(default_factory=list)
    locks: dict[int, asyncio.Lock] = dataclasses.field(default_factory=dict)
    settle: Callable[[repository.Repository], Coroutine[Any, Any, None]] | None = None  # what GitHub does by itself
    ids: itertools.count[int] = dataclasses.field(default_factory=lambda: itertools.count(1_000_001))

    def now(self) -> str:
        return self.clock.text()

    def new_id(self) -> int:
        return next(self.ids)

    @property
    def api(self) -> str:
        return f"{self.origin}/api/v3"

    def lock(self, of: repository.Repository) -> asyncio.Lock:
        """Held while branches of `of` move, so that what is checked is what is changed."""
        return self.locks.setdefault(of.id, asyncio.Lock())

    def user(self, login: str, kind: str = "User") -> people.User:
        """The account named `login`, made on first use."""
        if login.lower() not in self.users:
            kind = "Bot" if login.endswith("[bot]") else kind
            self.users[login.lower()] = people.User(id=self.new_id(), login=login, type=kind)
        return self.users[login.lower()]

    def find(self, full_name: str) -> repository.Repository | None:
        """The repository that has this name now."""
        for found in self.repositories.values():
            if not found.deleted and found.full_name.lower() == full_name.lower():
                return found
        return None

    def renamed(self, full_name: str) -> repository.Repository | None:
        """The repository that had this name before."""
        for found in self.repositories.values():
            if full_name.lower() in found.former_names:
                return found
        return None

    def git(self, of: repository.Repository) -> Path:
        """The bare repository on disk."""
        return self.root / of.owner.login / f"{of.name}.git"

    def installation(self, of: repository.Repository) -> people.Installation | None:
        """The installation that sees `of`, if it is installed there."""
        for found in self.installations.values():
            if found.account is of.owner and (found.repositories is None or of.id in found.repositories):
                return found
        return None

    def send(
        self, event: str, action: str | None, payload: dict[str, Any], installation: int | None, repository: int | None
    ) -> None:
        """Hand a webhook to the deliveries, which send it beside whatever goes on here."""
        self.spawn(self.deliveries.send(event, action, payload, installation, repository))

    def stir(self, home: repository.Repository) -> None:
        """Something happened that a merge may have waited for."""
        if self.settle is not None and any(pull.queued or pull.auto_merge for pull in home.pulls):
            self.spawn(self.settle(home))

    def spawn(self, work: Coroutine[Any, Any, object]) -> asyncio.Task[object]:
        """Run `work` beside the requests; what it raises is kept in `failures`."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[object]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.failures.append(error)
