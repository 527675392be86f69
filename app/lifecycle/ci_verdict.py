"""Is CI green at this commit? All that GitHub reports, folded into one word.

What counts as success, and why a suite without runs or an empty combined status says nothing:
docs.github.com, "About status checks" and "Troubleshooting required status checks".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.lifecycle.checks import BranchRules, CheckRun, Checks, Required


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


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the facts, whose they are, and how long the commit has been there, in seconds."""

    checks: Checks
    rules: BranchRules
    our_app_id: int | None
    age: float
    settle: float
    has_conflict: bool = False
    ignore: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


_RED = {"failure", "timed_out", "startup_failure"}
_GOOD = {"success", "neutral", "skipped"}
_NO_ANSWER = {"cancelled", "stale"}


def verdict(question: Question) -> Verdict:
    """Fold every report about a commit into one answer. Unknown words of GitHub's are never success."""
    facts = _gather(question)
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


@dataclass(slots=True)
class _Facts:
    results: dict[str, str]
    red: list[str]
    pending: list[str]
    blocked: list[str]
    unclear: list[str]
    missing: list[str]
    failed: list[CheckRun]


_LOOK_AGAIN = 120.0  # an event comes with the end of a check; this is for the one that is lost


def _gather(question: Question) -> _Facts:
    ignored = {name.casefold() for name in question.ignore}
    facts = _Facts({}, [], [], [], [], [], [])
    runs = [run for run in _latest(question.checks.runs) if _counts(run.app_id, run.name, question, ignored)]
    for run in runs:
        _sort_in(facts, run.name, run.conclusion if run.status == "completed" else None)
        if run.status == "completed" and run.conclusion in _RED:
            facts.failed.append(run)
    for status in question.checks.statuses:
        if status.context.casefold() not in ignored:
            _sort_in(facts, status.context, _STATES.get(status.state))
    _hidden_work(facts, question, runs)
    facts.missing = [context for context in _required(question) if not _reported(context, question, runs)]
    return facts


_STATES = {"success": "success", "failure": "failure", "error": "failure"}


def _sort_in(facts: _Facts, name: str, conclusion: str | None) -> None:
    """One report into its heap. Of two with one name (two workflows, two events) the worse one shows."""
    if facts.results.get(name) not in _RED:
        facts.results[name] = conclusion or "pending"
    if conclusion is None:
        facts.pending.append(name)
    elif conclusion in _RED:
        facts.red.append(name)
    elif conclusion == "action_required":
        facts.blocked.append(name)
    elif conclusion in _NO_ANSWER or conclusion not in _GOOD:
        facts.unclear.append(name)


def _hidden_work(facts: _Facts, question: Question, runs: Sequence[CheckRun]) -> None:
    """What check runs do not show: jobs behind `needs:`, workflows that wait for a person or never began."""
    with_runs = {run.suite_id for run in runs}
    for suite in question.checks.suites:
        if suite.app_id != question.our_app_id and suite.id in with_runs and suite.status not in {"completed", None}:
            facts.pending.append("jobs that are not there yet")
    for workflow in question.checks.workflow_runs:
        name = workflow.name or workflow.path or "workflow"
        if workflow.status == "completed" and workflow.conclusion == "action_required":
            facts.blocked.append(name)
        elif workflow.status == "completed" and workflow.conclusion == "startup_failure":
            facts.red.append(name)
        elif workflow.status in {"action_required", "waiting"}:
            facts.blocked.append(name)
        elif workflow.status not in {"completed", None}:
            facts.pending.append(name)


def _latest(runs: Iterable[CheckRun]) -> list[CheckRun]:
    """The newest run of each name in each suite of each app."""
    newest: dict[tuple[int | None, int | None, str], CheckRun] = {}
    for run in sorted(runs, key=lambda run: (run.started_at or "", run.id)):
        newest[run.app_id, run.suite_id, run.name] = run
    return list(newest.values())


def _counts(app_id: int | None, name: str, question: Question, ignored: set[str]) -> bool:
    ours = app_id is not None and app_id == question.our_app_id
    return not ours and name.casefold() not in ignored


def _required(question: Question) -> list[str]:
    named = (*question.rules.required, *(Required(context, None) for context in question.required))
    return list(dict.fromkeys(required.context for required in named))


def _reported(context: str, question: Question, runs: Sequence[CheckRun]) -> bool:
    """Whether everything that must report under this name did, from the app that must."""
    wanted = [required.app_id for required in question.rules.required if required.context == context] or [None]
    statuses = {status.context.casefold() for status in question.checks.statuses}
    for app_id in wanted:
        by_run = any(run.name == context and app_id in {None, run.app_id} for run in runs)
        if not by_run and not (app_id is None and context.casefold() in statuses):
            return False
    return True


def _list(what: str, names: Sequence[str]) -> str:
    shown = sorted(set(names))
    more = f" and {len(shown) - 5} more" if len(shown) > 5 else ""
    return f"{what}: {', '.join(shown[:5])}{more}"
