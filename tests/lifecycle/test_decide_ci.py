"""What red leads to when it is not the code's fault, or when fixing it got nowhere."""

from __future__ import annotations

import pytest

from app.lifecycle import signals
from app.lifecycle.decide import decide
from app.lifecycle.policy import Policy
from app.lifecycle.run import Mode, Phase, Run, Wait, Work

HEAD = "a" * 40
POLICY = Policy()


def waiting(wait: Wait | None = None, mode: Mode = Mode.SEMI_AUTO, **fields: object) -> Run:
    phase = Phase.AWAITING_HUMAN if wait else Phase.WAITING_CI
    return Run("r", mode, phase, head_sha=HEAD, pr_number=1, wait=wait, **fields)  # type: ignore[arg-type]


def red(**fields: object) -> signals.CiFailed:
    return signals.CiFailed(sha=HEAD, signature="s", summary="failed: test", **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize(
    ("cause", "wait"),
    [("flaky", Wait.CI_RED), ("timeout", Wait.CI_TOO_SLOW), ("workflow", Wait.CI_RED)],
)
def test_what_is_not_the_codes_fault_waits_for_a_person_in_every_mode(mode, cause, wait):
    after, _ = decide(waiting(mode=mode), red(cause=cause), POLICY)

    assert (after.phase, after.wait, after.iteration) == (Phase.AWAITING_HUMAN, wait, 0)
    assert "failed: test" in (after.note or "")


@pytest.mark.parametrize("cause", ["flaky", "timeout"])
def test_what_may_pass_the_next_time_is_run_once_more_first(cause):
    policy = Policy(rerun_failed_once=True)

    again, asks = decide(waiting(), red(cause=cause, can_rerun=True, tries=1), policy)
    after, _ = decide(again, red(cause=cause, can_rerun=True, tries=2), policy)

    assert [type(ask).__name__ for ask in asks][:1] == ["RerunCi"]
    assert after.wait in {Wait.CI_RED, Wait.CI_TOO_SLOW}


def test_a_workflow_that_cannot_be_run_is_not_run_again():
    after, _ = decide(waiting(), red(cause="workflow", can_rerun=True), Policy(rerun_failed_once=True))

    assert after.wait is Wait.CI_RED


def test_a_base_that_was_mended_is_brought_in():
    after, _ = decide(waiting(Wait.BASE_RED), red(base_mended=True), POLICY)

    assert (after.phase, after.work) == (Phase.FIXING_CI, Work.CONFLICT)


def test_a_base_that_was_mended_is_brought_in_only_when_asked_in_interactive_mode():
    after, _ = decide(waiting(Wait.BASE_RED, Mode.INTERACTIVE), red(base_mended=True), POLICY)

    assert (after.phase, after.wait) == (Phase.AWAITING_HUMAN, Wait.CI_RED)


def test_no_progress_and_the_limit_hand_over_what_was_tried():
    tried = red(tried="- 0123456789: renamed a variable")

    stuck, _ = decide(waiting(ci_iterations=1, signature="s"), tried, POLICY)
    over, _ = decide(waiting(ci_iterations=5, signature="other"), tried, POLICY)

    assert (stuck.wait, over.phase) == (Wait.NO_PROGRESS, Phase.FAILED)
    for run in (stuck, over):
        assert all(word in (run.note or "") for word in ("failed: test", "renamed a variable", "revert"))
