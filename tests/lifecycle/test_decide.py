"""The life of a run, row by row: in a phase, when work, CI, a review or a merge ends, then another phase."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.lifecycle import signals
from app.lifecycle.policy import Policy
from app.lifecycle.run import Phase, Wait, Work
from tests.lifecycle.making import (
    BROKE,
    CHANGED,
    CONFLICT,
    EVERY_WORKING_PHASE,
    FULL,
    GREEN,
    HEAD,
    INTERACTIVE,
    NEWER,
    NO_REVIEW,
    RED,
    UNCHANGED,
    Row,
    a_run,
    check,
    reviewed,
    row,
    stuck,
    waits,
)

CODING = Phase.CODING
WAITING = Phase.WAITING_CI
FIXING_CI = Phase.FIXING_CI
REVIEWING = Phase.REVIEWING
FIXING_REVIEW = Phase.FIXING_REVIEW
AWAITING = Phase.AWAITING_HUMAN
MERGING = Phase.MERGING
FAILED = Phase.FAILED
RERUN = Policy(reviews=True, rerun_failed_once=True)
NONE_IS_GREEN = Policy(reviews=True, none_is_green=True)
NOT_ALONE = Policy(reviews=True, may_merge_alone=False)
RED_TOO = signals.CiFailed(sha=HEAD, signature="lint", summary="lint failed", red_on_base="lint is red on main")
RERUNNABLE = signals.CiFailed(sha=HEAD, signature="lint", summary="lint failed", can_rerun=True, tries=1)
RED_AGAIN = signals.CiFailed(sha=HEAD, signature="lint", summary="lint failed", can_rerun=True, tries=2)
CANNOT_PUSH = signals.WorkRefused(attempt=3, why="it touches .git")
PUSHED = signals.Pushed(attempt=3, sha=NEWER)
REVIEW_BROKE = signals.ReviewFailed(attempt=3, error="eh")

# fmt: off
TABLE = [
    *(row(f"{phase}: changed files are pushed", a_run(phase), CHANGED, phase, "Push", trees=("before", "after"))
          for phase in EVERY_WORKING_PHASE),
    *(row(f"{phase}: what is pushed waits for CI", a_run(phase, human_approved=True, rerun_sha=HEAD), PUSHED,
          WAITING, "Say ReadCi", head_sha=NEWER, human_approved=False, rerun_sha=None) for phase in
          EVERY_WORKING_PHASE),
    row("coding: a pushed branch without a pull request gets one", a_run(CODING, pr_number=None, head_sha=None),
        PUSHED, WAITING, "OpenPull ReadCi", head_sha=NEWER),
    *(row(f"{phase}: no change asks a person", a_run(phase), UNCHANGED, Wait.NO_CHANGE, note="Nothing to do?",
          came_from=phase) for phase in EVERY_WORKING_PHASE),
    *(row(f"{phase}: a failed executor is tried again", a_run(phase), BROKE, phase, "StartWork", failures=1,
          attempt=4) for phase in EVERY_WORKING_PHASE),
    *(row(f"{phase}: an executor that fails three times ends it", a_run(phase, failures=2), BROKE, FAILED,
          "StopWork Say", attempt=4) for phase in EVERY_WORKING_PHASE),
    *(row(f"{phase}: a refused tree asks a person", a_run(phase), CANNOT_PUSH, Wait.REFUSED) for phase in
          EVERY_WORKING_PHASE),
    row("waiting_ci: green is reviewed", a_run(WAITING), GREEN, REVIEWING, "StartReview", attempt=4),
    row("waiting_ci: green without a reviewer asks for approval", a_run(WAITING), GREEN, Wait.APPROVAL,
        policy=NO_REVIEW),
    row("waiting_ci: green without a reviewer merges in full_auto", a_run(WAITING, FULL), GREEN, MERGING,
        "Merge", policy=NO_REVIEW),
    row("waiting_ci: red is fixed", a_run(WAITING), RED, FIXING_CI, "StartWork", ci_iterations=1, iteration=1,
        signature="lint", work=Work.CI),
    row("waiting_ci: red asks a person in interactive mode", a_run(WAITING, INTERACTIVE), RED, Wait.CI_RED,
        note="lint failed", ci_iterations=0),
    row("waiting_ci: red over CI's limit ends it", a_run(WAITING, ci_iterations=5), RED, FAILED, "Say",
        ci_iterations=5),
    row("waiting_ci: red over the limit of all fixes ends it", a_run(WAITING, iteration=10), RED, FAILED, "Say",
        iteration=10),
    row("waiting_ci: red is run once more first", a_run(WAITING), RERUNNABLE, WAITING, "RerunCi", policy=RERUN,
        rerun_sha=HEAD, ci_iterations=0),
    row("waiting_ci: the answer that led to the re-run says nothing new", a_run(WAITING, rerun_sha=HEAD),
        RERUNNABLE, WAITING, policy=RERUN, ci_iterations=0),
    row("awaiting_human: red is fixed where the re-run could not be asked for", waits(Wait.BROKEN, rerun_sha=HEAD),
        RERUNNABLE, FIXING_CI, "StartWork", policy=RERUN),
    row("waiting_ci: what a person ran again is not run once more", a_run(WAITING), RED_AGAIN, FIXING_CI, "StartWork",
        policy=RERUN, rerun_sha=None),
    row("waiting_ci: red after the re-run is fixed", a_run(WAITING, rerun_sha=HEAD), RED_AGAIN, FIXING_CI,
        "StartWork", policy=RERUN, ci_iterations=1),
    row("awaiting_human: a wait for a person that turns red is run once more", waits(Wait.CI_CANCELLED),
        RERUNNABLE, WAITING, "RerunCi", policy=RERUN, wait=None),
    row("waiting_ci: an approval of the workflow asks a person", a_run(WAITING), stuck("needs_person"),
        Wait.CI_NEEDS_PERSON, note="because"),
    row("waiting_ci: cancelled asks a person", a_run(WAITING), stuck("cancelled"), Wait.CI_CANCELLED),
    row("waiting_ci: a check that never started asks a person", a_run(WAITING), stuck("missing"),
        Wait.CI_MISSING),
    row("waiting_ci: no CI asks a person", a_run(WAITING), stuck("none"), Wait.NO_CI),
    row("waiting_ci: no CI is green where the configuration says so", a_run(WAITING), stuck("none"), REVIEWING,
        "StartReview", policy=NONE_IS_GREEN),
    row("awaiting_human: no CI goes on once the configuration says so", waits(Wait.NO_CI), stuck("none"),
        REVIEWING, "StartReview", policy=NONE_IS_GREEN),
    row("waiting_ci: red on the base too asks a person", a_run(WAITING), RED_TOO, Wait.BASE_RED,
        note="lint is red on main", ci_iterations=0),
    row("awaiting_human: red on the base too says nothing new", waits(Wait.BASE_RED,
        note="lint is red on main"), RED_TOO, AWAITING),
    row("awaiting_human: red on this branch alone is fixed", waits(Wait.BASE_RED), RED, FIXING_CI, "StartWork"),
    row("waiting_ci: too slow asks a person", a_run(WAITING), signals.TimeRanOut(of="ci", minutes=60),
        Wait.CI_TOO_SLOW),
    row("waiting_ci: a conflict is resolved", a_run(WAITING), CONFLICT, FIXING_CI, "StartWork",
        work=Work.CONFLICT, ci_iterations=1),
    row("waiting_ci: a conflict asks a person in interactive mode", a_run(WAITING, INTERACTIVE), CONFLICT,
        Wait.CONFLICT),
    *(row(f"awaiting_human: {wait} ends when CI turns green", waits(wait), GREEN, REVIEWING, "StartReview",
          wait=None) for wait in (Wait.CI_RED, Wait.CI_NEEDS_PERSON, Wait.CI_MISSING, Wait.CI_CANCELLED,
          Wait.CI_TOO_SLOW, Wait.NO_CI, Wait.BASE_RED, Wait.CONFLICT, Wait.NO_PROGRESS, Wait.BROKEN)),
    *(row(f"awaiting_human: {wait} is not CI's to end", waits(wait, came_from=REVIEWING), GREEN, AWAITING,
          wait=wait) for wait in (Wait.APPROVAL, Wait.GATE, Wait.FINDINGS, Wait.CHANGES_ASKED, Wait.NO_CHANGE,
          Wait.REFUSED, Wait.BROKEN)),
    *(row(f"awaiting_human: red while it waits for {wait} is fixed", waits(wait), RED, FIXING_CI, "StartWork",
          ci_iterations=1) for wait in (Wait.APPROVAL, Wait.GATE)),
    row("awaiting_human: green ends a fix of CI that changed nothing", waits(Wait.NO_CHANGE,
        came_from=FIXING_CI, work=Work.CI), GREEN, REVIEWING, "StartReview"),
    row("fixing_ci: the same failure after a fix is no progress", a_run(WAITING, ci_iterations=1,
        signature="lint"), RED, Wait.NO_PROGRESS, ci_iterations=1),
    row("fixing_ci: another failure after a fix is fixed", a_run(WAITING, ci_iterations=1, signature="tests"),
        RED, FIXING_CI, "StartWork", ci_iterations=2, signature="lint"),
    row("fixing_ci: a tree that was tried is no progress", a_run(FIXING_CI, trees=("after", "other")), CHANGED,
        Wait.NO_PROGRESS),
    row("fixing_ci: the tree that was not pushed before a pause is", a_run(FIXING_CI, trees=("other", "after")),
        CHANGED, FIXING_CI, "Push", trees=("other", "before", "after")),
    row("fixing_review: a tree that was tried is no CI's to end", a_run(FIXING_REVIEW, trees=("after",
        "other")), CHANGED, Wait.NO_CHANGE),
    row("reviewing: good merges in full_auto", a_run(REVIEWING, FULL), reviewed(0.75), MERGING, "Merge"),
    row("reviewing: good asks for approval in semi_auto", a_run(REVIEWING), reviewed(1), Wait.APPROVAL,
        "Say ReadCi"),
    row("reviewing: good asks for approval in interactive", a_run(REVIEWING, INTERACTIVE), reviewed(1),
        Wait.APPROVAL, "Say ReadCi"),
    row("reviewing: good asks for approval where merging alone is off", a_run(REVIEWING, FULL), reviewed(1),
        Wait.APPROVAL, "Say ReadCi", policy=NOT_ALONE),
    row("reviewing: good merges what is approved already", a_run(REVIEWING, human_approved=True), reviewed(1),
        MERGING, "Merge"),
    row("reviewing: a low score is fixed", a_run(REVIEWING, FULL), reviewed(0.74), FIXING_REVIEW, "StartWork",
        review_iterations=1, iteration=1, ci_iterations=0, work=Work.REVIEW),
    row("reviewing: a blocking finding is fixed", a_run(REVIEWING), reviewed(0.9, 1), FIXING_REVIEW,
        "StartWork", review_iterations=1),
    row("reviewing: findings ask a person in interactive mode", a_run(REVIEWING, INTERACTIVE), reviewed(0.9, 1),
        Wait.FINDINGS, "Say ReadCi", review_iterations=0),
    row("reviewing: findings over the limit end it", a_run(REVIEWING, review_iterations=3), reviewed(0.1),
        FAILED, "StopWork Say", review_iterations=3),
    row("reviewing: a broken reviewer is tried again", a_run(REVIEWING), signals.ReviewFailed(attempt=3,
        error="eh"), REVIEWING, "StartReview", failures=1, attempt=4),
    row("reviewing: a reviewer that breaks three times asks a person", a_run(REVIEWING, failures=2),
        REVIEW_BROKE, Wait.BROKEN, "Say ReadCi", failures=0),
    row("reviewing: where no reviewer is configured any more, none is missed", a_run(REVIEWING),
        REVIEW_BROKE, Wait.APPROVAL, "Say ReadCi", policy=NO_REVIEW),
    row("reviewing: a reviewer that a person named is tried again where none is configured", a_run(REVIEWING),
        replace(REVIEW_BROKE, reviewer="codex"), REVIEWING, "StartReview", policy=NO_REVIEW, failures=1, attempt=4),
    row("reviewing: a named reviewer that breaks three times asks a person", a_run(REVIEWING, failures=2),
        replace(REVIEW_BROKE, reviewer="codex"), Wait.BROKEN, "Say ReadCi", policy=NO_REVIEW, failures=0),
]
# fmt: on


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.says)
def test_a_run_goes_where_the_table_says(row: Row):
    check(row)


def test_no_row_says_what_another_says():
    said = [row.says for row in TABLE]
    assert len(said) == len(set(said))
