"""The commands that make sense for a run as it stands: what buttons and check boxes offer, the likeliest first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from app.lifecycle.gate import Gate
from app.lifecycle.run import Mode, Phase, Run, Wait


@dataclass(frozen=True, slots=True)
class Offer:
    """A command without its prefix, and how it is shown.

    Bounded as GitHub bounds the buttons of check runs: command and label 20 characters, description 40.
    """

    command: str
    label: str
    description: str


APPROVE = Offer("approve", "Approve", "This commit may be merged")
FIX_CI = Offer("fix ci", "Fix CI", "Fix what CI found, now")
FIX_REVIEW = Offer("fix review", "Fix findings", "Fix what the review found, now")
FIX_CONFLICTS = Offer("fix conflicts", "Fix conflicts", "Bring the base branch in, now")
FIX_UNASKED = Offer("mode semi_auto", "Fix by yourself", "Fix unasked from now on")
RETRY = Offer("retry", "Try again", "Begin again, with fresh allowances")
BUDGET = Offer("budget +5", "5 dollars more", "Raise this pull request's budget")
PAUSE = Offer("pause", "Pause", "Stop working and keep everything")
RESUME = Offer("resume", "Go on", "End the pause")
CANCEL = Offer("cancel", "Give up", "Stop for good; retry begins again")

ALL = (APPROVE, FIX_CI, FIX_REVIEW, FIX_CONFLICTS, FIX_UNASKED, RETRY, BUDGET, PAUSE, RESUME, CANCEL)

_WHILE_WAITING: dict[Wait, tuple[Offer, ...]] = {
    Wait.APPROVAL: (),
    Wait.CI_RED: (FIX_CI,),
    Wait.CI_NEEDS_PERSON: (RETRY,),
    Wait.CI_MISSING: (RETRY,),
    Wait.CI_CANCELLED: (RETRY,),
    Wait.CI_TOO_SLOW: (RETRY,),
    Wait.NO_CI: (RETRY,),
    Wait.BASE_RED: (FIX_CI,),
    Wait.CONFLICT: (FIX_CONFLICTS,),
    Wait.NO_PROGRESS: (RETRY, FIX_CI),
    Wait.NO_CHANGE: (RETRY,),
    Wait.OPENING: (RETRY,),
    Wait.FINDINGS: (FIX_REVIEW,),
    Wait.CHANGES_ASKED: (FIX_REVIEW,),
    Wait.GATE: (RETRY,),
    Wait.LOOP: (RETRY,),
    Wait.REFUSED: (RETRY,),
    Wait.BROKEN: (RETRY,),
    Wait.BUDGET: (BUDGET, RETRY),
    Wait.CANDIDATE: (),
    Wait.CANDIDATES: (RETRY,),
}
_OPENS: dict[Gate, Offer] = {
    Gate.REVIEW: FIX_REVIEW,
    Gate.CONFLICT: FIX_CONFLICTS,
    Gate.BEHIND: FIX_CONFLICTS,
}
_FIXES = frozenset({Wait.CI_RED, Wait.CONFLICT, Wait.FINDINGS, Wait.CHANGES_ASKED})


def offers(run: Run, when_told: Collection[Gate] = ()) -> tuple[Offer, ...]:
    """What a person would most likely say now; nothing where nothing can be said.

    `when_told` are the gates that dursor would open, and does not before somebody says so.
    """
    if run.is_terminal:
        return () if run.phase is Phase.COMPLETED else (RETRY,)
    if run.paused:
        return RESUME, CANCEL
    if run.wait is None:
        return PAUSE, CANCEL
    found = _WHILE_WAITING[run.wait]
    if run.wait is Wait.NO_PROGRESS and run.awaits_findings:
        found = (RETRY, FIX_REVIEW)
    interactive = run.mode is Mode.INTERACTIVE
    if run.wait in {Wait.GATE, Wait.APPROVAL}:
        opens = tuple(dict.fromkeys(_OPENS[gate] for gate in when_told if gate in _OPENS))
        found = (*(() if run.human_approved else (APPROVE,)), *opens, *found)
    if interactive and run.wait in _FIXES:
        found = (*found, FIX_UNASKED)
    return (*found, CANCEL)
