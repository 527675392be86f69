"""Repositories, their branch rules and the people who may do something in them."""

from __future__ import annotations

import dataclasses

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
    """The rules of one branch, as classic protection and as a ruleset at once."""

    required: list[RequiredCheck] = dataclasses.field(default_factory=list)
    approvals: int = 0
    strict: bool = False
    dismiss_stale: bool = False


@dataclasses.dataclass
class Settings:
    """What a maintainer sets on the repository's settings page."""

    allow_squash_merge: bool = True
    allow_merge_commit: bool = True
    allow_rebase_merge: bool = True
    delete_branch_on_merge: bool = False
    fork_runs_need_approval: bool = False


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
    former_names: list[str] = dataclasses.field(repr=False, default_factory=list)
    roles: dict[str, str] = dataclasses.field(repr=False, default_factory=dict)
    settings: Settings = dataclasses.field(default_factory=Settings)
    protections: dict[str, Protection] = dataclasses.field(repr=False, default_factory=dict)
    issues: dict[int, records.Issue] = dataclasses.field(repr=False, default_factory=dict)
    labels: dict[str, records.Label] = dataclasses.field(repr=False, default_factory=dict)
    suites: list[checks.CheckSuite] = dataclasses.field(repr=False, default_factory=list)
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
