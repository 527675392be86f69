"""A merge that is left to GitHub: what the run does meanwhile, what calls it off, and why GitHub let it go."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.lifecycle import effects, merge_ways, signals
from app.lifecycle.decide import decide
from app.lifecycle.gate import Gate, Unmet
from app.lifecycle.merge_ways import Removal, removal
from app.lifecycle.run import MergeWay, Mode, Phase, Wait, Work
from tests.lifecycle.making import FULL, HEAD, INTERACTIVE, NEWER, POLICY, SEMI, Row, a_run, check, fix, refused, row

QUEUED = a_run(Phase.MERGING, FULL, merge_way=MergeWay.QUEUE)
APPROVED = replace(QUEUED, mode=SEMI, human_approved=True)
AUTO = replace(QUEUED, merge_way=MergeWay.AUTO)
ASKED_TO_QUEUE = signals.MergeLeft(sha=HEAD, way=MergeWay.QUEUE)

ROWS = [
    row("what is asked of GitHub is remembered", a_run(Phase.MERGING, FULL), ASKED_TO_QUEUE, Phase.MERGING,
        merge_way=MergeWay.QUEUE),
    row("another way takes the place of the first", AUTO, ASKED_TO_QUEUE, Phase.MERGING, merge_way=MergeWay.QUEUE),
    row("who does not merge asks for nothing", a_run(Phase.WAITING_CI, FULL), ASKED_TO_QUEUE, Phase.WAITING_CI,
        merge_way=None),
    row("the merge ends it", QUEUED, signals.PullMerged(sha=HEAD), Phase.COMPLETED, "CloseIssue DeleteBranch",
        merge_way=None),
    row("a push calls it off", QUEUED, signals.HeadMoved(sha=NEWER), Phase.WAITING_CI, "CallOffMerge ReadCi"),
    row("a pause calls it off", QUEUED, signals.Paused(by="ann"), Phase.MERGING, "CallOffMerge", paused=True),
    row("its end calls it off", AUTO, signals.Canceled(by="ann"), Phase.CANCELED, "CallOffMerge"),
    row("a closed pull request is called off", QUEUED, signals.PullClosed(why="closed"), Phase.CANCELED,
        "CallOffMerge"),
    row("a mode that asks first calls it off", QUEUED, signals.ModeChosen(mode=Mode.SEMI_AUTO, by="ann"),
        Wait.APPROVAL, "CallOffMerge ReadCi Say"),
    row("an approval that is withdrawn calls it off", APPROVED, signals.ApprovalWithdrawn(sha=HEAD), Wait.APPROVAL,
        "CallOffMerge ReadCi Say"),
    row("requested changes call it off", QUEUED, signals.ChangesRequested(by="ann"), Phase.FIXING_REVIEW,
        "CallOffMerge StartWork"),
    row("requested changes call it off where nobody fixes unasked", replace(APPROVED, mode=INTERACTIVE),
        signals.ChangesRequested(by="ann"), Wait.CHANGES_ASKED, "CallOffMerge ReadCi Say"),
    row("a draft calls it off", QUEUED, signals.DraftChanged(draft=True), Wait.GATE, "CallOffMerge ReadCi Say"),
    row("a gate that does not hold any more calls it off", AUTO, refused("gate"), Wait.GATE,
        "CallOffMerge ReadCi Say"),
    row("a conflict in the queue is fixed", QUEUED, refused("conflict"), Phase.FIXING_CI, "CallOffMerge StartWork"),
    row("what GitHub let go is a person's", QUEUED, refused("refused"), Wait.REFUSED, "CallOffMerge ReadCi Say"),
    row("a fix that is asked for calls it off", QUEUED, fix(Work.CI), Phase.FIXING_CI, "CallOffMerge StartWork"),
    row("time that ran out calls it off", QUEUED, signals.TimeRanOut(of="total", minutes=9), Phase.FAILED,
        "CallOffMerge Say"),
    row("a merge that cannot be asked for is called off", QUEUED,
        signals.EffectFailed(effect="Merge", error="no answer", sha=HEAD), Wait.BROKEN, "CallOffMerge ReadCi Say"),
    row("an approval more changes nothing", QUEUED, signals.Approved(sha=HEAD, by="ann"), Phase.MERGING, "Merge"),
    row("after a pause it is asked for again", replace(QUEUED, paused=True), signals.Resumed(by="ann"), Phase.MERGING,
        "Merge"),
    row("what was not left to GitHub is not called off", a_run(Phase.MERGING, FULL), signals.HeadMoved(sha=NEWER),
        Phase.WAITING_CI, "ReadCi"),
]  # fmt: skip


@pytest.mark.parametrize("given", ROWS, ids=lambda given: given.says)
def test_a_merge_that_is_left_to_github(given: Row):
    check(given)


def test_it_is_called_off_before_anything_else():
    _, asked = decide(QUEUED, signals.HeadMoved(sha=NEWER), POLICY)

    assert asked[0] == effects.CallOffMerge("run")


def test_how_it_was_left_is_known_until_that_is_called_off_for_certain():
    after, _ = decide(QUEUED, signals.HeadMoved(sha=NEWER), POLICY)

    assert after.merge_way is MergeWay.QUEUE


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ("MERGE", Removal.MERGED), ("ALREADY_MERGED", Removal.MERGED), ("merged", Removal.MERGED),
        ("MERGE_CONFLICT", Removal.CONFLICT), ("merge_conflict", Removal.CONFLICT),
        ("CI_FAILURE", Removal.CI_FAILURE), ("failed_checks", Removal.CI_FAILURE),
        ("CI_TIMEOUT", Removal.CI_TIMEOUT), ("checks_timed_out", Removal.CI_TIMEOUT),
        ("MANUAL", Removal.MANUAL), ("QUEUE_CLEARED", Removal.CLEARED), ("ROLL_BACK", Removal.ROLLED_BACK),
        ("BRANCH_PROTECTIONS", Removal.PROTECTED), ("GIT_TREE_INVALID", Removal.BAD_TREE),
        ("INVALID_MERGE_COMMIT", Removal.BAD_COMMIT), ("UNKNOWN_REMOVAL_REASON", Removal.UNKNOWN),
        ("something new", Removal.UNKNOWN), ("", Removal.UNKNOWN), (None, Removal.UNKNOWN),
    ],
)  # fmt: skip
def test_every_reason_of_githubs_queue_is_known(told, reason):
    assert removal(told) is reason


@pytest.mark.parametrize(
    ("kinds", "cause"),
    [
        ([Gate.CONFLICT], "conflict"), ([Gate.CONFLICT, Gate.CI], "conflict"), ([Gate.BEHIND], "behind"),
        ([Gate.BEHIND, Gate.CI], "gate"), ([Gate.CONFLICT, Gate.APPROVAL], "gate"), ([Gate.DRAFT], "gate"),
    ],
)  # fmt: skip
def test_only_what_dursor_can_mend_alone_is_its_own_affair(kinds, cause):
    told = merge_ways.refusal(HEAD, [Unmet(kind, f"no {kind}", "somebody") for kind in kinds])

    assert told.cause == cause
    assert all(f"no {kind}" in told.why for kind in kinds)


@pytest.mark.parametrize(
    ("words", "by_itself"),
    [
        ('Required status check "audit" is expected.', True),
        ("2 of 3 required status checks have not succeeded: 1 expected.", True),
        ('Repository rule violations found Required deployment to "staging" is expected.', True),
        ("Pull Request is not mergeable", True),
        ("At least 1 approving review is required by reviewers with write access.", False),
        ("Merge commits are not allowed on this repository.", False),
        ("Repository rule violations found", False),
    ],
)
def test_github_is_left_to_wait_for_what_ends_without_a_person_and_for_nothing_else(words, by_itself):
    assert merge_ways.ends_by_itself(words) is by_itself
