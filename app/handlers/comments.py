"""issue_comment: somebody wrote; a command among it is kept as it was written and checked by a job.

Only new comments command. An edit may be somebody else's, and its text was not there when people reacted. A comment
that is deleted takes back what it commanded, if that is not done yet.
"""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from app import outbox
from app.commands import hearing
from app.handlers import buttons, issues
from app.handlers.event import Event
from app.handlers.router import on
from app.payload import Narrow, User
from app.store import heard, installations
from app.store.connection import Connection


class _Comment(Narrow):
    id: int = Field(ge=1, le=2**63 - 1)
    body: str | None = None
    user: User | None = None
    created_at: AwareDatetime | None = None


class _Issue(Narrow):
    number: int = Field(ge=1, le=2**53)
    title: str | None = None
    body: str | None = None
    pull_request: dict[str, object] | None = None


def written(event: Event, db: Connection) -> str | None:
    """A comment on an issue or a pull request; the sender of the event is the one who speaks."""
    comment = _Comment.model_validate(event.data["comment"])
    issue = _Issue.model_validate(event.data["issue"])
    if event.is_echo or event.us.is_user(comment.user):
        return "our own doing"
    if not installations.may_work(db, event.installation):
        return "the installation is suspended or gone"
    repository = event.repository
    repo_id = outbox.note_repository(db, repository, event.installation)
    said = hearing.Said(
        "issue", comment.id, issue.number, comment.body or "", event.sender, comment.created_at,
        on_pull_request=issue.pull_request is not None, title=issue.title,
        head_sha=hearing.head_at(db, repo_id, issue.number, comment.created_at),
    )  # fmt: skip
    idle = hearing.hear(db, repository.id, said, event.us.slug)
    if idle is None and not said.on_pull_request:
        issues.keep_text(db, repository.id, issue.number, comment.id, issue.title, issue.body)
    return idle


def deleted(event: Event, db: Connection) -> str | None:
    """A comment is gone, and with it what it asked for."""
    comment = _Comment.model_validate(event.data["comment"])
    issue = _Issue.model_validate(event.data["issue"])
    if event.us.is_user(comment.user):
        # somebody else deleted it: whether it is made again is decided where it is drawn
        is_drawn = not event.is_echo and buttons.draw_again(event, db, issue.number, comment.id)
        return None if is_drawn else "our own comment"
    heard.withdraw(db, f"issue:{comment.id}", repository=event.repository.id, number=issue.number)
    return None


ROUTES = {
    **on("issue_comment", "created", to=written),
    **on("issue_comment", "deleted", to=deleted),
}
