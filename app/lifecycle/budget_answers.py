"""What a spent budget does to a run, and what it does once there is money again."""

from __future__ import annotations

from dataclasses import replace

from app.lifecycle import moves, signals
from app.lifecycle.moves import Decision
from app.lifecycle.policy import Policy
from app.lifecycle.run import UNCOUNTED, Phase, Run, Wait, Work


def spent(run: Run, why: signals.BudgetSpent) -> Decision:
    """Wait for money. What did not start is no attempt: the fix that it was is taken from the counters again."""
    if not run.is_busy:
        return Decision(run)
    return moves.await_person(_counted(run, -1) if run.is_working else run, Wait.BUDGET, why.why)


def raised(run: Run, policy: Policy) -> Decision:
    """Go on where the money ended: begin the fix that waited, which was within its limits then, or the review."""
    if run.wait is not Wait.BUDGET:
        return Decision(run)
    if run.came_from is Phase.REVIEWING:  # what CI said meanwhile was not listened to: it is read after the review
        return moves.enter_again(replace(run, came_from=Phase.WAITING_CI), Phase.REVIEWING, policy)
    again = _counted(run, 1)
    within = replace(
        again,
        iteration=min(again.iteration, max(run.iteration, policy.max_iterations)),
        ci_iterations=min(again.ci_iterations, max(run.ci_iterations, policy.max_ci_fixes)),
        review_iterations=min(again.review_iterations, max(run.review_iterations, policy.max_review_fixes)),
    )
    return moves.start_work(within, run.work or Work.TASK)


def _counted(run: Run, by: int) -> Run:
    """The run with one fix of its kind more or less on its counters, which never fall below none."""
    if run.work in UNCOUNTED | {None}:
        return run
    return replace(
        run,
        iteration=max(0, run.iteration + by),
        ci_iterations=max(0, run.ci_iterations + by * (run.work in {Work.CI, Work.CONFLICT})),
        review_iterations=max(0, run.review_iterations + by * (run.work is Work.REVIEW)),
    )
