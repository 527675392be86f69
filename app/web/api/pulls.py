"""/prs and /ci-checks: pull requests as last seen, and what CI said about each of their commits."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from app.store import listing
from app.web.api.operation import Operation
from app.web.api.paging import lists, shows
from app.web.api.shapes import Id, Moment, Object, Objects, Page, Paged, Shown

State = Literal["open", "closed", "merged"]
Verdict = Literal["pending", "success", "failure", "error"]


class Pull(Shown):
    """A pull request."""

    id: str
    task_id: str
    number: int
    url: str
    branch: str
    title: str
    body: str | None
    latest_commit: str
    status: State
    base_branch: str | None
    base_sha: str | None
    head_repo: str | None
    is_fork: bool | None
    is_draft: bool | None
    author: str | None
    head_seen_at: Moment | None
    created_at: Moment
    updated_at: Moment


class PullQuery(Paged):
    """Filters of the list."""

    repo_id: Id | None = None
    task_id: Id | None = None
    status: State | None = None


class CiCheck(Shown):
    """What CI said about a commit."""

    id: str
    task_id: str
    pr_id: str
    sha: str | None
    status: Verdict
    verdict: str | None = Field(description="the word that was decided on")
    jobs: Object = Field(description="name to conclusion")
    signature: str | None = Field(description="stays equal when the same thing fails again")
    workflow_run_id: int | None
    created_at: Moment
    updated_at: Moment


class WholeCiCheck(CiCheck):
    """The same with the evidence."""

    failed_jobs: Objects = Field(description="each red check with its failures, annotations and excerpt of the log")


class CiCheckQuery(Paged):
    """Filters of the list."""

    pr_id: Id | None = None
    task_id: Id | None = None
    status: Verdict | None = None


OPERATIONS = (
    Operation("GET", "/prs", "listPrs", "List pull requests, the newest first", lists(listing.PRS, Pull), Page[Pull],
              query=PullQuery),
    Operation("GET", "/prs/{pr_id}", "getPr", "Show a pull request", shows(listing.PRS, Pull, "pull request"), Pull),
    Operation("GET", "/ci-checks", "listCiChecks", "List what CI said, the newest first",
              lists(listing.CI_CHECKS, CiCheck), Page[CiCheck], query=CiCheckQuery),
    Operation("GET", "/ci-checks/{check_id}", "getCiCheck", "Show what CI said about a commit, with the evidence",
              shows(listing.CI_CHECK, WholeCiCheck, "CI check"), WholeCiCheck),
)  # fmt: skip
