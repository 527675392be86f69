"""Is CI green at this commit? All that GitHub reports, folded into one word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.lifecycle.checks import CheckRun
from app.lifecycle.ci_facts import Question, gather

__all__ = ["Answer", "Question", "Verdict", "verdict"]


class Answer(StrEnum):
    """What CI says. Only `green` lets a pull request go on; `none` is never green."""

    GREEN = "green"
    RED = "red"
    PENDING = "pending"
    EXPECTED = "expected"
    NONE = "none"
    NEEDS_PERSON = "needs_person"
    INCONCLUSIVE = "inconclusive"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, the names it rests on, and a sentence's worth of reason.

    `results` has every check by name with its conclusion; `failed` are the check runs that are red.
    """

    answer: Answer
    why: str
    names: tuple[str, ...] = ()
    results: tuple[tuple[str, str], ...] = ()
    failed: tuple[CheckRun, ...] = ()
    look_again_in: float | None = None


def verdict(question: Question) -> Verdict:
    """Fold every report about a commit into one answer."""
    facts = gather(question)
    results = tuple(sorted(facts.results.items()))

    def answer(kind: Answer, why: str, names: Iterable[str] = (), again: float | None = None) -> Verdict:
        return Verdict(kind, why, tuple(sorted(set(names))), results, tuple(facts.failed), again)

    waiting = sorted({*facts.pending, *facts.missing})
    if facts.red and not facts.pending:
        return answer(Answer.RED, _list("failed", facts.red), facts.red)
    if facts.pending:
        return answer(Answer.PENDING, _list("not finished", waiting), waiting, _LOOK_AGAIN)
    if facts.blocked:
        return answer(Answer.NEEDS_PERSON, _list("waiting for a person", facts.blocked), facts.blocked)
    if question.has_conflict and (facts.missing or not facts.results):
        return answer(Answer.CONFLICT, "it conflicts with its base branch, so CI does not run")
    if question.age < question.settle:
        left = question.settle - question.age
        return answer(Answer.PENDING, "more checks may still appear", waiting, left)
    if facts.missing:
        return answer(Answer.EXPECTED, _list("required but never started", facts.missing), facts.missing)
    if facts.unclear:
        return answer(Answer.INCONCLUSIVE, _list("cancelled or stale", facts.unclear), facts.unclear)
    if not facts.results:
        return answer(Answer.NONE, "nothing reports on this commit")
    return answer(Answer.GREEN, f"{len(facts.results)} checks passed")


_LOOK_AGAIN = 120.0  # an event comes with the end of a check; this is for the one that is lost


def _list(what: str, names: Sequence[str]) -> str:
    shown = sorted(set(names))
    more = f" and {len(shown) - 5} more" if len(shown) > 5 else ""
    return f"{what}: {', '.join(shown[:5])}{more}"
