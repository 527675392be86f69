"""pull_request_review, its comments and threads: people said something about the code, and perhaps to dursor.

The twenty events of one review are one reading. Their words are kept as they came, so that a later edit is no part of
what an executor is told.
"""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from app import outbox
from app.commands import hearing
from app.handlers.event import Event
from app.handlers.router import on
from app.lifecycle import effects
from app.payload import Narrow, User
from app.store import agentic_runs, heard, installations
from app.store.connection import Connection

COALESCE_SECONDS = 1.0


class _Pull(Narrow):
    number: int = Field(ge=1, le=2**53)
    title: str | None = None


class _Review(Narrow):
    id: int = Field(ge=1, le=2**63 - 1)
    body: str | None = None
    submitted_at: AwareDatetime | None = None
    commit_id: str | None = Field(None, pattern=r"^[0-9a-f]{40,64}$")


class _Remark(Narrow):
    id: int = Field(ge=1, le=2**63 - 1)
    body: str | None = None
    user: User | None = None
    created_at: AwareDatetime | None = None
    in_reply_to_id: int | None = Field(None, ge=1, le=2**63 - 1)


def submitted(event: Event, db: Connection) -> str | None:
    """A review: what it says to dursor is about the commit that was reviewed."""
    pull, review = _Pull.model_validate(event.data["pull_request"]), _Review.model_validate(event.data["review"])
    said = hearing.Said(
        "review", review.id, pull.number, review.body or "", event.sender, review.submitted_at,
        head_sha=review.commit_id, title=pull.title, keep=_works(event, db, pull),
    )  # fmt: skip
    return _heard(event, db, said)


def remarked(event: Event, db: Connection) -> str | None:
    """A remark on a line, or a reply to one."""
    pull, remark = _Pull.model_validate(event.data["pull_request"]), _Remark.model_validate(event.data["comment"])
    said = hearing.Said(
        "review_comment", remark.id, pull.number, remark.body or "", event.sender, remark.created_at,
        thread=remark.in_reply_to_id or remark.id, title=pull.title,
        keep=_works(event, db, pull),
    )  # fmt: skip
    return _heard(event, db, said)


def deleted(event: Event, db: Connection) -> str | None:
    """A remark is gone, and with it what it asked for."""
    pull, remark = _Pull.model_validate(event.data["pull_request"]), _Remark.model_validate(event.data["comment"])
    if event.us.is_user(remark.user):
        return "our own remark"
    heard.withdraw(db, f"review_comment:{remark.id}", repository=event.repository.id, number=pull.number)
    return None


def changed(event: Event, db: Connection) -> str | None:
    """A review was edited or dismissed: look at what counts now."""
    return "our own doing" if event.is_echo else _wake(event, db, _Pull.model_validate(event.data["pull_request"]))


def _heard(event: Event, db: Connection, said: hearing.Said) -> str | None:
    if event.is_echo:
        return "our own doing"
    if not installations.may_work(db, event.installation):
        return "the installation is suspended or gone"
    repo_id = outbox.note_repository(db, event.repository, event.installation)
    if said.kind == "review_comment":
        said = hearing.about(said, hearing.head_at(db, repo_id, said.number, said.at))
    if said.kind == "review":
        _note_head(event, db, said)
    idle = hearing.hear(db, event.repository.id, said, event.us.slug)
    asleep = _wake(event, db, _Pull(number=said.number))
    return asleep if idle else None


def _note_head(event: Event, db: Connection, said: hearing.Said) -> None:
    """A review of another commit than the head tells of a push whose event was lost, or comes later."""
    run = agentic_runs.of_pull(db, event.repository.id, said.number)
    if run is not None and not run.is_terminal and said.head_sha not in {None, run.head_sha}:
        outbox.enqueue(db, effects.ReadPull(run.id))


def _works(event: Event, db: Connection, pull: _Pull) -> bool:
    run = agentic_runs.of_pull(db, event.repository.id, pull.number)
    return run is not None and not run.is_terminal


def _wake(event: Event, db: Connection, pull: _Pull) -> str | None:
    run = agentic_runs.of_pull(db, event.repository.id, pull.number)
    if run is None or run.is_terminal:
        return "nobody works on this pull request"
    outbox.enqueue(db, effects.ReadReviews(run.id), delay=COALESCE_SECONDS)
    return None


def resolved(event: Event, db: Connection) -> str | None:
    """A thread was resolved, or opened again: perhaps one of ours, by somebody whose word counts."""
    return "our own doing" if event.is_echo else _wake(event, db, _Pull.model_validate(event.data["pull_request"]))


ROUTES = {
    **on("pull_request_review", "submitted", to=submitted),
    **on("pull_request_review", "dismissed", "edited", to=changed),
    **on("pull_request_review_comment", "created", to=remarked),
    **on("pull_request_review_comment", "deleted", to=deleted),
    **on("pull_request_review_thread", "resolved", "unresolved", to=resolved),
}
