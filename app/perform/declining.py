"""How a person declines a finding of ours: by command, or by resolving its thread; and what follows for the run."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app import advance, outbox, redact, words
from app.lifecycle import effects
from app.lifecycle.run import Run
from app.perform import judging
from app.perform.world import Scope
from app.repo_config import RepoConfig
from app.store import findings
from app.store.connection import Connection, Row

_NAMED = re.compile(r"[Ff]([0-9]{1,18})[0-9]*[.,:;]?(?:\s+|$)")
_WHY = 1_000
NO_REASON = "no reason given"


def refusal(db: Connection, effect: effects.ObeyComment, pull: Row | None) -> str | None:
    """Why a `/dursor decline` cannot be obeyed, in words that help; None when it can."""
    known = findings.of_pull(db, pull["id"]) if pull else []
    open_ = [row["number"] for row in known if row["status"] != "declined"]
    named, why = _read(effect.rest)
    found = _meant(effect, known)
    if found is None:
        return words.threads.no_such_finding(named, open_)
    if not why:
        return words.threads.reason_needed(found["number"], named=named is not None)
    if found["status"] == "declined":
        return words.threads.declined_already(found["number"], found["declined_by"] or "somebody")
    return None


def decline(db: Connection, effect: effects.ObeyComment, run: Run, pull: Row, config: RepoConfig) -> None:
    """Do what a command says that was not refused."""
    found = _meant(effect, findings.of_pull(db, pull["id"]))
    why = redact.text(_read(effect.rest)[1])[:_WHY]
    if found is not None and findings.decline(db, found["id"], by=effect.author, why=why):
        weigh_again(db, run.id, config)


def resolved(db: Connection, scope: Scope, declined: Sequence[tuple[str, str, str]], reopened: Sequence[str]) -> None:
    """Decline findings whose threads people resolved (id, login, reason); reopen those whose threads are open again."""
    changed = [
        findings.decline(db, one, by=by, why=redact.text(why)[:_WHY], in_thread=True) for one, by, why in declined
    ]
    changed += [findings.reopen(db, one) for one in reopened]
    if any(changed):
        weigh_again(db, scope.run.id, scope.config)


def weigh_again(db: Connection, run_id: str, config: RepoConfig) -> None:
    """Tell the run what its latest review comes to without what people declined, and have the threads answered."""
    left = judging.without_declined(db, run_id, config.review.blocking)
    if left is not None:
        advance.signal(db, run_id, left)
    outbox.enqueue(db, effects.AnswerThreads(run_id))


def _read(rest: str) -> tuple[int | None, str]:
    """The number of the finding, where one is named, and the reason."""
    match = _NAMED.match(rest.strip())
    return (int(match[1]), rest.strip()[match.end() :].strip()) if match else (None, rest.strip())


def _meant(effect: effects.ObeyComment, known: Sequence[Row]) -> Row | None:
    """The finding that is named, or else the one whose thread this was said in."""
    number = _read(effect.rest)[0]
    if number is not None:
        return next((row for row in known if row["number"] == number), None)
    here = effect.thread if effect.kind == "review_comment" else None
    return next((row for row in known if here is not None and row["comment_id"] == here), None)
