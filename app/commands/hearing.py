"""Hears commands: what was said in a comment, a remark or a review, or pressed, becomes jobs, each thing once.

An event and the sweep of unread comments come through here alike, so that whichever is first is the one that counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from app import outbox, redact
from app.commands import grammar
from app.lifecycle import effects
from app.payload import User
from app.store import heard, prs
from app.store.connection import Connection, iso, parse

_NOBODY = "ghost"
"""GitHub shows this account where the real one is gone; it has no permission anywhere."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said or pressed, where and when. `keep` says that the words are wanted beside their commands."""

    kind: effects.Kind
    id: int
    number: int
    body: str
    by: User | None
    at: datetime | None
    on_pull_request: bool = True
    head_sha: str | None = None
    thread: int | None = None
    title: str | None = None
    nonce: str = ""
    keep: bool = False


def hear(db: Connection, repository: int, said: Said, slug: str) -> str | None:
    """Queue a job for each command; returns why there is none."""
    found = grammar.commands(said.body, slug)
    if said.by is None or said.by.login.lower() == _NOBODY:
        return "nobody said it"
    if not found and not said.keep:
        return "no command"
    first = effects.ObeyComment(
        repository, said.number, said.on_pull_request, said.id, 0, "", "", said.by.login, said.by.type == "Bot",
        said.head_sha, said.kind, said.nonce, said.by.id, said.thread, said.title, iso(said.at) if said.at else None,
    )  # fmt: skip
    kept = redact.text(said.body)[: grammar.MAX_TEXT] if said.keep else None
    if not heard.note(db, first.source, repository=repository, number=said.number, author=said.by.login, body=kept):
        return "heard before"
    for position, command in enumerate(found):
        outbox.enqueue(db, replace(first, position=position, verb=command.verb, rest=command.rest))
    return None if found else "no command"


def issue_text(key: object) -> str:
    """Under what the words of an issue are kept, as they were when something made somebody look at it."""
    return f"issue_text:{key}"


def about(said: Said, head_sha: str | None) -> Said:
    """The same, about this head."""
    return replace(said, head_sha=head_sha)


def head_at(db: Connection, repo_id: str, number: int, at: datetime | None) -> str | None:
    """The head that was there to see at this moment; None when the one known now came later, or in the same second.

    Deliveries overtake each other: a push may be known before a comment that is older.
    """
    pull = prs.in_repository(db, repo_id, number)
    if pull is None or at is None or not pull["head_seen_at"]:
        return None
    return str(pull["latest_commit"]) if parse(pull["head_seen_at"]) <= at else None
