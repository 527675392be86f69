"""A review that finds the same after its fix asks a person, and a person who declines findings sends the run on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.commands import offers
from app.lifecycle import signals
from app.lifecycle.decide import decide
from app.lifecycle.run import Phase, Wait, Work
from tests.lifecycle.making import (
    APPROVED,
    FULL,
    GREEN,
    HEAD,
    INTERACTIVE,
    OLDER,
    POLICY,
    RED,
    a_run,
    check,
    fix,
    refused,
    reviewed,
    row,
    stuck,
    waits,
)

SAME = replace(reviewed(0.5, 1), stuck="F1 (a.py:3) Wrong.")
FIXED: dict[str, Any] = {"review_iterations": 1, "work": Work.REVIEW}
NO_PROGRESS = waits(Wait.NO_PROGRESS, came_from=Phase.REVIEWING, **FIXED)
FINDINGS = waits(Wait.FINDINGS, INTERACTIVE, came_from=Phase.REVIEWING)


def declined(score=1.0, blocking=0, sha=HEAD):
    return signals.FindingsDeclined(sha=sha, score=score, blocking=blocking)


ROWS = [
    row("the same after a fix stops", a_run(Phase.REVIEWING, FULL, **FIXED), SAME, Wait.NO_PROGRESS, "Say ReadCi",
        note="The last fix did not change what the review finds: F1 (a.py:3) Wrong.", failures=0),
    row("in interactive too", a_run(Phase.REVIEWING, INTERACTIVE, **FIXED), SAME, Wait.NO_PROGRESS, "Say ReadCi"),
    row("what is good enough goes on, whatever stayed", a_run(Phase.REVIEWING, FULL, **FIXED),
        replace(reviewed(0.9), stuck="F1"), Phase.MERGING, "Merge"),
    row("green CI does not begin the review again", NO_PROGRESS, GREEN, Wait.NO_PROGRESS, ""),
    row("red CI is not fixed meanwhile", NO_PROGRESS, RED, Wait.NO_PROGRESS, ""),
    row("stuck CI says nothing", NO_PROGRESS, stuck("missing"), Wait.NO_PROGRESS, ""),
    row("time says nothing", NO_PROGRESS, signals.TimeRanOut(of="ci", minutes=1), Wait.NO_PROGRESS, ""),
    row("an approval goes to the gates", NO_PROGRESS, APPROVED, Phase.MERGING, "Merge"),
    row("another fix may be asked for", NO_PROGRESS, fix(Work.REVIEW), Phase.FIXING_REVIEW, "StartWork"),
    row("a retry reviews again", NO_PROGRESS, signals.RetryAsked(by="ann"), Phase.REVIEWING, "StartReview",
        review_iterations=0),
    row("a push ends it", NO_PROGRESS, signals.HeadMoved(sha=OLDER), Phase.WAITING_CI, "ReadCi"),
    row("a gate is none of its own", NO_PROGRESS, refused("gate"), Wait.NO_PROGRESS, ""),
    row("declined, it goes on as after a good review", NO_PROGRESS, declined(), Phase.WAITING_CI, "ReadCi",
        came_from=Phase.REVIEWING),
    row("declined in interactive too", FINDINGS, declined(), Phase.WAITING_CI, "ReadCi", came_from=Phase.REVIEWING),
    row("not all declined: it waits on", FINDINGS, declined(0.9, 1), Wait.FINDINGS, ""),
    row("not enough declined: it waits on", FINDINGS, declined(0.74), Wait.FINDINGS, ""),
    row("declined at an older commit says nothing", FINDINGS, declined(sha=OLDER), Wait.FINDINGS, ""),
    row("while something is done it changes nothing", a_run(Phase.FIXING_REVIEW), declined(), Phase.FIXING_REVIEW, ""),
    row("nor where CI made no progress", waits(Wait.NO_PROGRESS), declined(), Wait.NO_PROGRESS, ""),
    row("paused, it is kept for the end of the pause", replace(FINDINGS, paused=True), declined(), Wait.APPROVAL, ""),
]  # fmt: skip


@pytest.mark.parametrize("one", ROWS, ids=lambda one: one.says)
def test_rows(one):
    check(one)


def test_what_is_declined_in_a_pause_counts_at_its_end():
    paused = replace(FINDINGS, mode=FULL, paused=True)
    kept = decide(paused, declined(), POLICY).run
    resumed = decide(kept, signals.Resumed(by="ann"), POLICY)
    assert (kept.paused, resumed.run.phase) == (True, Phase.MERGING)


def test_after_declining_green_ci_leads_to_the_gates_and_not_to_another_review():
    waiting = decide(NO_PROGRESS, declined(), POLICY).run
    assert decide(waiting, GREEN, POLICY).run.wait is Wait.APPROVAL


def test_who_waits_for_findings_is_offered_their_fix():
    assert [one.command for one in offers.offers(NO_PROGRESS)] == ["retry", "fix review", "cancel"]
    assert [one.command for one in offers.offers(waits(Wait.NO_PROGRESS))] == ["retry", "fix ci", "cancel"]
