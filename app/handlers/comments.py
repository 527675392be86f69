"""issue_comment: somebody wrote; a command among it is kept as it was written and checked by a job.

Only new comments command. An edit may be somebody else's, and its text was not there when people reacted.
"""

from __future__ import annotations

from pydantic import Field

from app import outbox
from app.commands import grammar
from app.handlers.event import Event
from app.handlers.router import on
from app.lifecycle import effects
from app.payload import Narrow, User
from app.store import agentic_runs, installations
from app.store.connection import Connection


class _Comment(Narrow):
    id: int = Field(ge=1, le=2**63 - 1)
    body: str | None = None
    user: User | None = None


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
    outbox.note_repository(db, repository, event.installation)
    run = agentic_runs.of_pull(db, repository.id, issue.number)
    for position, command in enumerate(found):
        outbox.enqueue(
            db,
            effects.ObeyComment(
                repository.id, issue.number, issue.pull_request is not None, comment.id, position, command.verb,
                command.rest, comment.user.login, comment.user.type == "Bot", run.head_sha if run else None,
            ),
        )  # fmt: skip
    return None


ROUTES = on("issue_comment", "created", to=written)
