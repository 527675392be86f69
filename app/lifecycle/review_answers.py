"""What a review by our own reviewer does to the run whose head it sees: asked for, ended, and some of it declined."""

from __future__ import annotations

from dataclasses import replace

from app.lifecycle import effects, moves, signals
from app.lifecycle.moves import Decision
from app.lifecycle.policy import Policy
from app.lifecycle.run import Phase, Run, Wait, Work


def asked(run: Run, reviewer: str | None) -> Decision:
    """Begin a review that a person asked for: what waited for CI, or for money, comes after it."""
    if run.wait is Wait.CANDIDATES or run.head_sha is None:
        return Decision(run)
    is_early = run.awaits_ci or run.has_work
    early = replace(run, asked=run.owes_people, came_from=Phase.WAITING_CI if is_early else None)
    return moves.review(early, reviewer)


def reviewed(run: Run, answer: signals.ReviewFinished | signals.ReviewFailed, policy: Policy) -> Decision:
    """Return the run after a review. A run that does something else hears none.

    What was found is posted first, before anything else moves the head.
    """
    if run.phase is not Phase.REVIEWING:
        return Decision(run)
    is_there = isinstance(answer, signals.ReviewFinished)
    posted = (effects.PostReview(run.id, answer.attempt),) if is_there else ()
    return moves.after(posted, _went_on(run, answer, policy))


def _went_on(run: Run, answer: signals.ReviewFinished | signals.ReviewFailed, policy: Policy) -> Decision:
    match answer:
        case signals.ReviewFinished(score=score, blocking=0) if score >= policy.min_review_score:
            return _good(replace(run, failures=0), policy)
        case signals.ReviewFinished(stuck=str(what)):
            why = f"The last fix did not change what the review finds: {what}"
            return moves.await_person(replace(run, failures=0), Wait.NO_PROGRESS, why)
        case signals.ReviewFinished(score=score, blocking=blocking) if not moves.works_unasked(run, policy):
            why = f"The review scored {score:.2f}, and {blocking or 'nothing'} of what it found blocks a merge."
            return moves.await_person(replace(run, failures=0), Wait.FINDINGS, why)
        case signals.ReviewFinished():
            return moves.fix(run, Work.REVIEW, policy)
        case signals.ReviewFailed(reviewer=None) if not policy.reviews:
            return _good(replace(run, failures=0), policy)
        case signals.ReviewFailed(reviewer=same) if run.failures + 1 < policy.executor_tries:
            return moves.review(replace(run, failures=run.failures + 1), same)
        case signals.ReviewFailed(error=error):
            return moves.await_person(replace(run, failures=0), Wait.BROKEN, f"The review could not be done: {error}")


def withdrawn(run: Run) -> Decision:
    """Return the run after nobody asks for anything any more: an executor that was given it already is let finish."""
    left = replace(run, asked=run.asked and not run.is_working and run.work is not Work.PEOPLE)
    is_about_it = run.wait in {Wait.NO_CHANGE, Wait.BUDGET} and run.work is Work.PEOPLE
    if not is_about_it and run.wait is not Wait.CHANGES_ASKED:
        return Decision(left)
    waiting, asks = moves.wait_for_ci(left)
    return Decision(waiting, (moves.show(run),) if run.paused else asks)


def declined(run: Run, left: signals.FindingsDeclined, policy: Policy) -> Decision:
    """Return the run after a person declined findings: one that waits for that goes on when the rest is good enough."""
    if not run.awaits_findings or left.blocking or left.score < policy.min_review_score:
        return Decision(run, (moves.show(run),))
    if run.paused:
        return Decision(replace(run, wait=Wait.APPROVAL, note=None), (moves.show(run),))
    return moves.wait_for_ci(run, reviewed=True)  # what CI said meanwhile was not listened to


def _good(run: Run, policy: Policy) -> Decision:
    """A review asked for before CI had answered goes back to waiting for it."""
    early = run.came_from is Phase.WAITING_CI
    return moves.wait_for_ci(run, reviewed=True) if early else moves.to_gates(run, policy)
