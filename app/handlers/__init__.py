"""One file per family of GitHub events: payload -> rows, and perhaps a signal or a job.

Events only wake the program: what is true is asked of GitHub afterwards, so their order, their number
and their loss change nothing. An event or action that nobody registered for is ignored.
"""

from __future__ import annotations

from app.handlers import (
    buttons,
    ci,
    comments,
    installations,
    issues,
    merge_groups,
    ping,
    pull_requests,
    pushes,
    repositories,
    reviews,
)
from app.handlers.event import Event
from app.handlers.router import Handler, Routes
from app.store.connection import Connection

_ROUTES: Routes = {
    **ping.ROUTES,
    **pull_requests.ROUTES,
    **pushes.ROUTES,
    **ci.ROUTES,
    **merge_groups.ROUTES,
    **reviews.ROUTES,
    **comments.ROUTES,
    **issues.ROUTES,
    **buttons.ROUTES,
    **installations.ROUTES,
    **repositories.ROUTES,
}


def dispatch(event: Event, db: Connection) -> str | None:
    """Handle one delivery inside the caller's transaction; returns why it was ignored, if it was."""
    handler: Handler | None = _ROUTES.get((event.name, event.action))
    if handler is None:
        return f"nothing listens to {event.name}.{event.action}" if event.action else f"nothing listens to {event.name}"
    wanted = event.us.installation_id
    if wanted is not None and event.installation not in {None, wanted}:
        return f"installation {event.installation} is not the one this server works for"
    return handler(event, db)
