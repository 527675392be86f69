"""repository: renamed, moved, shown or hidden, closed down. It is known by its id, so its runs go on."""

from __future__ import annotations

from app import advance, outbox
from app.handlers.event import Event
from app.handlers.router import on
from app.lifecycle import effects
from app.store import agentic_runs, repos
from app.store.connection import Connection

_NOBODY = "nobody works in this repository"


def moved(event: Event, db: Connection) -> str | None:
    """A new name, owner or default branch; also the installation may be another one."""
    if repos.find(db, event.repository.id) is None:
        return _NOBODY
    outbox.note_repository(db, event.repository, event.installation)
    return None


def reopened(event: Event, db: Connection) -> str | None:
    """Everybody may see it now, or only some may; or it can be written again.

    Who may command and approve is asked of GitHub each time and depends on neither; the rules of its branches and
    what its configuration allows may: both are read anew.
    """
    repo = repos.find(db, event.repository.id)
    if repo is None:
        return _NOBODY
    outbox.note_repository(db, event.repository, event.installation)
    repos.doubt_config(db, repo["id"])
    for run in agentic_runs.live(db, event.repository.id):
        outbox.enqueue(db, effects.ReadPull(run.id))
        outbox.enqueue(db, effects.ReadReviews(run.id))
    return None


def closed(event: Event, db: Connection) -> str | None:
    """Deleted or archived: nothing can be pushed or merged there any more."""
    repo = repos.find(db, event.repository.id)
    if repo is None:
        return _NOBODY
    repos.set_active(db, repo["id"], active=False)
    advance.leave(db, event.repository.id, f"The repository was {event.action}.")
    return None


ROUTES = {
    **on("repository", "renamed", "transferred", "edited", to=moved),
    **on("repository", "publicized", "privatized", "unarchived", to=reopened),
    **on("repository", "deleted", "archived", to=closed),
}
