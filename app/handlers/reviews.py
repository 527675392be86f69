"""pull_request_review, pull_request_review_comment: people said something about the code.

The twenty events of one review are one reading.
"""

from __future__ import annotations

from pydantic import Field

from app import outbox
from app.handlers.event import Event
from app.handlers.router import on
from app.lifecycle import effects
from app.payload import Narrow
from app.store import agentic_runs
from app.store.connection import Connection

COALESCE_SECONDS = 1.0


class _Pull(Narrow):
    number: int = Field(ge=1, le=2**53)


def reviewed(event: Event, db: Connection) -> str | None:
    """Read the pull request's reviews again."""
    if event.is_echo:
        return "our own doing"
    pull = _Pull.model_validate(event.data["pull_request"])
    run = agentic_runs.of_pull(db, event.repository.id, pull.number)
    if run is None or run.is_terminal:
        return "nobody works on this pull request"
    outbox.enqueue(db, effects.ReadReviews(run.id), delay=COALESCE_SECONDS)
    return None


ROUTES = {
    **on("pull_request_review", "submitted", "dismissed", "edited", to=reviewed),
    **on("pull_request_review_comment", "created", to=reviewed),
}
