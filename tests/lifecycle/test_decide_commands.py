"""Row by row: pause, resume, mode, retry and review; effects that were given up; what is too late."""

from __future__ import annotations

from typing import Any

import pytest

from app.lifecycle import signals
from app.lifecycle.run import Phase, Wait, Work
from tests.lifecycle.making import (
    APPROVED,
    ASKED,
    EVERY_BUSY_PHASE,
    EVERY_LIVE_PHASE,
    EVERY_WORKING_PHASE,
    FULL,
    GREEN,
    HEAD,
    INTERACTIVE,
    NEWER,
    NO_REVIEW,
    OLDER,
    RED,
    SEMI,
    WORK_OF,
    Row,
    a_run,
    check,
    fix,
    reviewed,
    row,
    waits,
)

CODING = Phase.CODING
WAITING = Phase.WAITING_CI
FIXING_CI = Phase.FIXING_CI
REVIEWING = Phase.REVIEWING
FIXING_REVIEW = Phase.FIXING_REVIEW
AWAITING = Phase.AWAITING_HUMAN
MERGING = Phase.MERGING
PAUSED, RESUMED = signals.Paused(by="ann"), signals.Resumed(by="ann")
RETRY, REVIEW = signals.RetryAsked(by="ann"), signals.ReviewAsked(by="ann")
NAMED = signals.ReviewAsked(by="ann", reviewer="codex")
SPENT: dict[str, Any] = {
    "iteration": 9,
    "ci_iterations": 5,
    "review_iterations": 3,
    "signature": "lint",
    "trees": ("after",),
}
FRESH: dict[str, Any] = {"iteration": 0, "ci_iterations": 0, "review_iterations": 0, "signature": None, "trees": ()}


def mode(chosen):
    return signals.ModeChosen(mode=chosen, by="ann")


def given_up(effect, **about):
    return signals.EffectFailed(effect=effect, error="no answer", **about)


