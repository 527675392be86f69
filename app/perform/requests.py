"""What people's reviews ask for: one message for a review, its remarks by their labels; and what they only say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app import words
from app.github.reviews import LineComment, Review
from app.store import findings, remarks, tasks
from app.store.connection import Connection, Row


@dataclass(frozen=True, slots=True)
class Request:
    """A review by somebody trusted; `asks` is False where it only says something. `at` is when it was handed in."""

    source: str
    author: str
    body: str
    remarks: tuple[LineComment, ...]
    asks: bool
    at: str


def of_reviews(given: Iterable[Review], lines: Iterable[LineComment], trusted: set[str]) -> Iterator[Request]:
    """Changes requested and comments on lines ask for something; an approval, or a body alone, only says it."""
    by_review: dict[int | None, list[LineComment]] = {}
    for line in lines:
        if line.author_login in trusted and line.reply_to is None and line.body:
            by_review.setdefault(line.review_id, []).append(line)
    for review in given:
        if review.author_login not in trusted or review.author_login is None:
            continue
        if review.state not in {"APPROVED", "CHANGES_REQUESTED", "COMMENTED"}:
            continue
        about = tuple(by_review.get(review.id, ()))
        asks = review.state == "CHANGES_REQUESTED" or (review.state == "COMMENTED" and bool(about))
        if asks or about or review.body.strip():
            at = (review.submitted_at or "")[:19]
            yield Request(f"review:{review.id}", review.author_login, review.body, about, asks, at)


def note(db: Connection, task_id: str, request: Request, *, since: str) -> bool:
    """Add a review to the conversation, once; returns whether it asks for something that nobody was asked before.

    Said before `since` it is known, and no request. A remark that GitHub showed late is added to its request, or is one
    of its own where an executor has that already.
    """
    said = tasks.said(db, task_id, request.source)
    if not request.asks or request.at < since:
        if said is None:
            text = words.review_request(request.body, [("A remark", one) for one in request.remarks])
            tasks.say(db, task_id, "system", text, source=request.source, author=request.author)
        return False
    known = remarks.known(db, task_id)
    left = [one for one in request.remarks if one.id not in known and not _was_told(said, one)]
    if said is None:
        _say(db, task_id, request, request.source, request.body, left[: words.MOST_REMARKS])
        left = left[words.MOST_REMARKS :]
    elif left and said["role"] == "user" and said["run_id"] is None and len(left) <= words.MOST_REMARKS:
        labelled = _labelled(db, task_id, left)
        tasks.add(db, said["id"], words.review_request("", labelled))
        remarks.add(db, said["id"], [(label, one.id) for label, one in labelled])
        return False
    is_new = said is None or bool(left)
    while left:
        _say(db, task_id, request, f"{request.source}:{left[0].id}", "", left[: words.MOST_REMARKS])
        left = left[words.MOST_REMARKS :]
    return is_new


def withdraw(db: Connection, task_id: str, given: Iterable[Review]) -> bool:
    """Take back what dismissed reviews asked for; whether that was something, and nobody asks for anything else."""
    dismissed = [f"review:{review.id}" for review in given if review.state == "DISMISSED"]
    taken_back = [source for source in dismissed if tasks.withdraw(db, task_id, source)]
    return bool(taken_back) and not tasks.unheard(db, task_id)


def _was_told(said: Row | None, remark: LineComment) -> bool:
    """Whether a request that was noted without labels holds this remark: its code and, right below, its words."""
    return said is not None and f"{remark.diff_hunk[-1500:]}\n{remark.body.strip()}" in said["content"]


def overhear(db: Connection, task_id: str, pull: Row | None, reply: LineComment, root: LineComment) -> None:
    """Add a reply in a thread to the conversation: whoever works next is told of it, and nobody is asked by it."""
    label = remarks.known(db, task_id).get(root.id)
    finding = findings.by_comment(db, pull["id"], root.id) if pull else None
    if finding is not None:
        label = f"F{finding['number']}"
    text = words.reply_in_thread(label, root, reply.body)
    tasks.say(db, task_id, "system", text, source=f"reply:{reply.id}", author=reply.author_login)


def _say(db: Connection, task_id: str, request: Request, source: str, body: str, left: list[LineComment]) -> None:
    labelled = _labelled(db, task_id, left)
    text = words.review_request(body, labelled)
    message = tasks.say(db, task_id, "user", text, source=source, author=request.author)
    if message is not None:
        remarks.add(db, message, [(label, one.id) for label, one in labelled])


def _labelled(db: Connection, task_id: str, left: list[LineComment]) -> list[tuple[str, LineComment]]:
    return list(zip(remarks.labels(db, task_id, len(left)), left, strict=True))
