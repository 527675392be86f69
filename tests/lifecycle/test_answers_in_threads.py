"""Threads are answered when it is known what became of what was said in them, and at no other time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.lifecycle import effects, signals
from app.lifecycle.decide import decide
from app.lifecycle.policy import Policy
from app.lifecycle.run import Mode, Phase, Wait, Work
from tests.lifecycle.making import HEAD, NEWER, a_run

POLICY = Policy()
FIXING = a_run(Phase.FIXING_REVIEW, work=Work.PEOPLE)
REVIEWING = a_run(Phase.REVIEWING)
ATTEMPT = FIXING.attempt
LAST = replace(FIXING, failures=POLICY.executor_tries - 1)


@pytest.mark.parametrize(
    ("run", "signal"),
    [
        (FIXING, signals.Pushed(attempt=ATTEMPT, sha=NEWER)),
        (FIXING, signals.WorkFinished(attempt=ATTEMPT, commit=None)),
        (replace(FIXING, asked=True), signals.WorkFinished(attempt=ATTEMPT, commit=None)),
        (replace(FIXING, trees=("t", "u")), signals.WorkFinished(attempt=ATTEMPT, commit="c", tree="t")),
        (FIXING, signals.WorkRefused(attempt=ATTEMPT, why="no")),
        (LAST, signals.WorkFailed(attempt=ATTEMPT, error="no")),
        (FIXING, signals.Canceled(by="bob")),
        (FIXING, signals.EffectFailed(effect="Push", error="no", attempt=ATTEMPT)),
        (REVIEWING, signals.ReviewFinished(attempt=REVIEWING.attempt, sha=HEAD, score=1, blocking=0)),
    ],
)
def test_what_ends_work_or_a_review_has_the_threads_answered(run, signal):
    asked = decide(run, signal, POLICY).effects
    assert asked.count(effects.AnswerThreads(run.id)) == 1
    assert not isinstance(asked[-2 if isinstance(asked[-1], effects.Release) else 0], effects.Release)


@pytest.mark.parametrize(
    ("run", "signal"),
    [
        (FIXING, signals.WorkFinished(attempt=ATTEMPT, commit="c", tree="t")),
        (FIXING, signals.WorkFailed(attempt=ATTEMPT, error="no")),
        (FIXING, signals.Pushed(attempt=ATTEMPT - 1, sha=NEWER)),
        (FIXING, signals.HeadMoved(sha=NEWER)),
        (FIXING, signals.Paused(by="bob")),
        (FIXING, signals.PullClosed(why="closed")),
        (replace(FIXING, asked=True), signals.WorkRefused(attempt=ATTEMPT, why="no")),
        (a_run(Phase.WAITING_CI), signals.Canceled(by="bob")),
        (REVIEWING, signals.ReviewFailed(attempt=REVIEWING.attempt, error="no")),
        (REVIEWING, signals.ReviewFinished(attempt=REVIEWING.attempt - 1, sha=HEAD, score=1, blocking=0)),
    ],
)
def test_what_is_not_over_or_is_tried_again_is_not_answered(run, signal):
    assert effects.AnswerThreads(run.id) not in decide(run, signal, POLICY).effects


def test_a_run_that_waits_for_nothing_new_answers_nothing():
    waiting = a_run(Phase.AWAITING_HUMAN, wait=Wait.REFUSED)
    mode = signals.ModeChosen(mode=Mode.FULL_AUTO, by="bob")
    assert effects.AnswerThreads(waiting.id) not in decide(waiting, mode, POLICY).effects
