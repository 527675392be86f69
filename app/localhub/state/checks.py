"""Check suites and runs, commit statuses, and the workflow runs of the hub's own CI."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.localhub import ci_job
    from app.localhub.state import people
    from app.localhub.state import repository as places

CONCLUSIONS = ("action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out")
PASSING = ("success", "neutral", "skipped")


@dataclasses.dataclass(eq=False)
class CheckSuite:
    """All check runs of one app for one push."""

    id: int
    repository: places.Repository
    app: people.App
    head_sha: str
    head_branch: str | None
    before: str | None
    created_at: str
    updated_at: str
    status: str = "queued"
    conclusion: str | None = None
    runs: list[CheckRun] = dataclasses.field(repr=False, default_factory=list)
    holds: int = 0  # jobs still to come: the suite does not complete while it is above zero


@dataclasses.dataclass(eq=False)
class CheckRun:
    id: int
    suite: CheckSuite
    name: str
    status: str
    conclusion: str | None
    started_at: str
    completed_at: str | None = None
    external_id: str = ""
    details_url: str | None = None
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    annotations: list[dict[str, Any]] = dataclasses.field(repr=False, default_factory=list)
    actions: list[dict[str, str]] = dataclasses.field(default_factory=list)
    superseded: bool = False  # a later attempt has taken its place


@dataclasses.dataclass(eq=False)
class Status:
    id: int
    sha: str
    context: str
    state: str
    description: str | None
    target_url: str | None
    creator: people.User
    created_at: str
    updated_at: str


@dataclasses.dataclass(eq=False)
class Workflow:
    id: int
    name: str
    path: str
    created_at: str


@dataclasses.dataclass(eq=False)
class Job:
    """One job of one attempt; it has the id of its check run."""

    run: WorkflowRun
    check: CheckRun
    key: str  # its id in the workflow file
    attempt: int
    created_at: str
    steps: list[dict[str, Any]] = dataclasses.field(repr=False, default_factory=list)
    log: str | None = dataclasses.field(repr=False, default=None)


@dataclasses.dataclass(eq=False)
class WorkflowRun:
    id: int
    number: int
    repository: places.Repository
    head_repository: places.Repository
    workflow: Workflow
    suite: CheckSuite
    event: str
    head_sha: str
    head_branch: str
    title: str
    actor: people.User
    created_at: str
    updated_at: str
    started_at: str
    merge_sha: str  # what is checked out: for a pull request the test merge
    attempt: int = 1
    status: str = "queued"
    conclusion: str | None = None
    results: dict[str, ci_job.JobResult] = dataclasses.field(repr=False, default_factory=dict)
    jobs: list[Job] = dataclasses.field(repr=False, default_factory=list)
