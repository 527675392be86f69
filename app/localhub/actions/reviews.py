"""Reviews: their comments are held against the real diff, threads can be resolved, reviews dismissed."""

from __future__ import annotations

import dataclasses
from typing import Any

from app.localhub import anchors, git_compare
from app.localhub.actions import events
from app.localhub.shapes import pulls as pull_shapes
from app.localhub.shapes import reviews as shapes
from app.localhub.shapes import users
from app.localhub.state import issues, people, world

EVENTS = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED"}


class Refused(Exception):
    """A review that GitHub answers with 422; `errors` as it lists them."""

    def __init__(self, *errors: str) -> None:
        super().__init__(", ".join(errors))
        self.errors = list(errors)


@dataclasses.dataclass
class Draft:
    """A comment on a line, or on the lines from `start_line`, not yet held against the diff."""

    path: str
    body: str
    line: int
    side: str = "RIGHT"
    start_line: int | None = None
    start_side: str | None = None


async def submit(
    hub: world.World,
    pull: issues.Pull,
    author: people.User,
    state: str,
    body: str,
    drafts: list[Draft],
    commit_id: str | None = None,
) -> issues.Review:
    """Submit a review with its comments, all or none. Raises Refused."""
    if author is pull.user and state in ("APPROVED", "CHANGES_REQUESTED"):
        verb = "approve" if state == "APPROVED" else "request changes on"
        raise Refused(f"Can not {verb} your own pull request")
    placed = await _place(hub, pull, drafts)
    now = hub.now()
    commit = commit_id or pull.head_sha
    review = issues.Review(hub.new_id(), pull, author, state, body, commit, now, now)
    for draft, line, hunk in placed:
        comment = issues.ReviewComment(
            id=hub.new_id(),
            pull=pull,
            review=review,
            user=author,
            body=draft.body,
            path=draft.path,
            side=draft.side,
            line=draft.line,
            start_line=draft.start_line,
            start_side=(draft.start_side or draft.side) if draft.start_line else None,
            original_line=draft.line,
            diff_hunk=hunk,
            position=line.position,
            commit_id=commit,
            original_commit_id=commit,
            created_at=now,
            updated_at=now,
        )
        review.comments.append(comment)
        pull.threads.append(issues.Thread(hub.new_id(), comment, [comment]))
    pull.reviews.append(review)
    if state != "PENDING":
        send(hub, "submitted", review, author)
        for comment in review.comments:
            _send_comment(hub, comment, author)
    return review


def reply(hub: world.World, root: issues.ReviewComment, body: str, author: people.User) -> issues.ReviewComment:
    """Answer in a thread: a comment of its own, in a review of its own without text."""
    now, pull = hub.now(), root.pull
    review = issues.Review(hub.new_id(), pull, author, "COMMENTED", "", pull.head_sha, now, now)
    comment = dataclasses.replace(
        root, id=hub.new_id(), review=review, user=author, body=body, created_at=now, updated_at=now, reactions=[]
    )
    comment.in_reply_to = root.id
    review.comments.append(comment)
    pull.reviews.append(review)
    next(thread for thread in pull.threads if thread.root is root).comments.append(comment)
    send(hub, "submitted", review, author)
    _send_comment(hub, comment, author)
    return comment


def edit(hub: world.World, review: issues.Review, body: str, who: people.User) -> None:
    before, review.body, review.updated_at = review.body, body, hub.now()
    send(hub, "edited", review, who, {"changes": {"body": {"from": before}}})


def dismiss(hub: world.World, review: issues.Review, who: people.User) -> None:
    review.state, review.updated_at = "DISMISSED", hub.now()
    send(hub, "dismissed", review, who)


def resolve(hub: world.World, pull: issues.Pull, thread: issues.Thread, who: people.User) -> None:
    if thread.resolved_by is None:
        thread.resolved_by = who
        _send_thread(hub, "resolved", pull, thread, who)


def unresolve(hub: world.World, pull: issues.Pull, thread: issues.Thread, who: people.User) -> None:
    if thread.resolved_by is not None:
        thread.resolved_by = None
        _send_thread(hub, "unresolved", pull, thread, who)


def _send_thread(hub: world.World, action: str, pull: issues.Pull, thread: issues.Thread, who: people.User) -> None:
    comments = [shapes.comment(hub, comment) for comment in thread.comments]
    shape = {"node_id": users.node_id("PullRequestReviewThread", thread.id), "comments": comments}
    parts = {"thread": shape, "pull_request": pull_shapes.reviewed(hub, pull)}
    events.emit(hub, "pull_request_review_thread", action, pull.repository, who, parts)


def send(
    hub: world.World,
    action: str,
    review: issues.Review,
    who: people.User,
    extra: dict[str, Any] | None = None,
) -> None:
    pull = review.pull
    pull.updated_at = hub.now()
    parts = {
        "review": shapes.sent(hub, review),
        "pull_request": pull_shapes.reviewed(hub, pull),
        **(extra or {}),
    }
    events.emit(hub, "pull_request_review", action, pull.repository, who, parts)


def edit_comment(hub: world.World, comment: issues.ReviewComment, body: str, who: people.User) -> None:
    """Change a comment on a line; the event says what it was."""
    before, comment.body, comment.updated_at = comment.body, body, hub.now()
    _send_comment(hub, comment, who, "edited", {"changes": {"body": {"from": before}}})


def delete_comment(hub: world.World, comment: issues.ReviewComment, who: people.User) -> None:
    """Take a comment off its line; its thread goes with its last comment."""
    comment.review.comments.remove(comment)
    for thread in [thread for thread in comment.pull.threads if comment in thread.comments]:
        thread.comments.remove(comment)
        if not thread.comments:
            comment.pull.threads.remove(thread)
    _send_comment(hub, comment, who, "deleted")


def _send_comment(
    hub: world.World,
    comment: issues.ReviewComment,
    who: people.User,
    action: str = "created",
    extra: dict[str, Any] | None = None,
) -> None:
    pull = comment.pull
    parts = {"comment": shapes.comment(hub, comment), "pull_request": pull_shapes.reviewed(hub, pull), **(extra or {})}
    events.emit(hub, "pull_request_review_comment", action, pull.repository, who, parts)


async def _place(hub: world.World, pull: issues.Pull, drafts: list[Draft]) -> list[tuple[Draft, anchors.Line, str]]:
    if not drafts:
        return []
    files = await git_compare.changed_files(hub.git(pull.repository), pull.base_sha, pull.head_sha)
    patches = {file.filename: file.patch for file in files}
    placed = []
    for draft in drafts:
        if draft.path not in patches:
            raise Refused("Path could not be resolved")
        patch = patches[draft.path] or ""
        line = anchors.anchor(patch, draft.line, draft.side)
        if line is None:
            raise Refused("Line could not be resolved")
        if draft.start_line is not None:
            start = anchors.anchor(patch, draft.start_line, draft.start_side or draft.side)
            if start is None or start.hunk != line.hunk or start.position > line.position:
                raise Refused("Pull request review thread start line must be part of the same hunk as the line.")
        placed.append((draft, line, anchors.hunk_until(patch, line)))
    return placed
