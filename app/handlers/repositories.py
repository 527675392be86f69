"""repository: renamed, moved, closed down. A repository is known by its id, so its runs go on."""

from __future__ import annotations

from app import advance, outbox
from app.handlers.event import Event
from app.handlers.router import on
from app.lifecycle import signals
from app.store import agentic_runs, repos
from app.store.connection import Connection


def moved(event: Event, db: Connection) -> str | None:
    """A new name, owner or default branch."""
    if repos.find(db, event.repository.id) is None:
        return "nobody works in this repository"
    outbox.note_repository(db, event.repository, event.installation)
    return None


def closed(event: Event, db: Connection) -> str | None:
    """Deleted or archived: nothing can be pushed or merged there any more."""
    repo = repos.find(db, event.repository.id)
    if repo is None:
        return "nobody works in this repository"
    repos.set_active(db, repo["id"], active=False)
    for run in agentic_runs.live(db, event.repository.id):
        advance.signal(db, run.id, signals.PullClosed(why=f"The repository was {event.action}."))
    return None


ROUTES = {
    **on("repository", "renamed", "transferred", "edited", "unarchived", "publicized", "privatized", to=moved),
    **on("repository", "deleted", "archived", to=closed),
}
