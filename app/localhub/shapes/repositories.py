"""Repositories: the short form inside other objects, the full form by address, and the one of webhooks."""

from __future__ import annotations

import datetime
from typing import Any

from app.localhub.shapes import users
from app.localhub.state import repository, world

_ADDRESSES = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}


def address(hub: world.World, found: repository.Repository) -> str:
    return f"{hub.api}/repos/{found.full_name}"


def page(hub: world.World, found: repository.Repository) -> str:
    return f"{hub.origin}/{found.full_name}"


def minimal(hub: world.World, found: repository.Repository) -> dict[str, Any]:
    """`minimal-repository`."""
    url = address(hub, found)
    return {
        "id": found.id,
        "node_id": users.node_id("Repository", found.id),
        "name": found.name,
        "full_name": found.full_name,
        "private": found.private,
        "owner": users.simple(hub, found.owner),
        "html_url": page(hub, found),
        "description": None,
        "fork": found.parent is not None,
        "url": url,
        **{key: url + rest for key, rest in _ADDRESSES.items()},
    }


def normal(hub: world.World, found: repository.Repository) -> dict[str, Any]:
    """`repository`: what lists and the two sides of a pull request show."""
    html = page(hub, found)
    opened = sum(1 for issue in found.issues.values() if issue.state == "open")
    return minimal(hub, found) | {
        "created_at": found.created_at,
        "updated_at": found.updated_at,
        "pushed_at": found.pushed_at,
        "git_url": f"git:{html.partition(':')[2]}.git",
        "ssh_url": f"git@127.0.0.1:{found.full_name}.git",
        "clone_url": f"{html}.git",
        "svn_url": html,
        "homepage": None,
        "size": 1,
        "stargazers_count": 0,
        "watchers_count": 0,
        "language": None,
        "has_issues": True,
        "has_projects": True,
        "has_downloads": True,
        "has_wiki": True,
        "has_pages": False,
        "has_discussions": False,
        "forks_count": sum(1 for r in hub.repositories.values() if r.parent is found and not r.deleted),
        "mirror_url": None,
        "archived": found.archived,
        "disabled": False,
        "open_issues_count": opened,
        "license": None,
        "allow_forking": True,
        "is_template": False,
        "web_commit_signoff_required": False,
        "topics": [],
        "visibility": "private" if found.private else "public",
        "forks": 0,
        "open_issues": opened,
        "watchers": 0,
        "default_branch": found.default_branch,
    }


def settings(found: repository.Repository) -> dict[str, Any]:
    """How pull requests are merged here."""
    chosen = found.settings
    return {
        "allow_squash_merge": chosen.allow_squash_merge,
        "allow_merge_commit": chosen.allow_merge_commit,
        "allow_rebase_merge": chosen.allow_rebase_merge,
        "allow_auto_merge": chosen.allow_auto_merge,
        "delete_branch_on_merge": chosen.delete_branch_on_merge,
        "allow_update_branch": False,
        "use_squash_pr_title_as_default": False,
        "squash_merge_commit_message": "COMMIT_MESSAGES",
        "squash_merge_commit_title": "COMMIT_OR_PR_TITLE",
        "merge_commit_message": "PR_TITLE",
        "merge_commit_title": "MERGE_MESSAGE",
    }


def full(hub: world.World, found: repository.Repository) -> dict[str, Any]:
    """`full-repository`: the answer to GET /repos/{owner}/{repo}."""
    shape = normal(hub, found) | settings(found) | {"temp_clone_token": "", "network_count": 0}
    shape |= {"subscribers_count": 0, "permissions": permissions(found, "read")}
    if found.owner.type == "Organization":
        shape["organization"] = users.simple(hub, found.owner)
    if found.parent:
        shape |= {"parent": normal(hub, found.parent), "source": normal(hub, found.parent)}
    return shape


def permissions(found: repository.Repository, role: str) -> dict[str, bool]:
    """The five flags that spell out a role."""
    rank = repository.ROLES.index(role)
    names = {"pull": "read", "triage": "triage", "push": "write", "maintain": "maintain", "admin": "admin"}
    return {flag: rank >= repository.ROLES.index(least) for flag, least in names.items()}


def pushed(hub: world.World, found: repository.Repository) -> dict[str, Any]:
    """The repository of a `push` event, whose times are seconds since 1970."""
    return normal(hub, found) | {
        "created_at": _seconds(found.created_at),
        "pushed_at": _seconds(found.pushed_at),
        "url": page(hub, found),
        "stargazers": 0,
        "master_branch": found.default_branch,
    }


def _seconds(text: str) -> int:
    return int(datetime.datetime.fromisoformat(text).timestamp())
