"""Random histories of a run: signals as they really come, some of them old, repeated or out of place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from app.lifecycle import effects, signals
from app.lifecycle.decide import Decision, begin, decide
from app.lifecycle.policy import Policy
from app.lifecycle.run import MergeWay, Mode, Phase, Run, Work


@dataclass(frozen=True)
class Step:
    """One happening. `old` makes it about another commit or attempt; `pick` chooses among its variants."""

    name: str
    old: bool
    pick: int


@dataclass
class Moment:
    """One decision of a history, with what had happened before it."""

    before: Run
    signal: signals.Signal
    after: Run
    effects: tuple[effects.Effect, ...]
    policy: Policy
    approved: set[str] = field(default_factory=set)
    at_work: set[int] = field(default_factory=set)


def sha(number: int) -> str:
    """The nth commit that somebody pushes."""
    return f"{number:040x}"


def _ci(run: Run, step: Step) -> signals.Signal:
    at = _sha(run, step)
    return (
        signals.CiPassed(sha=at),
        signals.CiPassed(sha=at),
        signals.CiFailed(sha=at, signature="lint", summary="lint failed"),
        signals.CiFailed(sha=at, signature="tests", summary="tests failed", can_rerun=True, tries=1),
        signals.CiFailed(sha=at, signature="tests", summary="tests failed", can_rerun=True, tries=2),
        signals.CiFailed(sha=at, signature="lint", summary="lint failed", red_on_base="red on main"),
        signals.CiConflicted(sha=at),
        signals.CiStuck(sha=at, cause="needs_person", why="because"),
        signals.CiStuck(sha=at, cause="none", why="because"),
    )[step.pick % 9]


def _work(run: Run, step: Step) -> signals.Signal:
    attempt = _attempt(run, step)
    return (
        signals.WorkFinished(attempt=attempt, commit=sha(900 + step.pick), tree=f"tree {step.pick}", base_tree="base"),
        signals.Pushed(attempt=attempt, sha=sha(900 + step.pick)),
        signals.WorkFinished(attempt=attempt, commit=None),
        signals.WorkFailed(attempt=attempt, error="broke"),
        signals.WorkRefused(attempt=attempt, why="it touches .git"),
        signals.BudgetSpent(attempt=attempt, why="nothing is left"),
        signals.UpdateConflicted(attempt=attempt, files="a.py"),
    )[step.pick % 7]


def _review(run: Run, step: Step) -> signals.Signal:
    if step.pick % 12 == 1:
        return signals.BudgetSpent(attempt=_attempt(run, step), why="nothing is left")
    if step.pick % 4 == 0:
        return signals.ReviewFailed(attempt=_attempt(run, step), error="broke")
    score, blocking = ((1.0, 0), (0.5, 0), (0.9, 1))[step.pick % 3]
    if step.pick % 7 == 0:
        return signals.FindingsDeclined(sha=_sha(run, step), score=score, blocking=blocking)
    return signals.ReviewFinished(
        attempt=_attempt(run, step), sha=run.head_sha or sha(0), score=score, blocking=blocking,
        stuck="F1" if step.pick % 5 == 0 else None,
    )  # fmt: skip


def _merge(run: Run, step: Step) -> signals.Signal:
    at = _sha(run, step)
    return (
        signals.MergeRefused(sha=at, cause="conflict", why="conflict"),
        signals.MergeRefused(sha=at, cause="behind", why="behind"),
        signals.MergeRefused(sha=at, cause="gate", why="a draft"),
        signals.MergeRefused(sha=at, cause="refused", why="no"),
        signals.GatesMet(sha=at),
        signals.MergeLeft(sha=at, way=MergeWay.QUEUE),
        signals.MergeLeft(sha=at, way=MergeWay.AUTO),
        signals.MergeLeft(sha=at, way=MergeWay.QUEUE),
    )[step.pick % 8]


def _person(run: Run, step: Step) -> signals.Signal:
    at = _sha(run, step)
    works = (Work.CI, Work.REVIEW, Work.CONFLICT, Work.PEOPLE)
    return (
        signals.Approved(sha=at, by="ann"),
        signals.ApprovalWithdrawn(sha=at),
        signals.ChangesRequested(by="ann"),
        signals.RequestsWithdrawn(),
        signals.HeadMoved(sha=sha(step.pick)),
        signals.FixAsked(work=works[step.pick // 10 % 4], by="ann"),
        signals.ReviewAsked(by="ann"),
        signals.ModeChosen(mode=list(Mode)[step.pick // 10 % 3], by="ann"),
        signals.Paused(by="ann"),
        signals.Resumed(by="ann"),
        signals.RetryAsked(by="ann"),
        signals.BudgetRaised(by="ann"),
        signals.UpdateAsked(by="ann"),
        signals.UndoAsked(by="ann"),
    )[step.pick % 14]


def _program(run: Run, step: Step) -> signals.Signal:
    return (
        signals.HeadMoved(sha=sha(step.pick), by_person=False),
        signals.HeadMoved(sha=sha(step.pick), by_person=False),
        signals.ProgramsFought(sha=_sha(run, step), why="a program pushed again"),
    )[step.pick % 3]


def _trouble(run: Run, step: Step) -> signals.Signal:
    kinds = ("StartWork", "ImportWork", "Push", "ReadCi", "ReadPull", "StartReview", "Merge", "OpenPull", "RerunCi")
    return (
        signals.EffectFailed(effect=kinds[step.pick % 9], error="no answer"),
        signals.TimeRanOut(of="ci", minutes=60),
        signals.PullOpened(number=7),
        signals.PullLeft(),
    )[step.pick % 4]


def _end(run: Run, step: Step) -> signals.Signal:
    return (
        signals.Canceled(by="ann"),
        signals.PullClosed(why="closed"),
        signals.TimeRanOut(of="total", minutes=240),
        signals.PullMerged(),
    )[step.pick % 4]


def _sha(run: Run, step: Step) -> str:
    return sha(999) if step.old or run.head_sha is None else run.head_sha


def _attempt(run: Run, step: Step) -> int:
    return run.attempt - 1 if step.old else run.attempt


def _expected(run: Run, step: Step) -> signals.Signal:
    """What the phase is waiting for."""
    if run.is_terminal:
        return signals.RetryAsked(by="ann")
    return _WAITED_FOR[run.phase](run, step)


_WAITED_FOR: dict[Phase, Callable[[Run, Step], signals.Signal]] = {
    Phase.CODING: _work, Phase.FIXING_CI: _work, Phase.FIXING_REVIEW: _work, Phase.WAITING_CI: _ci,
    Phase.REVIEWING: _review, Phase.MERGING: _merge, Phase.AWAITING_HUMAN: _person,
}  # fmt: skip
MAKERS: dict[str, Callable[[Run, Step], signals.Signal]] = {
    "expected": _expected, "ci": _ci, "work": _work, "review": _review, "merge": _merge, "person": _person,
    "program": _program, "trouble": _trouble, "end": _end,
}  # fmt: skip
_OFTEN = (
    ["expected"] * 12 + ["person"] * 4 + ["ci"] * 2 + ["program"] * 2 + ["work", "review", "merge", "trouble", "end"]
)

steps = st.lists(
    st.builds(Step, st.sampled_from(_OFTEN), st.sampled_from([False] * 7 + [True]), st.integers(0, 419)),
    min_size=20, max_size=40,
)  # fmt: skip
policies = st.builds(
    Policy, max_ci_fixes=st.integers(0, 4), max_review_fixes=st.integers(0, 3), max_iterations=st.integers(0, 6),
    executor_tries=st.integers(1, 3), reviews=st.booleans(), none_is_green=st.booleans(),
    rerun_failed_once=st.booleans(), may_merge_alone=st.booleans(),
)  # fmt: skip
beginnings = st.builds(
    lambda mode, adopted: (
        Run("run", mode, Phase.WAITING_CI, head_sha=sha(1), pr_number=7) if adopted else Run("run", mode, Phase.CODING)
    ),
    st.sampled_from(Mode), st.booleans(),
)  # fmt: skip


def history(run: Run, happenings: list[Step], policy: Policy) -> list[Moment]:
    """Every decision of a run's life, with the approvals given and the attempts at work before each."""
    approved: set[str] = set()
    decision = begin(run, policy)
    at_work = _engine(set(), None, decision)
    moments: list[Moment] = []
    for step in happenings:
        before = _called_off(decision)
        signal = MAKERS[step.name](before, step)
        if isinstance(signal, signals.Approved):
            approved.add(signal.sha)
        decision = decide(before, signal, policy)
        moments.append(Moment(before, signal, decision.run, decision.effects, policy, set(approved), set(at_work)))
        if isinstance(signal, signals.ApprovalWithdrawn):
            approved.discard(signal.sha)
        at_work = _engine(at_work, signal, decision)
    return moments


def _called_off(decision: Decision) -> Run:
    """The run once a merge that it called off is called off for certain."""
    is_asked = any(isinstance(effect, effects.CallOffMerge) for effect in decision.effects)
    return replace(decision.run, merge_way=None) if is_asked else decision.run


def _engine(at_work: set[int], signal: signals.Signal | None, decision: Decision) -> set[int]:
    """The attempts that work after a decision: an outcome ends one, StopWork stops one, a start begins one."""
    ended = {signal.attempt} if isinstance(signal, signals.AboutAttempt) else set()
    stopped = {effect.attempt for effect in decision.effects if isinstance(effect, effects.StopWork)}
    begun = {
        effect.attempt for effect in decision.effects if isinstance(effect, effects.StartWork | effects.StartReview)
    }
    return (at_work - ended - stopped) | begun
