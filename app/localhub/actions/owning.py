"""What owners do: make, fork and delete repositories, and install, suspend and limit the app."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.localhub import git_process, git_push, git_repo
from app.localhub.actions import events, pushing
from app.localhub.shapes import users
from app.localhub.state import people, repository, world


async def create(
    hub: world.World, full_name: str, files: git_repo.Files, *, private: bool = False, ci: bool = False
) -> repository.Repository:
    """Make a repository with one commit; its owner is an organization where the app is installed."""
    owner_name, _, name = full_name.partition("/")
    owner, now = hub.user(owner_name, "Organization"), hub.now()
    home = repository.Repository(hub.new_id(), owner, name, now, now, now, private=private)
    home.ci = ci
    who = (owner.login, people.signature(owner)[1])
    sha = await git_repo.create_repository(hub.root, full_name, files, "First commit", who, hub.clock.now())
    hub.repositories[home.id] = home
    install(hub, owner)
    update = git_push.RefUpdate(f"{pushing.HEADS}{home.default_branch}", git_repo.ZERO, sha)
    await pushing.moved(hub, home, update, owner)
    return home


async def fork(hub: world.World, source: repository.Repository, owner: people.User) -> repository.Repository:
    """`owner`'s fork of `source`, made if it is not there; the app is not installed on it."""
    found = hub.find(f"{owner.login}/{source.name}")
    if found is not None:
        return found
    now = hub.now()
    made = repository.Repository(hub.new_id(), owner, source.name, now, now, now, source.default_branch, parent=source)
    repo = hub.git(made)
    await git_repo.init_bare(repo, source.default_branch)
    branches = "+refs/heads/*:refs/heads/*"
    await git_process.run(repo, "fetch", "--quiet", "--no-write-fetch-head", "--", str(hub.git(source)), branches)
    hub.repositories[made.id] = made
    return made


def delete(hub: world.World, home: repository.Repository, who: people.User) -> None:
    """Delete a repository; pull requests from it lose their head repository."""
    events.emit(hub, "repository", "deleted", home, who, {})
    home.deleted = True
    for other in hub.repositories.values():
        for pull in other.pulls:
            if pull.head_repository is home:
                pull.head_repository = None


def install(hub: world.World, account: people.User) -> people.Installation:
    """Install the hub's own app on an account, for all repositories; nothing happens when it is there."""
    for found in hub.installations.values():
        if found.account is account:
            return found
    app, now = next(iter(hub.apps.values())), hub.now()
    made = people.Installation(hub.new_id(), app, account, now, now, dict(app.permissions))
    hub.installations[made.id] = made
    owned = [one for one in hub.repositories.values() if one.owner is account and not one.deleted]
    parts = {"repositories": [_named(one) for one in owned], "requester": None}
    events.emit_installation(hub, "installation", "created", made, account, parts)
    return made


def uninstall(hub: world.World, installation: people.Installation, who: people.User) -> None:
    """Remove the app from the account: its tokens are worth nothing from now on."""
    del hub.installations[installation.id]
    _forget_tokens(hub, installation)
    owned = [one for one in hub.repositories.values() if one.owner is installation.account]
    parts = {"repositories": [_named(one) for one in owned], "requester": None}
    events.emit_installation(hub, "installation", "deleted", installation, who, parts)


def suspend(hub: world.World, installation: people.Installation, who: people.User, *, suspended: bool) -> None:
    """Suspend the app on the account, or let it work again."""
    installation.suspended_at = hub.now() if suspended else None
    installation.suspended_by = who if suspended else None
    action = "suspend" if suspended else "unsuspend"
    parts: dict[str, Any] = {"repositories": [], "requester": None}
    events.emit_installation(hub, "installation", action, installation, who, parts)


def accept(hub: world.World, installation: people.Installation, permissions: dict[str, str], who: people.User) -> None:
    """Agree to what the App asks for now; tokens that were minted before keep what they had."""
    installation.permissions, installation.updated_at = dict(permissions), hub.now()
    parts: dict[str, Any] = {"repositories": [], "requester": None}
    events.emit_installation(hub, "installation", "new_permissions_accepted", installation, who, parts)


def select(
    hub: world.World, installation: people.Installation, chosen: Sequence[repository.Repository], who: people.User
) -> None:
    """Let the app see just these repositories; the lists of the event are empty where it saw all before."""
    before, after = installation.repositories, {one.id for one in chosen}
    installation.repositories, installation.updated_at = after, hub.now()
    added = [one for one in chosen if before is not None and one.id not in before]
    removed = [hub.repositories[number] for number in sorted((before or set()) - after)]
    for action, listed in (("added", added), ("removed", removed)):
        if listed or (action == "removed" and before is None):
            parts = {
                "repository_selection": "selected",
                "repositories_added": [_named(one) for one in listed] if action == "added" else [],
                "repositories_removed": [_named(one) for one in listed] if action == "removed" else [],
                "requester": None,
            }
            events.emit_installation(hub, "installation_repositories", action, installation, who, parts)


def _forget_tokens(hub: world.World, installation: people.Installation) -> None:
    hub.tokens = {value: one for value, one in hub.tokens.items() if one.installation is not installation}


def _named(home: repository.Repository) -> dict[str, Any]:
    return {
        "id": home.id,
        "node_id": users.node_id("Repository", home.id),
        "name": home.name,
        "full_name": home.full_name,
        "private": home.private,
    }
