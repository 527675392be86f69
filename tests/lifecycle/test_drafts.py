"""A draft is watched: what nobody asked for by name is stopped and not begun, what people ask for is done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.lifecycle import decide, signals
from app.lifecycle.policy import Policy
from app.lifecycle.run import Phase, Wait, Work
from tests.lifecycle.making import EVERY_WORKING_PHASE, FULL, HEAD, a_run, waits

DRAFT = Policy(is_draft=True)
BECAME, READY = signals.DraftChanged(draft=True), signals.DraftChanged(draft=False)
RED = signals.CiFailed(sha=HEAD, signature="lint", summary="lint is red")


@pytest.mark.parametrize("work", [Work.CI, Work.CONFLICT, Work.REVIEW])
def test_a_fix_that_nobody_asked_for_ends_with_the_draft_and_may_be_made_later(work):
    phase = Phase.FIXING_REVIEW if work is Work.REVIEW else Phase.FIXING_CI
    run = replace(a_run(phase, FULL), work=work, signature="lint")

    held, effects = decide.decide(run, BECAME, DRAFT)

    assert (held.phase, held.attempt, held.signature) == (Phase.WAITING_CI, run.attempt + 1, None)
    assert {type(effect).__name__ for effect in effects} == {"StopWork", "ShowStatus", "ReadCi"}


def test_a_fix_that_waits_for_money_is_not_begun_in_a_draft():
    poor = replace(waits(Wait.BUDGET, FULL, Phase.FIXING_CI), work=Work.CI)

    held = decide.decide(poor, BECAME, DRAFT).run
    rich = decide.decide(held, signals.BudgetRaised(by="ann"), DRAFT).run

    assert (held.phase, rich) == (Phase.WAITING_CI, held)


def test_a_base_that_was_mended_is_not_brought_into_a_draft():
    mended = replace(RED, base_mended=True)
    assert decide.decide(waits(Wait.BASE_RED, FULL), mended, DRAFT).run.wait is Wait.CI_RED


@pytest.mark.parametrize("work", [Work.TASK, Work.PEOPLE])
def test_what_people_asked_for_goes_on_in_a_draft(work):
    phase = Phase.CODING if work is Work.TASK else Phase.FIXING_REVIEW
    run = replace(a_run(phase, FULL), work=work)
    assert decide.decide(run, BECAME, DRAFT).run == run


@pytest.mark.parametrize(
    ("signal", "wait"),
    [(RED, Wait.CI_RED), (signals.CiConflicted(sha=HEAD), Wait.CONFLICT)],
)
def test_nothing_is_fixed_in_a_draft_until_it_is_ready(signal, wait):
    waiting = decide.decide(a_run(Phase.WAITING_CI, FULL), signal, DRAFT).run
    assert (waiting.phase, waiting.wait, waiting.iteration) == (Phase.AWAITING_HUMAN, wait, 0)

    ready, effects = decide.decide(waiting, READY, Policy())

    assert ready.phase is Phase.WAITING_CI
    assert "ReadCi" in {type(effect).__name__ for effect in effects}


def test_a_request_is_obeyed_in_a_draft():
    asked = signals.FixAsked(work=Work.CI, by="ann")
    assert decide.decide(waits(Wait.CI_RED), asked, DRAFT).run.phase is Phase.FIXING_CI


@pytest.mark.parametrize("phase", EVERY_WORKING_PHASE)
def test_a_paused_run_stays_paused_whatever_becomes_of_the_draft(phase):
    run = a_run(phase, FULL, paused=True)
    for signal, policy in ((BECAME, DRAFT), (READY, Policy())):
        after, effects = decide.decide(run, signal, policy)
        assert after.paused
        assert "StartWork" not in {type(effect).__name__ for effect in effects}
        assert "ReadCi" not in {type(effect).__name__ for effect in effects}
