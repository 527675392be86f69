"""Runs and policies to decide about, and what a row of a table of decisions holds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from app.lifecycle import effects, signals
from app.lifecycle.decide import decide
from app.lifecycle.policy import Policy
from app.lifecycle.run import WORKING, Mode, Phase, Run, Wait, Work

HEAD, OLDER, NEWER = "b" * 40, "a" * 40, "c" * 40
POLICY = Policy(reviews=True)
NO_REVIEW = Policy()
INTERACTIVE, SEMI, FULL = Mode.INTERACTIVE, Mode.SEMI_AUTO, Mode.FULL_AUTO
WORK_OF = {Phase.CODING: Work.TASK, Phase.FIXING_CI: Work.CI, Phase.FIXING_REVIEW: Work.REVIEW}

GREEN = signals.CiPassed(sha=HEAD)
RED = signals.CiFailed(sha=HEAD, signature="lint", summary="lint failed")
CONFLICT = signals.CiConflicted(sha=HEAD)
CHANGED = signals.WorkFinished(attempt=3, commit=NEWER, tree="after", base_tree="before", summary="Mended it.")
UNCHANGED = signals.WorkFinished(attempt=3, commit=None, summary="Nothing to do?")
BROKE = signals.WorkFailed(attempt=3, error="out of memory")
APPROVED = signals.Approved(sha=HEAD, by="ann")
ASKED = signals.ChangesRequested(by="ann")


def a_run(phase: Phase, mode: Mode = SEMI, **fields: Any) -> Run:
    """A run in a phase, as it would be there; its third attempt is the newest."""
    run = Run("run", mode, phase, head_sha=HEAD, pr_number=7, attempt=3, work=WORK_OF.get(phase))
    return replace(run, **fields)


def waits(wait: Wait, mode: Mode = SEMI, came_from: Phase = Phase.WAITING_CI, **fields: Any) -> Run:
    """A run that waits for a person."""
    return a_run(Phase.AWAITING_HUMAN, mode, wait=wait, came_from=came_from, **fields)


def stuck(cause: str) -> signals.CiStuck:
    """CI comes to no answer."""
    return signals.CiStuck(sha=HEAD, cause=cause, why="because")  # type: ignore[arg-type]


def reviewed(score: float, blocking: int = 0) -> signals.ReviewFinished:
    """The review of the head by the run's newest attempt."""
    return signals.ReviewFinished(attempt=3, sha=HEAD, score=score, blocking=blocking)


def refused(cause: str) -> signals.MergeRefused:
    """The merge of the head did not happen."""
    return signals.MergeRefused(sha=HEAD, cause=cause, why="it says so")  # type: ignore[arg-type]


def fix(work: Work) -> signals.FixAsked:
    """A person says: fix that now."""
    return signals.FixAsked(work=work, by="ann")


@dataclass(frozen=True)
class Row:
    """Given a run and a signal, then a phase, exactly these effects, and these values of the run."""

    says: str
    given: Run
    signal: signals.Signal
    then: Phase | Wait
    asks: str
    policy: Policy
    values: dict[str, Any] = field(default_factory=dict)


def row(
    says: str,
    given: Run,
    signal: signals.Signal,
    then: Phase | Wait,
    asks: str | None = None,
    *,
    policy: Policy = POLICY,
    **values: Any,
) -> Row:
    """A row of a table. A wait stands for awaiting_human because of it, which tells people about it.

    `asks` names the effects in any order, without ShowStatus, the Release of every end and the post of every
    review; a row that names none for a wait expects `Say`.
    """
    expected = asks if asks is not None else ("Say" if isinstance(then, Wait) else "")
    return Row(says, given, signal, then, expected, policy, values)


def check(row: Row) -> None:
    """Hold the deciding function against a row."""
    run, asked = decide(row.given, row.signal, row.policy)
    names = sorted(type(effect).__name__ for effect in asked)
    waiting = isinstance(row.then, Wait)
    assert run.phase is (Phase.AWAITING_HUMAN if waiting else row.then)
    assert not waiting or run.wait is row.then
    shown = {"ShowStatus", "Release", "AnswerThreads", "PostReview"}
    assert [name for name in names if name not in shown] == sorted(row.asks.split())
    posts = [effect for effect in asked if isinstance(effect, effects.PostReview)]
    assert posts == (list(asked[:1]) if _hears_a_review(row) else [])
    assert [effect for effect in asked if isinstance(effect, effects.Release)] == (
        [asked[-1]] if run.is_terminal and not row.given.is_terminal else []
    )
    assert {name: getattr(run, name) for name in row.values} == row.values


def _hears_a_review(row: Row) -> bool:
    heard, run = row.signal, row.given
    is_review = isinstance(heard, signals.ReviewFinished) and (heard.sha, heard.attempt) == (run.head_sha, run.attempt)
    return is_review and run.phase is Phase.REVIEWING and not run.paused


EVERY_LIVE_PHASE = [phase for phase in Phase if phase not in {Phase.COMPLETED, Phase.FAILED, Phase.CANCELED}]
EVERY_WORKING_PHASE = [phase for phase in EVERY_LIVE_PHASE if phase in WORKING]
EVERY_BUSY_PHASE = [*EVERY_WORKING_PHASE, Phase.REVIEWING]
