"""What an answer of CI does to a run that waits for it, or that waits for a person because of an earlier one."""

from __future__ import annotations

from dataclasses import replace

from app.lifecycle import effects, moves, signals
from app.lifecycle.moves import Decision
from app.lifecycle.policy import Policy
from app.lifecycle.run import Phase, Run, Wait, Work

Answer = signals.CiPassed | signals.CiFailed | signals.CiConflicted | signals.CiStuck


def ci_answered(run: Run, answer: Answer, policy: Policy) -> Decision:
    """Return the run after an answer about its head. A run that does something else hears none of them."""
    match answer:
        case _ if run.asked and run.awaits_ci:
            return moves.fix_what_was_asked(run, policy)
        case signals.CiPassed() if run.awaits_ci or _was_fixing_ci(run):
            return _green(run, policy)
        case signals.CiStuck(cause="none") if run.awaits_ci and policy.none_is_green:
            return _green(run, policy)
        case signals.CiFailed(sha=sha, tries=1) if run.rerun_sha == sha and run.wait in {None, *_MAY_TURN_RED}:
            return Decision(run)  # still the answer that led to the re-run
        case signals.CiFailed() | signals.CiConflicted() if run.wait in _MAY_TURN_RED:
            return ci_answered(replace(run, phase=Phase.WAITING_CI, wait=None), answer, policy)
        case _ if not run.awaits_ci or run.wait is Wait.NO_PROGRESS:
            return Decision(run)

        case signals.CiStuck(cause=cause, why=why):
            return moves.await_person(run, _STUCK[cause], why)
        case signals.CiConflicted() if not moves.works_unasked(run, policy):
            why = "It conflicts with its base branch, so CI does not run."
            return moves.await_person(run, Wait.CONFLICT, why)
        case signals.CiConflicted():
            return moves.fix(run, Work.CONFLICT, policy)

        case signals.CiFailed(cause="workflow", summary=summary):
            return moves.await_person(run, Wait.CI_RED, summary)
        case signals.CiFailed(red_on_base=str(why)):
            return moves.await_person(run, Wait.BASE_RED, why)
        case signals.CiFailed(base_mended=True) if run.wait is Wait.BASE_RED and moves.works_unasked(run, policy):
            return moves.fix(run, Work.CONFLICT, policy)
        case signals.CiFailed(can_rerun=True, tries=None | 1) if (
            policy.rerun_failed_once and run.rerun_sha != run.head_sha
        ):
            return _run_once_more(run)
        case signals.CiFailed(cause="timeout", summary=summary):
            return moves.await_person(run, Wait.CI_TOO_SLOW, f"It ran out of time: {summary}")
        case signals.CiFailed(cause="flaky", summary=summary):
            return moves.await_person(
                run, Wait.CI_RED, f"CI was green at this commit before, so it is flaky: {summary}"
            )
        case signals.CiFailed(summary=summary) if not moves.works_unasked(run, policy):
            return moves.await_person(run, Wait.CI_RED, summary)
        case signals.CiFailed(signature=same) if run.ci_iterations > 0 and same == run.signature:
            return moves.await_person(
                run, Wait.NO_PROGRESS, f"The last fix did not change what fails: {_handover(answer)}"
            )
        case signals.CiFailed() if run.ci_iterations + 1 > policy.max_ci_fixes:
            return moves.fail(run, f"CI is still not green after {run.ci_iterations} fixes: {_handover(answer)}")
        case signals.CiFailed(signature=signature):
            return moves.fix(replace(run, signature=signature), Work.CI, policy)
        case _:
            return Decision(run)


_MAY_TURN_RED = {Wait.APPROVAL, Wait.GATE, Wait.CANDIDATE}

_STUCK = {
    "needs_person": Wait.CI_NEEDS_PERSON,
    "cancelled": Wait.CI_CANCELLED,
    "missing": Wait.CI_MISSING,
    "none": Wait.NO_CI,
}


def _green(run: Run, policy: Policy) -> Decision:
    passed = replace(run, signature=None, came_from=None)
    is_reviewed = run.phase is Phase.WAITING_CI and run.came_from is Phase.REVIEWING
    return moves.review(passed) if policy.reviews and not is_reviewed else moves.to_gates(passed, policy)


def _run_once_more(run: Run) -> Decision:
    waiting = replace(run, phase=Phase.WAITING_CI, wait=None, note=None, rerun_sha=run.head_sha)
    return Decision(waiting, (effects.RerunCi(run.id, run.head_sha or ""), moves.show(run)))


def _handover(answer: signals.CiFailed) -> str:
    """What the next one needs: which failures stay, what was tried, and that it can be taken back."""
    tried = f"\nTried so far; a revert takes it back:\n{answer.tried}" if answer.tried else ""
    return f"{answer.summary}{tried}"


def _was_fixing_ci(run: Run) -> bool:
    """Whether it waits for a person because a fix of CI came to nothing: a green CI ends that too."""
    came_to_nothing = run.wait in {Wait.NO_CHANGE, Wait.REFUSED, Wait.BROKEN, Wait.BUDGET}
    return came_to_nothing and run.came_from is Phase.FIXING_CI and run.work is Work.CI
