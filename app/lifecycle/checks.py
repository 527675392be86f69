"""What GitHub reports about one commit, and what a branch demands before a merge: facts, no verdict."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckRun:
    """One check run. `conclusion` is None until `status` is "completed"; times are ISO 8601 UTC.

    `text` and `app_name` are None where they were not asked for.
    """

    id: int
    name: str
    status: str
    conclusion: str | None
    app_id: int | None
    suite_id: int | None
    started_at: str | None
    completed_at: str | None
    html_url: str | None
    details_url: str | None
    title: str | None
    summary: str | None
    external_id: str | None
    text: str | None = None
    app_name: str | None = None


@dataclass(frozen=True, slots=True)
class CheckSuite:
    """What one app reports about a commit. A suite with no runs says nothing: its app ignored the push."""

    id: int
    app_id: int | None
    status: str | None
    conclusion: str | None
    runs_count: int


@dataclass(frozen=True, slots=True)
class CommitStatus:
    """The latest status of one context (names of contexts are case-insensitive)."""

    context: str
    state: str
    description: str | None
    target_url: str | None
    updated_at: str | None


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """One run of a workflow of GitHub Actions; it can wait for a person without having any check run.

    `attempt` begins at 1 and is None where it was not told.
    """

    id: int
    name: str | None
    event: str
    status: str | None
    conclusion: str | None
    attempt: int | None
    path: str | None
    html_url: str | None


@dataclass(frozen=True, slots=True)
class Checks:
    """Everything reported about one commit, complete."""

    runs: tuple[CheckRun, ...]
    suites: tuple[CheckSuite, ...]
    statuses: tuple[CommitStatus, ...]
    workflow_runs: tuple[WorkflowRun, ...]


@dataclass(frozen=True, slots=True)
class Required:
    """A context that must succeed; from `app_id` alone where one is named."""

    context: str
    app_id: int | None


@dataclass(frozen=True, slots=True)
class BranchRules:
    """What rulesets and classic protection together demand of a merge into a branch.

    `approvals` counts people; `allowed_methods` are the merge methods that no rule forbids.
    """

    required: tuple[Required, ...] = ()
    strict: bool = False
    approvals: int = 0
    code_owners: bool = False
    signatures: bool = False
    merge_queue: bool = False
    allowed_methods: tuple[str, ...] = ("merge", "squash", "rebase")
    last_push_approval: bool = False
    conversation_resolution: bool = False
