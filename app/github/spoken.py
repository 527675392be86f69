"""What was said anywhere in a repository since a moment: comments in conversations, and remarks on lines."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Any, Literal

from app.github import shape
from app.github.repository import Repository

_OF_PULL = re.compile(r"/pull/\d+(?:#|$)")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A comment (`issue`) or a remark on a line (`review_comment`); `thread` is the first remark of a line's thread."""

    kind: Literal["issue", "review_comment"]
    id: int
    number: int
    on_pull_request: bool
    thread: int | None
    body: str
    author: shape.User
    created_at: datetime.datetime
    updated_at: datetime.datetime


async def since(repo: Repository, moment: datetime.datetime) -> list[Spoken]:
    """What was written or edited at `moment` (with a time zone) or later, oldest first in each kind."""
    asked = {"since": moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "sort": "created"}
    asked["direction"] = "asc"
    comments = [_comment(entry) for entry in await repo.everything("issues/comments", None, **asked)]
    return comments + [_remark(entry) for entry in await repo.everything("pulls/comments", None, **asked)]


def _comment(data: dict[str, Any]) -> Spoken:
    page = shape.text_or_none(data, "html_url") or ""
    return _spoken(data, "issue", "issue_url", None, on_pull_request=bool(_OF_PULL.search(page)))


def _remark(data: dict[str, Any]) -> Spoken:
    thread = shape.number_or_none(data, "in_reply_to_id") or shape.number(data, "id")
    return _spoken(data, "review_comment", "pull_request_url", thread, on_pull_request=True)


def _spoken(
    data: dict[str, Any], kind: Literal["issue", "review_comment"], place: str, thread: int | None, *,
    on_pull_request: bool,
) -> Spoken:  # fmt: skip
    number = shape.text(data, place).rstrip("/").rpartition("/")[2]
    if not (number.isascii() and number.isdigit()):
        raise shape.Unexpected(f"{place} names no number")
    return Spoken(
        kind=kind,
        id=shape.number(data, "id"),
        number=int(number),
        on_pull_request=on_pull_request,
        thread=thread,
        body=shape.text_or_none(data, "body") or "",
        author=shape.user(data, "user"),
        created_at=_moment(data, "created_at"),
        updated_at=_moment(data, "updated_at"),
    )


def _moment(data: dict[str, Any], key: str) -> datetime.datetime:
    try:
        moment = datetime.datetime.fromisoformat(shape.text(data, key))
    except ValueError:
        raise shape.Unexpected(f"{key} is no time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
