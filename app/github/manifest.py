"""The App as dursor wants it registered: its permissions and events, and GitHub's manifest flow that makes it so.

How the flow goes: docs.github.com, "Registering a GitHub App from a manifest". Nothing is asked for that no
feature needs; which feature that is stands beside it, for `dursor doctor`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from app import errors, redact
from app.github import bearers, calls, limits, shape, transport, urls

Level = Literal["read", "write"]
LONGEST_NAME = 34  # characters of an App's name, as GitHub allows them
_CODE = re.compile(r"[A-Za-z0-9_-]{1,255}")
_ORGANISATION = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}[A-Za-z0-9_])?")


@dataclass(frozen=True, slots=True)
class Need:
    """One permission at one level, and what does not work without it; `vital` when then nothing does.

    `optional` is what few repositories need: an App without it is whole.
    """

    permission: str
    level: Level
    feature: str
    vital: bool = False
    optional: bool = False

    def is_met(self, granted: Mapping[str, str]) -> bool:
        """Whether `granted` holds it; write includes read."""
        return granted.get(self.permission) in {self.level, "write", "admin"}


NEEDS = (
    Need("metadata", "read", "asking who may command", vital=True),
    Need("contents", "read", "reading the code and .github/dursor.yml", vital=True),
    Need("contents", "write", "pushing fixes, merging, deleting merged branches"),
    Need("pull_requests", "read", "reading pull requests and reviews", vital=True),
    Need("pull_requests", "write", "opening pull requests and answering reviews"),
    Need("issues", "read", "hearing commands in comments", vital=True),
    Need("issues", "write", "the status comment and reactions to commands"),
    Need("checks", "read", "reading CI", vital=True),
    Need("checks", "write", "dursor's own check with its buttons"),
    Need("statuses", "read", "reading CI that reports by commit statuses"),
    Need("actions", "read", "logs of failed jobs, and workflows that wait for approval"),
    Need("actions", "write", "running failed jobs once more"),
    Need("merge_queues", "read", "dursor's own check in a merge queue, where a branch demands it", optional=True),
)
PERMISSIONS: Mapping[str, Level] = {need.permission: need.level for need in NEEDS}  # the higher level comes last
EVENTS: Mapping[str, str] = {  # by what is not heard, or only found by the next sweep, without it
    "pull_request": "new commits, labels, closing and merging",
    "pull_request_review": "approvals and requested changes",
    "pull_request_review_comment": "comments on lines",
    "pull_request_review_thread": "findings that people decline by resolving their threads",
    "issue_comment": "commands in comments",
    "issues": "labels that ask for work on an issue, and issues that are closed",
    "check_run": "checks that end, and buttons of dursor's own",
    "check_suite": "checks that end together",
    "status": "CI that reports by commit statuses",
    "workflow_run": "workflows that wait, start or end",
    "push": "a changed .github/dursor.yml, and a base branch that moved",
    "repository": "repositories that are renamed, moved or archived",
    "merge_group": "merge queues that wait for dursor's own check",
}

OPTIONAL_EVENTS = frozenset({"merge_group"})
"""Events of permissions that are optional."""


@dataclass(frozen=True, slots=True)
class Registered:
    """The new App with its secrets; GitHub tells them once. Names and addresses are GitHub's words."""

    id: int
    slug: str
    name: str
    html_url: str
    private_key: str = field(repr=False)
    webhook_secret: str | None = field(repr=False)


def manifest(name: str, public_url: str, callback: str) -> dict[str, Any]:
    """What GitHub is asked to register; it sends the person back to `callback`."""
    return {
        "name": name[:LONGEST_NAME],
        "url": public_url,
        "description": "Takes pull requests from opened to merged.",
        "public": False,
        "hook_attributes": {"url": hook_url(public_url), "active": True},
        "redirect_url": callback,
        "default_permissions": dict(PERMISSIONS),
        "default_events": list(EVENTS),
    }


def hook_url(public_url: str) -> str:
    """Where GitHub delivers to."""
    return f"{public_url}/webhooks/github"


def form_url(api_url: str, organisation: str | None) -> str:
    """Where a browser posts the manifest, for the person's own account or an organisation. Raises ConfigError."""
    if organisation is None:
        return f"{urls.web(api_url)}/settings/apps/new"
    if not _ORGANISATION.fullmatch(organisation):
        raise errors.ConfigError("That is not the name of an organisation on GitHub.")
    return f"{urls.web(api_url)}/organizations/{organisation}/settings/apps/new"


def apps_url(api_url: str, organisation: str | None) -> str:
    """Where a person finds the Apps that they, or an organisation, own."""
    return form_url(api_url, organisation).removesuffix("/new")


def install_url(api_url: str, slug: str) -> str:
    """Where a person installs the App; GitHub Enterprise Server has another path than github.com."""
    web = urls.web(api_url)
    place = "apps" if urls.origin(api_url)[1] == "api.github.com" else "github-apps"
    return f"{web}/{place}/{urls.piece(slug)}/installations/new"


def is_code(text: str) -> bool:
    """Whether `text` has the form of the code that GitHub sends a person back with."""
    return _CODE.fullmatch(text) is not None


async def convert(api_url: str, code: str) -> Registered:
    """Exchange the code, which is good for an hour and once, for the App.

    Raises app.errors: NotFound for a code that is spent or too old, UnknownEffect where it may be spent now.
    """
    async with transport.session(transport.TIMEOUT) as http:
        via = transport.Transport(http, urls.api(api_url))
        asking = calls.Calls(via, bearers.Nobody(), limits.Lane(limits.Pace()))
        made = await asking.write("POST", f"app-manifests/{urls.piece(code)}/conversions", serial=False)
    with shape.after_a_write():
        data = shape.mapping(made, "an app")
        secret = shape.text_or_none(data, "webhook_secret")
        return Registered(
            id=shape.number(data, "id"),
            slug=shape.text(data, "slug"),
            name=shape.text(data, "name"),
            html_url=shape.text(data, "html_url"),
            private_key=redact.register(shape.text(data, "pem")),
            webhook_secret=redact.register(secret) if secret else None,
        )
