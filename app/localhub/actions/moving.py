"""What changes where a repository is and who sees it: another name, owner or visibility, read-only or not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.localhub.actions import events
from app.localhub.shapes import users
from app.localhub.state import people, repository, world


def rename(hub: world.World, home: repository.Repository, name: str, who: people.User) -> None:
    """Give the repository another name; the old one goes on working, as a redirect."""
    before = home.name
    _settle(hub, home, home.owner, name)
    events.emit(hub, "repository", "renamed", home, who, {"changes": {"repository": {"name": {"from": before}}}})


def transfer(hub: world.World, home: repository.Repository, owner: people.User, who: people.User) -> None:
    """Give the repository another owner; the installation that sees it then is told."""
    before = home.owner
    _settle(hub, home, owner, home.name)
    kind = "organization" if before.type == "Organization" else "user"
    shape = users.organization(hub, before) if kind == "organization" else users.simple(hub, before)
    events.emit(hub, "repository", "transferred", home, who, {"changes": {"owner": {"from": {kind: shape}}}})


def rename_owner(hub: world.World, owner: people.User, login: str, who: people.User) -> None:
    """Give an account another login; all its repositories move with it."""
    before = owner.login
    homes = [home for home in hub.repositories.values() if home.owner is owner and not home.deleted]
    places = [(home, home.full_name, hub.git(home)) for home in homes]
    del hub.users[before.lower()]
    owner.login, hub.users[login.lower()] = login, owner
    for home, name, place in places:
        _remember(hub, home, name, place)
    for installation in hub.installations.values():
        if installation.account is owner:
            parts = {
                "account": users.simple(hub, owner),
                "installation": events.short(installation),
                "changes": {"login": {"from": before}},
                "target_type": owner.type,
            }
            events.emit_installation(hub, "installation_target", "renamed", installation, who, parts)


def set_private(hub: world.World, home: repository.Repository, who: people.User, *, private: bool) -> None:
    """Hide a repository from the public, or show it."""
    home.private = private
    events.emit(hub, "repository", "privatized" if private else "publicized", home, who, {})


def set_archived(hub: world.World, home: repository.Repository, who: people.User, *, archived: bool) -> None:
    """Make a repository read-only, or let it be worked on again."""
    home.archived = archived
    events.emit(hub, "repository", "archived" if archived else "unarchived", home, who, {})


def set_default_branch(hub: world.World, home: repository.Repository, branch: str, who: people.User) -> None:
    """Make another branch the default one."""
    before, home.default_branch = home.default_branch, branch
    changes: dict[str, Any] = {"default_branch": {"from": before}}
    events.emit(hub, "repository", "edited", home, who, {"changes": changes})


def _settle(hub: world.World, home: repository.Repository, owner: people.User, name: str) -> None:
    before, old = home.full_name, hub.git(home)
    home.owner, home.name = owner, name
    _remember(hub, home, before, old)


def _remember(hub: world.World, home: repository.Repository, name: str, old: Path) -> None:
    """Move the git repository; its old address leads to the new one until somebody else takes it."""
    home.former_names.append(name.lower())
    new = hub.git(home)
    new.parent.mkdir(parents=True, exist_ok=True)
    if new.is_symlink():
        new.unlink()
    old.rename(new)
    old.symlink_to(new.resolve())
