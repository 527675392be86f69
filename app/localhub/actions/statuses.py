"""Commit statuses, the older way of reporting on a commit."""

from __future__ import annotations

from typing import Any

from app.localhub import git_compare, git_repo
from app.localhub.actions import events
from app.localhub.shapes import commits, repositories
from app.localhub.state import checks, people, repository, world

STATES = ("error", "failure", "pending", "success")


async def create(
    hub: world.World, home: repository.Repository, sha: str, told: dict[str, Any], who: people.User
) -> checks.Status:
    """Report `told` (state, context, description, target_url) on `sha`."""
    now = hub.now()
    status = checks.Status(
        id=hub.new_id(),
        sha=sha,
        context=told.get("context") or "default",
        state=told["state"],
        description=told.get("description"),
        target_url=told.get("target_url"),
        creator=who,
        created_at=now,
        updated_at=now,
    )
    home.statuses.append(status)
    await _send(hub, home, status, who)
    return status


async def _send(hub: world.World, home: repository.Repository, status: checks.Status, who: people.User) -> None:
    repo = hub.git(home)
    found = await git_compare.commit(repo, status.sha)
    shape = commits.commit(hub, home, found)
    tips = await git_repo.refs(repo)
    url = repositories.address(hub, home)
    parts = {
        "id": status.id,
        "sha": status.sha,
        "name": home.full_name,
        "avatar_url": f"{hub.origin}/avatars/u/{status.creator.id}?v=4",
        "target_url": status.target_url,
        "context": status.context,
        "description": status.description,
        "state": status.state,
        "commit": shape,
        "branches": [
            {
                "name": ref.removeprefix("refs/heads/"),
                "commit": {"sha": sha, "url": f"{url}/commits/{sha}"},
                "protected": ref.removeprefix("refs/heads/") in home.protections,
            }
            for ref, sha in tips.items()
            if sha == status.sha
        ][:10],
        "created_at": status.created_at,
        "updated_at": status.updated_at,
    }
    events.emit(hub, "status", None, home, who, parts)