# fmt: off
TABLE = [
    *(row(f"{phase}: a pause keeps the phase and stops who works", a_run(phase), PAUSED, phase,
          "StopWork" if phase in EVERY_BUSY_PHASE else "", paused=True) for phase in EVERY_LIVE_PHASE),
    *(row(f"{phase}: a resume begins the work again", a_run(phase, paused=True), RESUMED, phase, "StartWork",
          paused=False, attempt=4, work=WORK_OF[phase]) for phase in EVERY_WORKING_PHASE),
    row("reviewing: a resume begins the review again", a_run(REVIEWING, paused=True), RESUMED, REVIEWING,
        "StartReview"),
    row("waiting_ci: a resume reads CI again", a_run(WAITING, paused=True), RESUMED, WAITING, "ReadCi"),
    row("merging: a resume merges", a_run(MERGING, FULL, paused=True), RESUMED, MERGING, "Merge"),
    row("awaiting_human: a resume goes on waiting", waits(Wait.GATE, paused=True), RESUMED, AWAITING, "ReadPull"),
    row("awaiting_human: a resume merges what was approved meanwhile",
        waits(Wait.APPROVAL, paused=True, human_approved=True), RESUMED, MERGING, "ReadPull Merge"),
    row("awaiting_human: a resume merges where the mode allows it by now", waits(Wait.APPROVAL, FULL, paused=True),
        RESUMED, MERGING, "ReadPull Merge"),
    row("awaiting_human: a resume does what was asked meanwhile", waits(Wait.CI_RED, paused=True, asked=True,
        work=Work.CI),
        RESUMED, FIXING_CI, "StartWork", asked=False, ci_iterations=1),
    *(row(f"{phase}, paused: a request is kept", a_run(phase, paused=True), fix(Work.CONFLICT), phase, asked=True,
          work=Work.CONFLICT) for phase in (WAITING, REVIEWING, AWAITING, MERGING)),
    *(row(f"{phase}, paused: requested changes are kept", a_run(phase, paused=True), ASKED, phase, asked=True)
      for phase in EVERY_LIVE_PHASE),
    row("waiting_ci, paused: requested changes are nobody's to make unasked in interactive mode",
        a_run(WAITING, INTERACTIVE, paused=True), ASKED, WAITING, asked=False),
    row("waiting_ci, paused: CI is not heard", a_run(WAITING, paused=True), GREEN, WAITING),
    row("fixing_ci, paused: a person's push is followed, and nothing begins", a_run(FIXING_CI, paused=True),
        signals.HeadMoved(sha=NEWER), WAITING, "StopWork SetAside", head_sha=NEWER, paused=True),
    *(row(f"{phase}, paused: an approval is kept", a_run(phase, paused=True), APPROVED, phase, human_approved=True)
      for phase in EVERY_LIVE_PHASE),

    row("awaiting_human: full_auto needs no approval", waits(Wait.APPROVAL), mode(FULL), MERGING, "Merge"),
    row("merging: semi_auto needs an approval", a_run(MERGING, FULL), mode(SEMI), Wait.APPROVAL, "Say ReadCi"),
    row("merging: interactive needs an approval", a_run(MERGING, FULL), mode(INTERACTIVE), Wait.APPROVAL, "Say ReadCi"),
    *(row(f"awaiting_human: {wait} is looked at again out of interactive mode", waits(wait, INTERACTIVE), mode(SEMI),
        WAITING,
          "ReadCi") for wait in (Wait.CI_RED, Wait.CONFLICT, Wait.FINDINGS)),
    row("awaiting_human: requested changes are made out of interactive mode", waits(Wait.CHANGES_ASKED, INTERACTIVE),
        mode(SEMI), FIXING_REVIEW, "StartWork", work=Work.PEOPLE),
    *(row(f"{phase}: another mode lets go on what goes on", a_run(phase), mode(FULL), phase, mode=FULL)
      for phase in (WAITING, *EVERY_BUSY_PHASE)),

    row("failed: a retry begins again, with nothing approved",
        a_run(Phase.FAILED, human_approved=True, note="eh", **SPENT), RETRY, WAITING, "ReadCi", human_approved=False,
        **FRESH),
    row("canceled: a retry without a pull request begins the task", a_run(Phase.CANCELED, pr_number=None), RETRY,
        CODING,
        "StartWork"),
    row("completed: a retry does nothing", a_run(Phase.COMPLETED), RETRY, Phase.COMPLETED),
    row("awaiting_human: a retry begins again with fresh allowances",
        waits(Wait.NO_PROGRESS, came_from=FIXING_CI, work=Work.CI, **SPENT), RETRY, FIXING_CI, "StartWork", **FRESH),
    row("awaiting_human: a retry of a refused merge merges", waits(Wait.REFUSED, FULL, came_from=MERGING), RETRY,
        MERGING,
        "Merge"),
    row("awaiting_human: a retry of a broken review reviews", waits(Wait.BROKEN, came_from=REVIEWING), RETRY, REVIEWING,
        "StartReview"),
    row("awaiting_human: a retry of CI reads it", waits(Wait.NO_CI), RETRY, WAITING, "ReadCi"),

    row("waiting_ci: an early review goes back to CI", a_run(REVIEWING, came_from=WAITING), reviewed(1), WAITING,
        "ReadCi",
        came_from=REVIEWING),
    row("waiting_ci: what was reviewed early is not reviewed again", a_run(WAITING, came_from=REVIEWING), GREEN,
        Wait.APPROVAL),
    row("waiting_ci: a review is done when asked for", a_run(WAITING), REVIEW, REVIEWING, "StartReview",
        came_from=WAITING),
    row("awaiting_human: a review is done when asked for", waits(Wait.APPROVAL), REVIEW, REVIEWING, "StartReview",
        came_from=None),
    row("awaiting_human: nobody reviews where no reviewer is", waits(Wait.APPROVAL), REVIEW, AWAITING,
        policy=NO_REVIEW),
    row("awaiting_human: somebody reviews who is named", waits(Wait.APPROVAL), NAMED, REVIEWING, "StartReview",
        policy=NO_REVIEW),

    *(row(f"{phase}: without {effect} it waits for a person", a_run(phase), given_up(effect), Wait.BROKEN, asks)
      for phase in EVERY_WORKING_PHASE for effect, asks in (("StartWork", "StopWork Say"), ("ImportWork",
      "StopWork Say"),
                                                            ("Push", "StopWork Say"))),
    *(row(f"waiting_ci: without {effect} it waits for a person", a_run(WAITING), given_up(effect), Wait.BROKEN)
      for effect in ("ReadPull", "ReadCi", "RerunCi", "OpenPull")),
    row("reviewing: without StartReview it waits for a person", a_run(REVIEWING), given_up("StartReview"), Wait.BROKEN,
        "StopWork Say ReadCi"),
    row("merging: without Merge it waits for a person", a_run(MERGING), given_up("Merge"), Wait.BROKEN, "Say ReadCi"),
    *(row(f"{phase}: it goes on without {effect}", a_run(phase), given_up(effect), phase)
      for phase, effect in ((FIXING_CI, "ReadPull"), (FIXING_CI, "ReadCi"), (REVIEWING, "Push"), (MERGING, "ReadCi"),
                            (AWAITING, "Merge"), (WAITING, "Merge"), (WAITING, "ShowStatus"))),
    row("fixing_ci: an older attempt's Push is not missed", a_run(FIXING_CI), given_up("Push", attempt=2), FIXING_CI),
    row("merging: an older commit's Merge is not missed", a_run(MERGING), given_up("Merge", sha=OLDER), MERGING),

    row("waiting_ci: red at an older commit says nothing", a_run(WAITING), signals.CiFailed(sha=OLDER, signature="x",
        summary="x"), WAITING),
    row("reviewing: the review of an older commit says nothing", a_run(REVIEWING),
        signals.ReviewFinished(attempt=3, sha=OLDER, score=1, blocking=0), REVIEWING),
    row("awaiting_human: an approval of an older commit says nothing", waits(Wait.APPROVAL),
        signals.Approved(sha=OLDER, by="ann"), AWAITING, human_approved=False),
    row("fixing_ci: an older attempt's work is kept beside the branch", a_run(FIXING_CI),
        signals.WorkFinished(attempt=2, commit=NEWER), FIXING_CI, "SetAside"),
    row("canceled: late work is dropped", a_run(Phase.CANCELED), signals.WorkFinished(attempt=2, commit=NEWER),
        Phase.CANCELED),
    *(row(f"{phase}: {type(signal).__name__} changes nothing any more", a_run(phase), signal, phase)
      for phase in (Phase.COMPLETED, Phase.FAILED, Phase.CANCELED)
      for signal in (GREEN, RED, APPROVED, PAUSED, ASKED, signals.PullMerged(sha=HEAD), signals.HeadMoved(sha=NEWER))),
]
# fmt: on


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.says)
def test_a_run_goes_where_the_table_says(row: Row):
    check(row)


def test_no_row_says_what_another_says():
    said = [row.says for row in TABLE]
    assert len(said) == len(set(said))
