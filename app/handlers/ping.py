"""ping: GitHub says hello when a webhook is made."""

from __future__ import annotations

from app.handlers.event import Event
from app.handlers.router import on
from app.store import installations
from app.store.connection import Connection


def hello(event: Event, db: Connection) -> str | None:
    """The hook works; an installation that is named is noted."""
    if event.installation is not None:
        installations.save(db, event.installation, None, None)
    return None


ROUTES = on("ping", None, to=hello)
