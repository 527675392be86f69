"""Row by row: money that is spent and raised, the base brought in, a commit taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.lifecycle import signals
from app.lifecycle.decide import decide
from app.lifecycle.run import Phase, Wait, Work
from tests.lifecycle.making import (
    CHANGED,
    EVERY_LIVE_PHASE,
    EVERY_WORKING_PHASE,
    GREEN,
    HEAD,
    INTERACTIVE,
    NEWER,
    NO_REVIEW,
    POLICY,
    RED,
    WORK_OF,
    Row,
    a_run,
    check,
    row,
    waits,
)

WAITING, FIXING_CI, FIXING_REVIEW = Phase.WAITING_CI, Phase.FIXING_CI, Phase.FIXING_REVIEW
REVIEWING, AWAITING = Phase.REVIEWING, Phase.AWAITING_HUMAN
SPENT = signals.BudgetSpent(attempt=3, why="$10.00 of $10.00 is spent")
MORE = signals.BudgetRaised(by="ann")
UPDATE, UNDO = signals.UpdateAsked(by="ann"), signals.UndoAsked(by="ann")
STUCK = signals.UpdateConflicted(attempt=3, files="a.py")
ONE_FIX: dict[str, Any] = {"iteration": 1, "ci_iterations": 1}
QUIET = [phase for phase in EVERY_LIVE_PHASE if phase not in EVERY_WORKING_PHASE]


def broke(came_from, **fields):
    """A run that waits for money since this phase."""
    return waits(Wait.BUDGET, came_from=came_from, work=WORK_OF.get(came_from), **fields)


# fmt: off
TABLE = [
    *(row(f"{phase}: no money for it is a person's, and says why", a_run(phase), SPENT, Wait.BUDGET, "Say",
          note=SPENT.why, came_from=phase) for phase in EVERY_WORKING_PHASE),
    row("reviewing: no money for the review is a person's", a_run(REVIEWING), SPENT, Wait.BUDGET, "Say ReadCi"),
    row("fixing_ci: what did not start is no fix", a_run(FIXING_CI, **ONE_FIX), SPENT, Wait.BUDGET, iteration=0,
        ci_iterations=0),
    row("fixing_review: the same", a_run(FIXING_REVIEW, iteration=4, ci_iterations=3, review_iterations=1), SPENT,
        Wait.BUDGET, iteration=3, ci_iterations=3, review_iterations=0),
    row("coding: a task was never counted", a_run(Phase.CODING, iteration=1), SPENT, Wait.BUDGET, iteration=1),
    *(row(f"{phase}: an earlier attempt's want of money is no news", a_run(phase, attempt=4), SPENT, phase)
      for phase in EVERY_LIVE_PHASE),
    *(row(f"{phase}: nothing started, nothing is wanting", a_run(phase), SPENT, phase) for phase in QUIET
      if phase is not REVIEWING),
    row("more money begins the fix that waited, and counts it", broke(FIXING_CI), MORE, FIXING_CI, "StartWork",
        attempt=4, work=Work.CI, **ONE_FIX),
    row("more money begins a fix that the limits held before, even where they hold no more",
        broke(FIXING_CI, iteration=10, ci_iterations=5), MORE, FIXING_CI, "StartWork", iteration=10, ci_iterations=5),
    row("more money begins the task", broke(Phase.CODING), MORE, Phase.CODING, "StartWork", iteration=0),
    row("more money begins the review, and CI is read after it", broke(REVIEWING), MORE, REVIEWING, "StartReview",
        came_from=WAITING),
    row("more money where nobody reviews any more", broke(REVIEWING), MORE, Wait.APPROVAL, policy=NO_REVIEW),
    *(row(f"{phase}: more money changes nothing", a_run(phase), MORE, phase) for phase in EVERY_LIVE_PHASE),
    row("more money during a pause begins nothing", broke(FIXING_CI, paused=True), MORE, AWAITING),
    row("the end of a pause tries whether there is money", broke(FIXING_CI, paused=True),
        signals.Resumed(by="ann"), FIXING_CI, "StartWork", paused=False),
    row("a green CI ends the want of money for its fix", broke(FIXING_CI), GREEN, REVIEWING, "StartReview"),
    row("a red CI says nothing to who waits for money", broke(FIXING_CI), RED, Wait.BUDGET, ""),
    row("a retry tries whether there is money", broke(FIXING_CI), signals.RetryAsked(by="ann"), FIXING_CI, "StartWork"),
    *(row(f"{type(signal).__name__}: what people asked for and there was no money for is asked still",
          replace(broke(FIXING_REVIEW), work=Work.PEOPLE), signal, then, asks, asked=True, work=work)
      for signal, then, asks, work in (
          (signals.HeadMoved(sha=NEWER), WAITING, "ReadCi", Work.PEOPLE),
          (signals.BaseChanged(base="next"), WAITING, "ReadCi", Work.PEOPLE),
          (UNDO, FIXING_REVIEW, "StartWork", Work.UNDO),
          (UPDATE, FIXING_CI, "StartWork", Work.UPDATE))),
    *(row(f"{work}: a review comes before what there was no money for, and does not end it",
          replace(broke(FIXING_REVIEW), work=work), signals.ReviewAsked(by="ann"), REVIEWING, "StartReview",
          asked=asked, came_from=WAITING) for work, asked in ((Work.PEOPLE, True), (Work.REVIEW, False))),
    row("a review there was no money for owes nobody the fix before it", replace(broke(REVIEWING), work=Work.PEOPLE),
        signals.HeadMoved(sha=NEWER), WAITING, "ReadCi", asked=False),
    row("a push ends the want of money", broke(FIXING_CI), signals.HeadMoved(sha=NEWER), WAITING, "ReadCi",
        iteration=0),

    *(row(f"{phase}: the base is brought in without a fix counted", a_run(phase), UPDATE, FIXING_CI,
          "StartWork StopWork" if phase is REVIEWING else "StartWork", work=Work.UPDATE, iteration=0, attempt=4)
      for phase in QUIET),
    *(row(f"{phase}: the base is not brought in under an executor's hands", a_run(phase), UPDATE, phase)
      for phase in EVERY_WORKING_PHASE),
    row("the base conflicts: an executor resolves it, as a fix", a_run(FIXING_CI, work=Work.UPDATE), STUCK, FIXING_CI,
        "StartWork", work=Work.CONFLICT, **ONE_FIX),
    row("the base conflicts where no fix is left", a_run(FIXING_CI, work=Work.UPDATE, ci_iterations=5, iteration=5),
        STUCK, Wait.CONFLICT, ci_iterations=5),
    row("what an update met is no news to another work", a_run(FIXING_CI), STUCK, FIXING_CI),

    *(row(f"{phase}: a commit is taken back, and who works is stopped", a_run(phase), UNDO, FIXING_REVIEW,
          "StartWork" if phase in QUIET and phase is not REVIEWING else "StartWork StopWork", work=Work.UNDO,
          iteration=0, attempt=4) for phase in EVERY_LIVE_PHASE),
    row("undo twice at once is one", a_run(FIXING_REVIEW, work=Work.UNDO), UNDO, FIXING_REVIEW, attempt=3),
    row("what people had asked of the executor that is stopped is asked still", a_run(FIXING_REVIEW, work=Work.PEOPLE),
        UNDO, FIXING_REVIEW, "StartWork StopWork", asked=True),
    row("an undo brings a tree back that was there before, and is pushed",
        a_run(FIXING_REVIEW, work=Work.UNDO, trees=("after", "before")), CHANGED, FIXING_REVIEW, "Push",
        trees=("before", "after")),
    *(row(f"a pause takes no {type(signal).__name__}", a_run(WAITING, paused=True), signal, WAITING)
      for signal in (UPDATE, UNDO)),
    *(row(f"nothing is there for {type(signal).__name__} without a branch", waits(Wait.CANDIDATES, head_sha=None),
          signal, AWAITING) for signal in (UPDATE, UNDO)),
]
# fmt: on


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.says)
def test_a_run_goes_where_the_table_says(row: Row):
    check(row)


def test_a_state_that_was_taken_back_counts_as_tried_and_the_one_that_is_there_does_not():
    undoing = a_run(FIXING_REVIEW, work=Work.UNDO, trees=("first", "second"))
    done = signals.WorkFinished(attempt=3, commit=NEWER, tree="first", base_tree="second")
    undone = replace(decide(undoing, done, POLICY).run, phase=FIXING_CI, work=Work.CI)

    same = decide(undone, replace(done, tree="second", base_tree="first"), POLICY).run
    other = decide(undone, replace(done, tree="third", base_tree="first"), POLICY)

    assert undone.trees == ("second", "first")
    assert same.wait is Wait.NO_PROGRESS
    assert [type(effect).__name__ for effect in other.effects] == ["Push"]


def test_a_fix_that_waits_for_money_again_and_again_is_counted_once():
    run = a_run(FIXING_CI, INTERACTIVE, head_sha=HEAD, **ONE_FIX)
    for _ in range(20):
        run = decide(run, replace(SPENT, attempt=run.attempt), POLICY).run
        assert (run.wait, run.iteration) == (Wait.BUDGET, 0)
        run = decide(run, MORE, POLICY).run

    assert (run.phase, run.iteration, run.ci_iterations) == (FIXING_CI, 1, 1)
