"""Issues, their comments, labels and reactions."""

from __future__ import annotations

import urllib.parse
from typing import Any

from app.localhub.shapes import repositories, users
from app.localhub.state import issues, people, repository, world


def label(hub: world.World, home: repository.Repository, found: issues.Label) -> dict[str, Any]:
    return {
        "id": found.id,
        "node_id": users.node_id("Label", found.id),
        "url": f"{repositories.address(hub, home)}/labels/{urllib.parse.quote(found.name, safe='')}",
        "name": found.name,
        "color": found.color,
        "default": False,
        "description": found.description,
    }


def association(home: repository.Repository, user: people.User) -> str:
    """`author_association`: what the person is to the repository, as far as the hub knows."""
    if user.login == home.owner.login:
        return "OWNER"
    if user.login.lower() in home.roles and home.may_write(user.login):
        return "MEMBER" if home.owner.type == "Organization" else "COLLABORATOR"
    merged = any(pull.merged_at and pull.user is user for pull in home.pulls)
    return "CONTRIBUTOR" if merged else "NONE"


def rollup(url: str, given: list[issues.Reaction]) -> dict[str, Any]:
    """How many of each reaction something has."""
    counts = {kind: sum(1 for one in given if one.content == kind) for kind in issues.REACTIONS}
    return {"url": f"{url}/reactions", "total_count": len(given), **counts}


def reaction(hub: world.World, given: issues.Reaction) -> dict[str, Any]:
    return {
        "id": given.id,
        "node_id": users.node_id("Reaction", given.id),
        "user": users.simple(hub, given.user),
        "content": given.content,
        "created_at": given.created_at,
    }


def issue(hub: world.World, found: issues.Issue) -> dict[str, Any]:
    """`issue`; a pull request is one too, with the key `pull_request`."""
    home = repositories.address(hub, found.repository)
    url = f"{home}/issues/{found.number}"
    kind = "pull" if isinstance(found, issues.Pull) else "issues"
    page = f"{repositories.page(hub, found.repository)}/{kind}/{found.number}"
    shape: dict[str, Any] = {
        "url": url,
        "repository_url": home,
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "timeline_url": f"{url}/timeline",
        "html_url": page,
        "id": found.id,
        "node_id": users.node_id("Issue", found.id),
        "number": found.number,
        "title": found.title,
        "user": users.simple(hub, found.user),
        "labels": [label(hub, found.repository, one) for one in found.labels],
        "state": found.state,
        "state_reason": "completed" if found.closed_at and kind == "issues" else None,
        "locked": found.locked,
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "comments": len(found.comments),
        "created_at": found.created_at,
        "updated_at": found.updated_at,
        "closed_at": found.closed_at,
        "author_association": association(found.repository, found.user),
        "active_lock_reason": None,
        "body": found.body,
        "reactions": rollup(url, found.reactions),
        "performed_via_github_app": users.app(hub, found.app) if found.app else None,
    }
    if isinstance(found, issues.Pull):
        shape["draft"] = found.draft
        shape["pull_request"] = {
            "url": f"{home}/pulls/{found.number}",
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "merged_at": found.merged_at,
        }
    return shape


def comment(hub: world.World, found: issues.Comment) -> dict[str, Any]:
    """`issue-comment`."""
    home = repositories.address(hub, found.issue.repository)
    url = f"{home}/issues/comments/{found.id}"
    kind = "pull" if isinstance(found.issue, issues.Pull) else "issues"
    page = f"{repositories.page(hub, found.issue.repository)}/{kind}/{found.issue.number}"
    return {
        "url": url,
        "html_url": f"{page}#issuecomment-{found.id}",
        "issue_url": f"{home}/issues/{found.issue.number}",
        "id": found.id,
        "node_id": users.node_id("IssueComment", found.id),
        "user": users.simple(hub, found.user),
        "created_at": found.created_at,
        "updated_at": found.updated_at,
        "author_association": association(found.issue.repository, found.user),
        "body": found.body,
        "reactions": rollup(url, found.reactions),
        "performed_via_github_app": users.app(hub, found.app) if found.app else None,
    }
