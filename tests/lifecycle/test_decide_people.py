"""The life of a run, row by row: in a phase, when people say or do something, then another phase."""

from __future__ import annotations

import pytest

from app.lifecycle import signals
from app.lifecycle.policy import Policy
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
    RED,
    SEMI,
    UNCHANGED,
    Row,
    a_run,
    check,
    fix,
    refused,
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
FAILED = Phase.FAILED
PUSHED = signals.Pushed(attempt=3, sha=NEWER)
FOUGHT = signals.ProgramsFought(sha=HEAD, why="a bot pushed again")
LISTENS_NOT = {REVIEWING, MERGING}
TOO_LONG = signals.TimeRanOut(of="total", minutes=240)

# fmt: off
TABLE = [
    *(row(f"{phase}: requested changes are made", a_run(phase), ASKED, FIXING_REVIEW, asks, work=Work.PEOPLE,
          iteration=1, ci_iterations=0, review_iterations=0) for phase, asks in ((WAITING, "StartWork"),
          (REVIEWING, "StopWork StartWork"), (AWAITING, "StartWork"), (MERGING, "StartWork"))),
    *(row(f"{phase}: requested changes are kept for the next step", a_run(phase), ASKED, phase, asked=True) for
          phase in EVERY_WORKING_PHASE),
    row("fixing_ci: changes requested meanwhile come after the push", a_run(FIXING_CI, asked=True), PUSHED,
        FIXING_REVIEW, "StartWork", work=Work.PEOPLE, head_sha=NEWER, asked=False),
    *(row(f"fixing_review: what people asked for is asked still after a push, {asked}",
          a_run(FIXING_REVIEW, work=work, asked=asked), signals.HeadMoved(sha=NEWER), WAITING,
          "StopWork SetAside ReadCi", asked=True, work=Work.PEOPLE)
      for work, asked in ((Work.PEOPLE, False), (Work.REVIEW, True))),
    *(row(f"waiting_ci: what people asked for comes when CI has answered, {type(answer).__name__}",
          a_run(WAITING, asked=True, work=Work.PEOPLE), answer, FIXING_REVIEW, "StartWork", work=Work.PEOPLE,
          asked=False)
      for answer in (GREEN, RED)),
    row("fixing_ci: changes requested meanwhile come after work in vain", a_run(FIXING_CI, asked=True),
        UNCHANGED, FIXING_REVIEW, "StartWork", work=Work.PEOPLE, asked=False),
    row("reviewing: requested changes stop the reviewer and ask a person in interactive mode", a_run(REVIEWING,
        INTERACTIVE), ASKED, Wait.CHANGES_ASKED, "StopWork Say ReadCi", attempt=4),
    *(row(f"awaiting_human: an approval of the head merges in {mode}", waits(Wait.APPROVAL, mode), APPROVED,
          MERGING, "Merge", human_approved=True) for mode in (INTERACTIVE, SEMI, FULL)),
    *(row(f"{phase}: an approval is kept for later", a_run(phase), APPROVED, phase, human_approved=True) for
          phase in (WAITING, REVIEWING, *EVERY_WORKING_PHASE)),
    row("merging: an approval begins the merge anew, which looked before it", a_run(MERGING, FULL), APPROVED,
        MERGING, "Merge", human_approved=True),
    row("merging: a withdrawn approval asks for another", a_run(MERGING, human_approved=True),
        signals.ApprovalWithdrawn(sha=HEAD), Wait.APPROVAL, "Say ReadCi", human_approved=False),
    row("merging: merged", a_run(MERGING), signals.PullMerged(sha=HEAD), Phase.COMPLETED, "CloseIssue DeleteBranch"),
    row("merging: merged where branches stay", a_run(MERGING), signals.PullMerged(sha=HEAD), Phase.COMPLETED,
        "CloseIssue", policy=Policy(delete_branch=False)),
    *(row(f"merging: refused for {cause} is mended", a_run(MERGING), refused(cause), FIXING_CI, "StartWork",
          work=Work.CONFLICT, ci_iterations=1) for cause in ("conflict", "behind")),
    row("merging: refused for a conflict asks a person in interactive mode", a_run(MERGING, INTERACTIVE),
        refused("conflict"), Wait.GATE, "Say ReadCi"),
    row("merging: refused for a gate names it", a_run(MERGING), refused("gate"), Wait.GATE, "Say ReadCi",
        note="it says so"),
    row("merging: refused by GitHub asks a person", a_run(MERGING), refused("refused"), Wait.REFUSED,
        "Say ReadCi"),
    row("awaiting_human: gates that hold again merge what is approved", waits(Wait.GATE, human_approved=True),
        signals.GatesMet(sha=HEAD), MERGING, "Merge"),
    row("awaiting_human: gates that hold again do not replace an approval", waits(Wait.GATE),
        signals.GatesMet(sha=HEAD), Wait.APPROVAL),
    *(row(f"{phase}: a person's push over an approval is said", a_run(phase, human_approved=True, signature="lint",
          rerun_sha=HEAD), signals.HeadMoved(sha=NEWER), WAITING, f"Say {asks}", head_sha=NEWER, human_approved=False,
          signature=None, rerun_sha=None) for phase, asks in ((CODING, "StopWork SetAside ReadCi"), (FIXING_CI,
          "StopWork SetAside ReadCi"), (FIXING_REVIEW, "StopWork SetAside ReadCi"), (REVIEWING,
          "StopWork ReadCi"), (WAITING, "ReadCi"), (AWAITING, "ReadCi"), (MERGING, "ReadCi"))),
    *(row(f"{phase}: a person's push is waited for", a_run(phase), signals.HeadMoved(sha=NEWER), WAITING, asks,
          head_sha=NEWER) for phase, asks in ((REVIEWING, "StopWork ReadCi"), (WAITING, "ReadCi"),
          (AWAITING, "ReadCi"))),
    row("loop: a program's push over an approval is said", waits(Wait.LOOP, human_approved=True),
        signals.HeadMoved(sha=NEWER, by_person=False), Wait.LOOP, "Say", head_sha=NEWER, human_approved=False),
    *(row(f"{phase}: programs that fight are waited for", a_run(phase), FOUGHT, Wait.LOOP,
          ("StopWork " if phase in EVERY_BUSY_PHASE else "") + "Say" + (" ReadCi" if phase in LISTENS_NOT else ""),
          note="a bot pushed again") for phase in EVERY_LIVE_PHASE),
    row("loop: a program that goes on begins nothing", waits(Wait.LOOP), signals.HeadMoved(sha=NEWER, by_person=False),
        Wait.LOOP, "", head_sha=NEWER),
    row("loop: a person's push begins again", waits(Wait.LOOP), signals.HeadMoved(sha=NEWER), WAITING, "ReadCi",
        head_sha=NEWER),
    row("loop: CI says nothing to a fight", waits(Wait.LOOP), RED, Wait.LOOP, ""),
    row("loop: who is told of it once more says nothing new", waits(Wait.LOOP), FOUGHT, Wait.LOOP, ""),
    *(row(f"{phase}: merged by a person", a_run(phase), signals.PullMerged(), Phase.COMPLETED, ("StopWork " if
          phase in EVERY_BUSY_PHASE else "") + "CloseIssue DeleteBranch") for phase in EVERY_LIVE_PHASE),
    *(row(f"{phase}, {'paused' if paused else 'at work'}: {type(signal).__name__} ends it",
          a_run(phase, paused=paused), signal, Phase.CANCELED, "StopWork" if phase in EVERY_BUSY_PHASE else "",
          paused=False)
      for phase in EVERY_LIVE_PHASE for paused in (False, True)
      for signal in (signals.PullClosed(why="closed"), signals.Canceled(by="ann"))),
    *(row(f"{phase}: too long in all", a_run(phase), TOO_LONG, FAILED, "StopWork Say" if phase in
          (*EVERY_WORKING_PHASE, REVIEWING) else "Say") for phase in EVERY_LIVE_PHASE if phase is not AWAITING),
    row("awaiting_human: a person may take all the time there is", waits(Wait.APPROVAL), TOO_LONG, AWAITING),
    *(row(f"awaiting_human: /fix {work} is done in interactive mode too", waits(Wait.CI_RED, INTERACTIVE),
          fix(work), phase, "StartWork", work=work) for work, phase in ((Work.CI, FIXING_CI), (Work.CONFLICT,
          FIXING_CI), (Work.REVIEW, FIXING_REVIEW), (Work.PEOPLE, FIXING_REVIEW))),
]
# fmt: on


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.says)
def test_a_run_goes_where_the_table_says(row: Row):
    check(row)


def test_no_row_says_what_another_says():
    said = [row.says for row in TABLE]
    assert len(said) == len(set(said))
