"""What a merge that did not happen does to the run that wanted it."""

from __future__ import annotations

from app.lifecycle import moves, signals
from app.lifecycle.moves import Decision
from app.lifecycle.policy import Policy
from app.lifecycle.run import Run, Wait, Work


def refused(run: Run, answer: signals.MergeRefused, policy: Policy) -> Decision:
    """Return the run after a refused merge: what dursor can mend itself it mends, all else a person is told."""
    match answer:
        case signals.MergeRefused(cause="conflict" | "behind") if moves.works_unasked(run, policy):
            return moves.fix(run, Work.CONFLICT, policy)
        case signals.MergeRefused(cause="conflict" | "behind", why=why):
            return moves.await_person(run, Wait.GATE, f"{why}. `/dursor fix conflicts` brings the base branch in.")
        case signals.MergeRefused(cause="gate", why=why):
            return moves.await_person(run, Wait.GATE, why)
        case signals.MergeRefused(why=why):
            return moves.await_person(run, Wait.REFUSED, why)
