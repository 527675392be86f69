"""Pull requests: in lists, by number, in webhooks, and as check runs point at them."""

from __future__ import annotations

from typing import Any

from app.localhub.shapes import issues, repositories, users
from app.localhub.state import issues as records
from app.localhub.state import people, repository, world


def simple(hub: world.World, pull: records.Pull) -> dict[str, Any]:
    """`pull-request-simple`: what lists show."""
    home = repositories.address(hub, pull.repository)
    url = f"{home}/pulls/{pull.number}"
    issue = f"{home}/issues/{pull.number}"
    page = f"{repositories.page(hub, pull.repository)}/pull/{pull.number}"
    shape = {
        "url": url,
        "id": pull.id,
        "node_id": users.node_id("PullRequest", pull.id),
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "issue_url": issue,
        "number": pull.number,
        "state": pull.state,
        "locked": pull.locked,
        "title": pull.title,
        "user": users.simple(hub, pull.user),
        "body": pull.body,
        "created_at": pull.created_at,
        "updated_at": pull.updated_at,
        "closed_at": pull.closed_at,
        "merged_at": pull.merged_at,
        "merge_commit_sha": pull.merge_commit_sha,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "labels": [issues.label(hub, pull.repository, one) for one in pull.labels],
        "milestone": None,
        "draft": pull.draft,
        "commits_url": f"{url}/commits",
        "review_comments_url": f"{url}/comments",
        "review_comment_url": f"{home}/pulls/comments{{/number}}",
        "comments_url": f"{issue}/comments",
        "statuses_url": f"{home}/statuses/{pull.head_sha}",
        "head": _side(hub, pull.head_repository, pull.head_owner, pull.head_ref, pull.head_sha),
        "base": _side(hub, pull.repository, pull.repository.owner, pull.base_ref, pull.base_sha),
        "author_association": issues.association(pull.repository, pull.user),
        "auto_merge": _auto_merge(hub, pull.auto_merge),
        "active_lock_reason": None,
    }
    links = ("comments", "commits", "statuses", "review_comments", "review_comment")
    shape["_links"] = {
        "self": {"href": url},
        "html": {"href": page},
        "issue": {"href": issue},
        **{name: {"href": shape[f"{name}_url"]} for name in links},
    }
    return shape


def full(hub: world.World, pull: records.Pull, state: str) -> dict[str, Any]:
    """`pull-request`: the answer to GET /repos/{owner}/{repo}/pulls/{number}; `state` is its mergeable_state."""
    mergeable = {"unknown": None, "dirty": False}.get(state, True)
    return simple(hub, pull) | {
        "merged": pull.merged_at is not None,
        "mergeable": mergeable,
        "rebaseable": mergeable,
        "mergeable_state": state,
        "merged_by": users.simple(hub, pull.merged_by) if pull.merged_by else None,
        "comments": len(pull.comments),
        "review_comments": len(pull.review_comments),
        "maintainer_can_modify": pull.maintainer_can_modify,
        "commits": pull.size.commits,
        "additions": pull.size.additions,
        "deletions": pull.size.deletions,
        "changed_files": pull.size.files,
        "stack": _stack(pull.stack),
    }


def sent(hub: world.World, pull: records.Pull) -> dict[str, Any]:
    """The pull request of a `pull_request` event: mergeability is never known there."""
    shape = full(hub, pull, "unknown")
    for side, home in (("head", pull.head_repository), ("base", pull.repository)):
        if home:
            shape[side]["repo"] |= repositories.settings(home)
    return shape


def reviewed(hub: world.World, pull: records.Pull) -> dict[str, Any]:
    """The pull request of a review event: the short form, with the repositories' settings."""
    shape = simple(hub, pull)
    for side, home in (("head", pull.head_repository), ("base", pull.repository)):
        if home:
            shape[side]["repo"] |= repositories.settings(home)
    return shape


def minimal(hub: world.World, pull: records.Pull) -> dict[str, Any]:
    """`pull-request-minimal`: what check runs, suites and workflow runs point at."""
    home = pull.head_repository or pull.repository
    return {
        "url": f"{repositories.address(hub, pull.repository)}/pulls/{pull.number}",
        "id": pull.id,
        "number": pull.number,
        "head": {"ref": pull.head_ref, "sha": pull.head_sha, "repo": _repo(hub, home)},
        "base": {"ref": pull.base_ref, "sha": pull.base_sha, "repo": _repo(hub, pull.repository)},
    }


def _auto_merge(hub: world.World, found: records.AutoMerge | None) -> dict[str, Any] | None:
    if found is None:
        return None
    by = users.simple(hub, found.enabled_by)
    return {"enabled_by": by, "merge_method": found.method, "commit_title": "", "commit_message": ""}


def _stack(found: records.Stack | None) -> dict[str, Any] | None:
    if found is None:
        return None
    base = {"ref": found.base_ref, "sha": found.base_sha}
    return {"id": found.id, "number": found.id, "size": found.size, "position": found.position, "base": base}


def _repo(hub: world.World, home: repository.Repository) -> dict[str, Any]:
    return {"id": home.id, "url": repositories.address(hub, home), "name": home.name}


def _side(
    hub: world.World, home: repository.Repository | None, owner: people.User, ref: str, sha: str
) -> dict[str, Any]:
    return {
        "label": f"{owner.login}:{ref}",
        "ref": ref,
        "sha": sha,
        "user": users.simple(hub, owner),
        "repo": repositories.normal(hub, home) if home else None,
    }
