"""What people write: issues, comments in the conversation, and reactions."""

from __future__ import annotations

from typing import Any

from app.localhub.actions import events
from app.localhub.shapes import issues as shapes
from app.localhub.state import issues, people, repository, world


def open_issue(
    hub: world.World, home: repository.Repository, title: str, body: str | None, author: people.User
) -> issues.Issue:
    now = hub.now()
    issue = issues.Issue(hub.new_id(), len(home.issues) + 1, home, title, body, author, now, now)
    home.issues[issue.number] = issue
    send_issue(hub, "opened", issue, author)
    return issue


def set_issue_state(hub: world.World, issue: issues.Issue, state: str, who: people.User) -> None:
    """Close or reopen an issue that is no pull request."""
    if issue.state != state:
        issue.state, issue.updated_at = state, hub.now()
        issue.closed_at, issue.closed_by = (hub.now(), who) if state == "closed" else (None, None)
        send_issue(hub, "closed" if state == "closed" else "reopened", issue, who)


def send_issue(hub: world.World, action: str, issue: issues.Issue, sender: people.User) -> None:
    events.emit(hub, "issues", action, issue.repository, sender, {"issue": shapes.issue(hub, issue)})


def create(
    hub: world.World, issue: issues.Issue, body: str, author: people.User, app: people.App | None = None
) -> issues.Comment:
    now = hub.now()
    comment = issues.Comment(hub.new_id(), issue, author, body, now, now, app)
    issue.comments.append(comment)
    issue.updated_at = now
    _send(hub, "created", comment, author)
    return comment


def edit(hub: world.World, comment: issues.Comment, body: str, who: people.User) -> None:
    """Change the text; the event says what it was, and its sender may be another than the author."""
    before, comment.body, comment.updated_at = comment.body, body, hub.now()
    _send(hub, "edited", comment, who, {"changes": {"body": {"from": before}}})


def delete(hub: world.World, comment: issues.Comment, who: people.User) -> None:
    comment.issue.comments.remove(comment)
    _send(hub, "deleted", comment, who)


def react(
    hub: world.World, given: list[issues.Reaction], content: str, who: people.User
) -> tuple[issues.Reaction, bool]:
    """Add a reaction; False when this person's is there already. There is no event for it."""
    for reaction in given:
        if reaction.user is who and reaction.content == content:
            return reaction, False
    reaction = issues.Reaction(hub.new_id(), who, content, hub.now())
    given.append(reaction)
    return reaction, True


def find(home: repository.Repository, number: int) -> issues.Comment | None:
    """The comment with this id in the repository."""
    for issue in home.issues.values():
        for comment in issue.comments:
            if comment.id == number:
                return comment
    return None


def _send(
    hub: world.World,
    action: str,
    comment: issues.Comment,
    who: people.User,
    extra: dict[str, Any] | None = None,
) -> None:
    issue = shapes.issue(hub, comment.issue)
    parts = {"issue": issue, "comment": shapes.comment(hub, comment), **(extra or {})}
    events.emit(hub, "issue_comment", action, comment.issue.repository, who, parts)
