"""Reviews of a pull request and remarks on its lines: reading, and handing in one of our own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app import errors
from app.github import outgoing, shape, threads
from app.github.repository import Repository


@dataclass(frozen=True, slots=True)
class Review:
    """A review; `state` is upper-case (APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED, PENDING)."""

    id: int
    author_login: str | None
    author_id: int | None
    author_is_bot: bool
    state: str
    commit_id: str | None
    submitted_at: str | None
    body: str
    html_url: str | None = None


@dataclass(frozen=True, slots=True)
class LineComment:
    """A remark on a line; `line` is None once it is outdated, `reply_to` is the first of its thread."""

    id: int
    review_id: int | None
    reply_to: int | None
    author_login: str | None
    author_id: int | None
    author_is_bot: bool
    path: str
    line: int | None
    original_line: int | None
    side: str | None
    commit_id: str | None
    diff_hunk: str
    body: str
    created_at: str
    updated_at: str
    html_url: str
    start_line: int | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark to make on `line` (the last one of a range that begins at `start_line`) of a side of the diff."""

    path: str
    line: int
    body: str
    side: Literal["LEFT", "RIGHT"] = "RIGHT"
    start_line: int | None = None


async def of(repo: Repository, number: int) -> list[Review]:
    """All reviews, oldest first."""
    return [_review(entry) for entry in await repo.everything(f"pulls/{number}/reviews")]


async def line_comments(repo: Repository, number: int) -> list[LineComment]:
    """All remarks on lines, oldest first."""
    return [_line_comment(entry) for entry in await repo.everything(f"pulls/{number}/comments")]


async def comments_of(repo: Repository, number: int, review_id: int) -> list[LineComment]:
    """The remarks that one review made, oldest first; GitHub does not tell their lines here."""
    found = await repo.everything(f"pulls/{number}/reviews/{review_id}/comments")
    return [_line_comment(entry) for entry in found]


async def ensure_reply(repo: Repository, number: int, thread: int, marker: str, body: str, author_id: int) -> None:
    """One reply with `marker` in the thread that begins with remark `thread`; found again after a lost answer.

    `author_id` is the app's user. Raises errors.NotFound when the thread is gone.
    """
    async with repo.lock(f"thread {thread} {marker}"):
        for line in await line_comments(repo, number):
            if line.reply_to == thread and line.author_id == author_id and marker in line.body:
                return
        await threads.reply(repo, number, thread, marker, body)


async def submit(
    repo: Repository, number: int, *, commit_id: str, body: str, remarks: Sequence[Remark] = (), instead: str = ""
) -> Review:
    """Hand in a review of `commit_id` that comments, and neither approves nor requests changes.

    GitHub refuses all of it for one line outside the diff: then it is handed in once more without remarks, saying
    `instead`. Raises errors.Invalid when that is refused too.
    """
    path = f"pulls/{number}/reviews"
    data: dict[str, Any] = {"commit_id": commit_id, "event": "COMMENT"}
    try:
        whole = {"body": outgoing.body(body), "comments": [_anchored(one) for one in remarks]}
        made = await repo.write("POST", path, data | whole)
    except errors.Invalid:
        if not remarks:
            raise
        made = await repo.write("POST", path, data | {"body": outgoing.body(instead)})
    with shape.after_a_write():
        return _review(shape.mapping(made, "a review"))


def _anchored(remark: Remark) -> dict[str, Any]:
    anchored: dict[str, Any] = {
        "path": remark.path,
        "line": remark.line,
        "side": remark.side,
        "body": outgoing.body(remark.body),
    }
    if remark.start_line is not None and remark.start_line < remark.line:
        anchored |= {"start_line": remark.start_line, "start_side": remark.side}
    return anchored


def _review(data: dict[str, Any]) -> Review:
    author = shape.user(data, "user")
    return Review(
        id=shape.number(data, "id"),
        author_login=author.login,
        author_id=author.id,
        author_is_bot=author.is_bot,
        state=shape.text(data, "state").upper(),
        commit_id=shape.text_or_none(data, "commit_id"),
        submitted_at=shape.text_or_none(data, "submitted_at"),
        body=shape.text_or_none(data, "body") or "",
        html_url=shape.text_or_none(data, "html_url"),
    )


def _line_comment(data: dict[str, Any]) -> LineComment:
    author = shape.user(data, "user")
    return LineComment(
        id=shape.number(data, "id"),
        review_id=shape.number_or_none(data, "pull_request_review_id"),
        reply_to=shape.number_or_none(data, "in_reply_to_id"),
        author_login=author.login,
        author_id=author.id,
        author_is_bot=author.is_bot,
        path=shape.text(data, "path"),
        line=shape.number_or_none(data, "line"),
        original_line=shape.number_or_none(data, "original_line"),
        side=shape.text_or_none(data, "side"),
        commit_id=shape.text_or_none(data, "commit_id"),
        diff_hunk=shape.text_or_none(data, "diff_hunk") or "",
        body=shape.text_or_none(data, "body") or "",
        created_at=shape.text_or_none(data, "created_at") or "",
        updated_at=shape.text_or_none(data, "updated_at") or "",
        html_url=shape.text_or_none(data, "html_url") or "",
        start_line=shape.number_or_none(data, "start_line") or shape.number_or_none(data, "original_start_line"),
    )
