"""installation, installation_repositories, installation_target: where the App may work, and where no longer.

What one of these events lists is never all of it, so whatever makes the App see more is looked up afterwards.
"""

from __future__ import annotations

from pydantic import Field

from app import advance, outbox
from app.handlers.event import Event
from app.handlers.router import on
from app.lifecycle import effects
from app.payload import Narrow
from app.store import agentic_runs, installations, repos
from app.store.connection import Connection


class _Account(Narrow):
    login: str | None = None
    slug: str | None = None  # an enterprise has no login


class _Installation(Narrow):
    id: int
    account: _Account | None = None
    permissions: dict[str, str | None] = Field(default_factory=dict)


class _Listed(Narrow):
    id: int


def appeared(event: Event, db: Connection) -> str | None:
    """Installed, woken up again, or given new permissions: what it may see is noted, and its runs look again."""
    installation = _note(event, db)
    installations.suspend(db, installation.id, suspended=False)
    _look_again(db, installation.id)
    return None


def disappeared(event: Event, db: Connection) -> str | None:
    """Uninstalled or suspended: every run there ends."""
    installation = _note(event, db)
    if event.action == "suspend":
        installations.suspend(db, installation.id, suspended=True)
    else:
        installations.delete(db, installation.id)
    for repo in repos.of_installation(db, installation.id):
        advance.leave(db, repo["github_id"], "The App was uninstalled or suspended.")
    return None


def repositories_changed(event: Event, db: Connection) -> str | None:
    """Repositories were taken from the App, or given to it.

    When the selection changes from all to some, GitHub lists no removed ones: all are listed anew.
    """
    installation = _Installation.model_validate(event.data["installation"])
    installations.save(db, installation.id, None, None)
    for listed in event.data.get("repositories_removed") or []:
        repo = repos.find(db, _Listed.model_validate(listed).id)
        if repo is not None and repo["installation_id"] in {None, installation.id}:
            repos.set_active(db, repo["id"], active=False)
            advance.leave(db, repo["github_id"], "The repository was taken from the App.")
    _look_again(db, installation.id)
    return None


def account_renamed(event: Event, db: Connection) -> str | None:
    """The account has another name, and so have its repositories."""
    installation = _Installation.model_validate(event.data["installation"])
    account = _Account.model_validate(event.data.get("account") or {})
    installations.save(db, installation.id, account.login or account.slug, None)
    outbox.enqueue(db, effects.FindPlaces())
    return None


def _note(event: Event, db: Connection) -> _Installation:
    installation = _Installation.model_validate(event.data["installation"])
    account = (installation.account.login or installation.account.slug) if installation.account else None
    permissions = {name: level for name, level in installation.permissions.items() if level}
    installations.save(db, installation.id, account, permissions)
    return installation


def _look_again(db: Connection, installation_id: int) -> None:
    outbox.enqueue(db, effects.FindPlaces())
    for repo in repos.of_installation(db, installation_id):
        for run in agentic_runs.live(db, repo["github_id"]):
            outbox.enqueue(db, effects.ReadPull(run.id))


ROUTES = {
    **on("installation", "created", "unsuspend", "new_permissions_accepted", to=appeared),
    **on("installation", "deleted", "suspend", to=disappeared),
    **on("installation_repositories", "added", "removed", to=repositories_changed),
    **on("installation_target", "renamed", to=account_renamed),
}
