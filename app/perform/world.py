"""What performing an effect needs: the world's ends, and everything stored about one run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from app import repo_config
from app.config import Settings
from app.errors import GITHUB_SECONDS, Forbidden, TooEarly
from app.executors import engine
from app.github import repository as repositories
from app.github.client import GitHub
from app.handlers.event import Us
from app.lifecycle.checks import BranchRules
from app.lifecycle.run import Run
from app.store import agentic_runs, backlog, installations, preferences, prs, repos, tasks
from app.store.connection import Connection, Row
from app.store.database import Database
from app.workspace import commits
from app.workspace.remote import Remote

Outcome = Callable[[Connection], None]


@dataclass(slots=True)
class World:
    """The ends of the world. `known` is set once GitHub has told us who we are."""

    settings: Settings
    database: Database
    github: GitHub
    us: Us
    engine: engine.Engine
    known: asyncio.Event = field(default_factory=asyncio.Event)
    rules: dict[tuple[int, str], tuple[datetime, BranchRules]] = field(default_factory=dict)
    trusted: dict[str, datetime] = field(default_factory=dict)  # when GitHub said so: `perform.trust` keeps it
    _doubts: dict[str, datetime] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        """Where mirrors and worktrees live."""
        return self.settings.data_dir

    def now(self) -> datetime:
        """Now, by the database's clock."""
        return self.database.clock()

    def doubt(self, lanes: Iterable[str]) -> None:
        """From now on, while GitHub may work on a request, it may still do what was asked of it in these lanes."""
        self._doubts = dict.fromkeys(lanes, self.now() + timedelta(seconds=GITHUB_SECONDS))

    def be_sure(self, lane: str | None) -> None:
        """To be called before something new is made: what is not there may still come. Raises TooEarly until then."""
        left = (self._doubts[lane] - self.now()).total_seconds() if lane in self._doubts else 0.0
        if left > 0:
            raise TooEarly("what the last server asked of GitHub may still be done", after=left)

    def author(self) -> commits.Identity:
        """Our bot, as GitHub recognises it in commits (docs.github.com, "Setting your commit email address")."""
        number = f"{self.us.bot_id}+" if self.us.bot_id is not None else ""
        return commits.Identity(self.us.login, f"{number}{self.us.login}@users.noreply.github.com")


@dataclass(frozen=True, slots=True)
class Scope:
    """One run with its task, repository, pull request and configuration, as stored when it was read."""

    run: Run
    row: Row
    task: Row
    repo: Row
    pull: Row | None
    config: repo_config.RepoConfig
    github: repositories.Repository
    item: Row | None = None  # of the backlog, where the task was made of one
    base: str | None = None  # where the person who runs this server prefers one for its repository
    leader_pull: Row | None = None  # that of the pull request which the task is a candidate for

    async def remote(self, *, workflows: bool = False) -> Remote:
        """Where git goes, with a token for the contents of this repository and nothing else.

        Fetching and pushing share it. GitHub refuses a push with it that changes workflow files, unless
        `workflows` asks for what the installation granted.
        """
        return await remote(self.github, workflows=workflows)

    @property
    def branch(self) -> str:
        """The branch the run works on: its pull request's, or the one its task was given."""
        return str(self.pull["branch"] if self.pull else self.task["branch"] or f"dursor/{self.task['id'][-12:]}")

    @property
    def number(self) -> int | None:
        """Where people are told: its pull request, or the issue it began in or is a part of; None where neither is."""
        issue = self.item["issue_number"] if self.item else self.task["issue_number"]
        number = self.pull["number"] if self.pull else issue
        return int(number) if number is not None else None

    @property
    def base_branch(self) -> str:
        """The branch it is to be merged into."""
        pull = self.pull or self.leader_pull
        base = pull["base_branch"] if pull else None
        return str(base or self.repo["selected_branch"] or self.base or self.repo["default_branch"])


async def remote(github: repositories.Repository, *, workflows: bool = False) -> Remote:
    """Where git goes for a repository, as `Scope.remote` says."""
    granted = (await github.token()).permissions.get("contents", "write")
    wanted = {"contents": granted} | ({"workflows": "write"} if workflows else {})
    return Remote(github.git_url, (await github.token(wanted)).value)


async def of_run(world: World, run_id: str) -> Scope | None:
    """Everything stored about a run; None when there is no such run.

    Raises Forbidden when the App may not work in its repository any more.
    """

    def read(db: Connection) -> tuple[Scope, bool] | None:
        run, row = agentic_runs.find(db, run_id), agentic_runs.row_of(db, run_id)
        task = tasks.find(db, row["task_id"]) if row else None
        repo = repos.by_id(db, task["repo_id"]) if task else None
        if run is None or row is None or task is None or repo is None:
            return None
        may = installations.may_work(db, repo["installation_id"])
        scope = Scope(
            run, row, task, repo, prs.of_task(db, task["id"]), config_of(repo, task), handle(world, repo),
            item=backlog.of_task(db, task["id"]), base=preferences.base(db, repo["id"]),
            leader_pull=prs.of_task(db, task["parent_id"]) if tasks.is_candidate(task) else None,
        )  # fmt: skip
        return scope, may

    found = await world.database.read(read)
    if found is None:
        return None
    scope, may = found
    if not may:
        raise Forbidden("the installation is suspended or gone")
    return scope


def config_of(repo: Row | None, task: Row | None) -> repo_config.RepoConfig:
    """A repository's configuration as it holds for a task: with the executor that it was given to.

    Nobody takes the place of a candidate's executor, or it would be compared as what it is not.
    """
    config = repo_config.from_json(repo["config"] if repo else None)
    if task is None or task["executor"] is None:
        return config
    given: dict[str, object] = {"executor": tasks.executor_of(task, config.executor)}
    return config.model_copy(update=given | ({"fallback": []} if task["parent_id"] is not None else {}))


def handle(world: World, repo: Row) -> repositories.Repository:
    """GitHub's side of a repository's row."""
    return world.github.repository(repo["installation_id"] or 0, repo["github_id"], repo["full_name"])


def nothing(db: Connection) -> None:
    """The outcome of an effect that found nothing to do: the run moved on, or it was done before."""
