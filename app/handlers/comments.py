"""issue_comment: somebody wrote; a command among it is kept as it was written and checked by a job.

Only new comments command. An edit may be somebody else's, and its text was not there when people reacted.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime, Field

from app import outbox
from app.commands import grammar
from app.handlers.event import Event
from app.handlers.router import on
from app.lifecycle import effects
from app.payload import Narrow, User
from app.store import installations, prs
from app.store.connection import Connection, parse


class _Comment(Narrow):
    id: int = Field(ge=1, le=2**63 - 1)
    body: str | None = None
    user: User | None = None
    created_at: AwareDatetime | None = None


class _Issue(Narrow):
    number: int = Field(ge=1, le=2**53)
    pull_request: dict[str, object] | None = None


def written(event: Event, db: Connection) -> str | None:
    """A comment on an issue or a pull request."""
    comment = _Comment.model_validate(event.data["comment"])
    issue = _Issue.model_validate(event.data["issue"])
    if event.is_echo:
        return "our own doing"
    found = grammar.commands(comment.body or "", event.us.slug)
    if not found or comment.user is None:
        return "no command"
    if not installations.may_work(db, event.installation):
        return "the installation is suspended or gone"
    repository = event.repository
    repo_id = outbox.note_repository(db, repository, event.installation)
    head = _head_at(db, repo_id, issue.number, comment.created_at)
    for position, command in enumerate(found):
        outbox.enqueue(
            db,
            effects.ObeyComment(
                repository.id, issue.number, issue.pull_request is not None, comment.id, position, command.verb,
                command.rest, comment.user.login, comment.user.type == "Bot", head,
            ),
        )  # fmt: skip
    return None


def _head_at(db: Connection, repo_id: str, number: int, written_at: datetime | None) -> str | None:
    """The head that the writer saw; None when the one known now came later, or in the same second.

    Deliveries overtake each other: a push may be known before a comment that is older.
    """
    pull = prs.in_repository(db, repo_id, number)
    if pull is None or written_at is None or not pull["head_seen_at"]:
        return None
    return str(pull["latest_commit"]) if parse(pull["head_seen_at"]) <= written_at else None


ROUTES = on("issue_comment", "created", to=written)
