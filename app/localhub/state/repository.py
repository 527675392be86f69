"""Repositories, their branch rules and the people who may do something in them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Literal

from app.localhub.state import checks, people
from app.localhub.state import issues as records

ROLES = ("none", "read", "triage", "write", "maintain", "admin")


@dataclasses.dataclass
class RequiredCheck:
    """A context that must succeed; `app_id` pins who may report it."""

    context: str
    app_id: int | None = None


@dataclasses.dataclass
class Protection:
    """The rules of one branch: as classic protection, as a ruleset, or (where not said) as both at once.

    Without a rule about what is pushed (from `signatures` on), every push is refused: changes come by pull request.
    """

    required: list[RequiredCheck] = dataclasses.field(default_factory=list)
    approvals: int = 0
    strict: bool = False
    dismiss_stale: bool = False
    source: Literal["both", "classic", "ruleset"] = "both"
    code_owners: bool = False
    owners: Sequence[str] = ()  # who owns what is changed; where nobody is named, whoever may write
    last_push: bool = False  # the last pusher's own approval does not count
    threads: bool = False  # conversations must be resolved
    methods: Sequence[str] = ("merge", "squash", "rebase")
    merge_queue: bool = False
    deployments: Sequence[str] = ()  # environments that the head must be deployed to
    signatures: bool = False
    linear: bool = False
    no_force: bool = False
    paths: Sequence[str] = ()  # glob patterns of what no push may change
    max_megabytes: int | None = None

    @property
    def by_pull_only(self) -> bool:
        """Whether nobody may push at all."""
        for_merges = self.required or self.approvals or self.merge_queue or self.threads or self.deployments
        return bool(for_merges) or not (
            self.signatures or self.linear or self.no_force or self.paths or self.max_megabytes
        )


@dataclasses.dataclass
class Settings:
    """What a maintainer sets on the repository's settings page."""

    allow_squash_merge: bool = True
    allow_merge_commit: bool = True
    allow_rebase_merge: bool = True
    delete_branch_on_merge: bool = False
    fork_runs_need_approval: bool = False
    allow_auto_merge: bool = False


@dataclasses.dataclass(eq=False)
class Repository:
    id: int
    owner: people.User
    name: str
    created_at: str
    pushed_at: str
    updated_at: str
    default_branch: str = "main"
    private: bool = False
    archived: bool = False
    ci: bool = False
    parent: Repository | None = None
    deleted: bool = False
    former_names: list[str] = dataclasses.field(repr=False, default_factory=list)  # OWNER/NAME in lower case
    suite_apps: list[people.App] = dataclasses.field(repr=False, default_factory=list)  # others that get suites
    no_suites_for: set[int] = dataclasses.field(repr=False, default_factory=set)  # apps that switched them off
    roles: dict[str, str] = dataclasses.field(repr=False, default_factory=dict)
    settings: Settings = dataclasses.field(default_factory=Settings)
    protections: dict[str, Protection] = dataclasses.field(repr=False, default_factory=dict)
    issues: dict[int, records.Issue] = dataclasses.field(repr=False, default_factory=dict)
    labels: dict[str, records.Label] = dataclasses.field(repr=False, default_factory=dict)
    suites: list[checks.CheckSuite] = dataclasses.field(repr=False, default_factory=list)
    deployed: set[tuple[str, str]] = dataclasses.field(repr=False, default_factory=set)  # commits and environments
    statuses: list[checks.Status] = dataclasses.field(repr=False, default_factory=list)
    workflows: dict[str, checks.Workflow] = dataclasses.field(repr=False, default_factory=dict)
    workflow_runs: list[checks.WorkflowRun] = dataclasses.field(repr=False, default_factory=list)

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"

    @property
    def pulls(self) -> list[records.Pull]:
        return [issue for issue in self.issues.values() if isinstance(issue, records.Pull)]

    @property
    def check_runs(self) -> list[checks.CheckRun]:
        return [run for suite in self.suites for run in suite.runs]

    def role(self, login: str) -> str:
        """The highest role of `login`: the owner administers, everybody reads what is public."""
        if login.lower() == self.owner.login.lower():
            return "admin"
        return self.roles.get(login.lower(), "none" if self.private else "read")

    def may_write(self, login: str) -> bool:
        return ROLES.index(self.role(login)) >= ROLES.index("write")
