"""installation, installation_repositories: where the App may work, and where it may no longer."""

from __future__ import annotations

from pydantic import Field

from app import advance, outbox
from app.handlers.event import Event
from app.handlers.router import on
from app.lifecycle import effects, signals
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
    """Installed, woken up again, or given new permissions."""
    installation = _Installation.model_validate(event.data["installation"])
    account = (installation.account.login or installation.account.slug) if installation.account else None
    permissions = {name: level for name, level in installation.permissions.items() if level}
    installations.save(db, installation.id, account, permissions)
    installations.suspend(db, installation.id, suspended=False)
    return None


def disappeared(event: Event, db: Connection) -> str | None:
    """Uninstalled or suspended: every run there ends."""
    installation = _Installation.model_validate(event.data["installation"])
    appeared(event, db)
    if event.action == "suspend":
        installations.suspend(db, installation.id, suspended=True)
    else:
        installations.delete(db, installation.id)
    for repo in repos.of_installation(db, installation.id):
        _end_runs(db, repo["github_id"], "The App was uninstalled or suspended.")
    return None


def repositories_changed(event: Event, db: Connection) -> str | None:
    """Repositories were taken from the App, or given to it.

    When the selection changes from all to some, GitHub lists no removed ones: every run there looks again.
    """
    installation = _Installation.model_validate(event.data["installation"])
    installations.save(db, installation.id, None, None)
    for listed in event.data.get("repositories_removed") or []:
        repo = repos.find(db, _Listed.model_validate(listed).id)
        if repo is not None:
            repos.set_active(db, repo["id"], active=False)
            _end_runs(db, repo["github_id"], "The repository was taken from the App.")
    for repo in repos.of_installation(db, installation.id):
        for run in agentic_runs.live(db, repo["github_id"]):
            outbox.enqueue(db, effects.ReadPull(run.id))
    return None


def _end_runs(db: Connection, github_id: int, why: str) -> None:
    for run in agentic_runs.live(db, github_id):
        advance.signal(db, run.id, signals.PullClosed(why=why))


ROUTES = {
    **on("installation", "created", "unsuspend", "new_permissions_accepted", to=appeared),
    **on("installation", "deleted", "suspend", to=disappeared),
    **on("installation_repositories", "added", "removed", to=repositories_changed),
}
