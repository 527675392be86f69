"""What becomes of a merge that did not happen, and of one that was left to GitHub and is not wanted any more."""

from __future__ import annotations

from dataclasses import replace

from app.lifecycle import effects, moves, signals
from app.lifecycle.moves import Decision
from app.lifecycle.policy import Policy
from app.lifecycle.run import Phase, Run, Wait, Work


def refused(run: Run, answer: signals.MergeRefused, policy: Policy) -> Decision:
    """Return the run after a refused merge: what dursor can mend itself it mends, all else a person is told."""
    match answer:
        case signals.MergeRefused(cause="unreviewed") if policy.reviews:
            return moves.review(run)
        case signals.MergeRefused(cause="conflict" | "behind") if moves.works_unasked(run, policy):
            return moves.fix(run, Work.CONFLICT, policy)
        case signals.MergeRefused(cause="conflict" | "behind", why=why):
            return moves.await_person(run, Wait.GATE, f"{why}. `/dursor fix conflicts` brings the base branch in.")
        case signals.MergeRefused(cause="gate" | "unreviewed", why=why):
            return moves.await_person(run, Wait.GATE, why)
        case signals.MergeRefused(why=why):
            return moves.await_person(run, Wait.REFUSED, why)


def left_to_do(run: Run, answer: signals.MergeRefused, policy: Policy) -> Decision:
    """Return the run that waits at its gates when only what dursor does itself is left: that is done, if unasked."""
    if answer.cause == "unreviewed" and policy.reviews:
        return moves.review(run)
    if answer.cause in {"conflict", "behind"} and moves.works_unasked(run, policy):
        return moves.fix(run, Work.CONFLICT, policy)
    return Decision(run)


def called_off(before: Run, decision: Decision) -> Decision:
    """The same decision; where it ends a merge that GitHub was asked for, that is called off before anything else.

    `merge_way` stays until it is called off for certain.
    """
    after = decision.run
    if after.merge_way is None:
        return decision
    if after.phase is Phase.COMPLETED:
        return Decision(replace(after, merge_way=None), decision.effects)
    if before.is_merging and not after.is_merging:
        return moves.after((effects.CallOffMerge(after.id),), decision)
    return decision
