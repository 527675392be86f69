"""check_run, check_suite, status, workflow_run: CI said something about a commit, so read all of it.

One check says nothing by itself; the verdict is read from all checks of the commit. A burst of events
about one commit is one reading, and while check runs that were under way have not ended, there is none:
the reading before has set itself a time, should an end be lost.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from app import outbox
from app.handlers.event import Event
from app.handlers.router import on
from app.lifecycle import effects
from app.lifecycle.run import Run, Wait
from app.payload import Narrow
from app.store import agentic_runs, ci_checks, prs, repos
from app.store.connection import Connection

COALESCE_SECONDS = 0.5


class _App(Narrow):
    id: int | None = None


class _Base(Narrow):
    repo: dict[str, Any] = Field(default_factory=dict)


class _PullRef(Narrow):
    number: int = Field(ge=1, le=2**53)
    base: _Base = _Base()


class _Check(Narrow):
    id: int = Field(ge=1, le=2**63 - 1)
    head_sha: str = Field(pattern=r"^[0-9a-f]{40,64}$")
    app: _App | None = None
    pull_requests: list[_PullRef] = Field(default_factory=list)


def finished(event: Event, db: Connection) -> str | None:
    """A check run, suite or workflow run came to an end."""
    check = _Check.model_validate(event.data[event.name])
    if check.app is not None and check.app.id == event.us.app_id:
        return "our own check"
    ended = check.id if event.name == "check_run" else None
    return _wake(event, db, check.head_sha, check.pull_requests, ended=ended)


def status_changed(event: Event, db: Connection) -> str | None:
    """A commit status was set."""
    status = _Status.model_validate(event.data)
    return "it has only begun" if status.state == "pending" else _wake(event, db, status.sha, [])


def asked_again(event: Event, db: Connection) -> str | None:
    """Somebody pressed "Re-run" at a check; at ours that means: look again."""
    check = _Check.model_validate(event.data[event.name])
    return _wake(event, db, check.head_sha, check.pull_requests, always=True)


class _Status(Narrow):
    sha: str = Field(pattern=r"^[0-9a-f]{40,64}$")
    state: str


def _wake(
    event: Event, db: Connection, sha: str, pulls: list[_PullRef], *, ended: int | None = None, always: bool = False
) -> str | None:
    repository = event.repository
    here = agentic_runs.at_commit(db, repository.id, sha)
    runs = [run for run in here if _is_worth_reading(db, repository.id, run, ended) or always]
    if here and not runs:
        return "other checks of this commit are under way"
    for run in runs or agentic_runs.waiting(db, repository.id, Wait.BASE_RED):  # it may be the base's commit
        outbox.enqueue(db, effects.ReadCi(run.id, run.head_sha or sha), delay=COALESCE_SECONDS)
        if run.merge_way is not None:  # a gate may not hold any more while GitHub has the merge in hand
            outbox.enqueue(db, effects.ReadPull(run.id), delay=COALESCE_SECONDS)
    for pull in pulls:  # a commit we have not heard of yet: the push's own event is late or lost
        if pull.base.repo.get("id") in {None, repository.id}:
            behind = agentic_runs.of_pull(db, repository.id, pull.number)
            if behind is not None and not behind.is_terminal and behind.head_sha != sha:
                outbox.enqueue(db, effects.ReadPull(behind.id), delay=COALESCE_SECONDS)
                runs.append(behind)
    return None if runs else "nobody works on this commit"


def _is_worth_reading(db: Connection, github_id: int, run: Run, ended: int | None) -> bool:
    repo = repos.find(db, github_id)
    pull = prs.in_repository(db, repo["id"], run.pr_number) if repo and run.pr_number else None
    return pull is None or run.head_sha is None or ci_checks.ended(db, pull["id"], run.head_sha, ended)


ROUTES = {
    **on("check_run", "completed", to=finished),
    **on("check_suite", "completed", to=finished),
    **on("workflow_run", "completed", to=finished),
    **on("status", None, to=status_changed),
    **on("check_run", "rerequested", to=asked_again),
    **on("check_suite", "rerequested", to=asked_again),
}
