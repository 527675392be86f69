"""Accounts, apps, their installations and the tokens these mint."""

from __future__ import annotations

import dataclasses
import datetime

# What the app is granted, as in its manifest: enough to read CI, push, review and merge.
PERMISSIONS = {
    "metadata": "read",
    "contents": "write",
    "pull_requests": "write",
    "issues": "write",
    "checks": "write",
    "statuses": "read",
    "actions": "write",
    "merge_queues": "read",
}
EVENTS = (
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_review_thread",
    "issue_comment",
    "issues",
    "check_run",
    "check_suite",
    "status",
    "workflow_run",
    "repository",
    "push",
    "merge_group",
)


@dataclasses.dataclass(eq=False)
class User:
    id: int
    login: str
    type: str = "User"  # User, Organization or Bot
    gone: bool = False  # deleted: what it said stays, by nobody


@dataclasses.dataclass(eq=False)
class App:
    """A GitHub App; `bot` is the account that acts for it."""

    id: int
    slug: str
    name: str
    owner: User
    bot: User
    created_at: str
    permissions: dict[str, str] = dataclasses.field(repr=False, default_factory=lambda: dict(PERMISSIONS))
    events: tuple[str, ...] = dataclasses.field(repr=False, default=EVENTS)


@dataclasses.dataclass(eq=False)
class Installation:
    """The app on one account; `repositories` is None when all of the account's are selected."""

    id: int
    app: App
    account: User
    created_at: str
    updated_at: str
    permissions: dict[str, str]
    repositories: set[int] | None = None
    suspended_at: str | None = None
    suspended_by: User | None = None


@dataclasses.dataclass(eq=False)
class Token:
    """An installation access token; `repositories` None means all that the installation sees."""

    value: str = dataclasses.field(repr=False)
    installation: Installation
    permissions: dict[str, str]
    repositories: set[int] | None
    expires_at: datetime.datetime


def signature(user: User) -> tuple[str, str]:
    """Name and address on a commit by `user`; GitHub maps the address back to the account."""
    return user.login, f"{user.id}+{user.login}@users.noreply.github.com"
