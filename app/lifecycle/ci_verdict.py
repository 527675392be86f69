"""Is CI green at this commit? All that GitHub reports, folded into one word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.lifecycle.checks import CheckRun, CommitStatus, WorkflowRun
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

    `results` has every check by name with its conclusion; `failed` are the check runs that are red, `statuses`
    the statuses, `unexplained` the workflow runs of which no check run says why.
    """

    answer: Answer
    why: str
    names: tuple[str, ...] = ()
    results: tuple[tuple[str, str], ...] = ()
    failed: tuple[CheckRun, ...] = ()
    look_again_in: float | None = None
    statuses: tuple[CommitStatus, ...] = ()
    unexplained: tuple[WorkflowRun, ...] = ()


def verdict(question: Question) -> Verdict:
    """Fold every report about a commit into one answer."""
    facts = gather(question)
    results = tuple(sorted(facts.results.items()))
    failed = tuple(sorted(facts.failed, key=lambda run: (run.name, run.id)))
    statuses = tuple(sorted(facts.failed_statuses, key=lambda status: status.context))
    unexplained = tuple(sorted(facts.unexplained, key=lambda run: run.id))

    def answer(kind: Answer, why: str, names: Iterable[str] = (), again: float | None = None) -> Verdict:
        return Verdict(kind, why, tuple(sorted(set(names))), results, failed, again, statuses, unexplained)

    waiting = sorted({*facts.pending, *facts.missing})
    left = question.settle - question.age
    if facts.red and not facts.pending and left <= 0:
        return answer(Answer.RED, _list("failed", facts.red), facts.red)
    if facts.pending:
        return answer(Answer.PENDING, _list("not finished", waiting), waiting, _LOOK_AGAIN)
    if facts.red:
        return answer(Answer.PENDING, _list("failed, and more may", facts.red), facts.red, left)
    if facts.blocked:
        return answer(Answer.NEEDS_PERSON, _list("waiting for a person", facts.blocked), facts.blocked)
    is_quiet = bool(facts.missing) or not facts.results
    if question.has_conflict and is_quiet:
        return answer(Answer.CONFLICT, "it conflicts with its base branch, so CI does not run")
    if question.has_conflict is None and is_quiet and left > -_WORKING_OUT:
        return answer(Answer.PENDING, "GitHub has not worked out whether it conflicts", waiting, max(left, 15.0))
    if left > 0:
        return answer(Answer.PENDING, "more checks may still appear", waiting, left)
    if facts.missing:
        return answer(Answer.EXPECTED, _list("required but never started", facts.missing), facts.missing)
    if facts.unclear:
        return answer(Answer.INCONCLUSIVE, _list("cancelled or stale", facts.unclear), facts.unclear)
    if not facts.results:
        return answer(Answer.NONE, "nothing reports on this commit")
    return answer(Answer.GREEN, f"{len(facts.results)} checks passed")


_WORKING_OUT = 120.0  # seconds after settling in which no word of a conflict is no word
_LOOK_AGAIN = 120.0  # an event comes with the end of a check; this is for the one that is lost


def _list(what: str, names: Sequence[str]) -> str:
    shown = sorted(set(names))
    more = f" and {len(shown) - 5} more" if len(shown) > 5 else ""
    return f"{what}: {', '.join(shown[:5])}{more}"
