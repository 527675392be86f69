"""What the outcome of an executor's work does to the run that it worked for."""

from __future__ import annotations

from dataclasses import replace

from app.lifecycle import effects, late, moves, signals
from app.lifecycle.moves import Decision
from app.lifecycle.policy import Policy
from app.lifecycle.run import BY_GIT, Phase, Run, Wait, Work

Outcome = signals.WorkFinished | signals.WorkFailed | signals.WorkRefused | signals.Pushed


def worked(
    run: Run,
    outcome: Outcome,
    policy: Policy,
) -> Decision:
    """Return the run after its executor has come back; an outcome that nobody waits for changes nothing."""
    if not run.is_working:
        return Decision(run)
    match outcome:
        case signals.WorkFailed() if run.failures + 1 < policy.executor_tries:
            return moves.start_work(replace(run, failures=run.failures + 1), run.work or Work.TASK)
        case signals.WorkFailed(error=error):
            return moves.fail(run, f"The executor failed {policy.executor_tries} times: {error}")
        case signals.WorkFinished(commit=str(), tree=tree, base_tree=base) if (
            run.work in BY_GIT or tree not in run.trees[:-1]
        ):
            finished = replace(run, trees=run.remembering(base, tree), failures=0)
            return Decision(finished, (effects.Push(run.id, run.attempt),))
        case signals.Pushed(sha=sha):
            pushed = replace(run, head_sha=sha, human_approved=False, rerun_sha=None)
            at_once = run.asked and run.pr_number is not None
            then = moves.fix_what_was_asked(pushed, policy) if at_once else moves.wait_for_ci(pushed)
            is_told_anew = run.pr_number is not None and run.work is Work.PEOPLE
            tells = (effects.DescribePull(run.id),) if is_told_anew else ()
            return moves.after((*late.voided(run), *tells), then)
        case _ if run.asked:
            return moves.fix_what_was_asked(run, policy)
        case signals.WorkRefused(why=why):
            return moves.await_person(run, Wait.REFUSED, why)
        case signals.WorkFinished(commit=None, summary=summary):
            return moves.await_person(run, Wait.NO_CHANGE, summary)
        case signals.WorkFinished():
            wait = Wait.NO_PROGRESS if run.work is Work.CI else Wait.NO_CHANGE
            return moves.await_person(run, wait, "The executor brought back a state that was tried before.")


def answered(run: Run, signal: signals.Signal, decision: Decision) -> Decision:
    """The same decision; where it is known now what became of remarks and findings, their threads are answered."""
    match signal:
        case signals.PullClosed() | signals.PullMerged():
            return decision
        case signals.Pushed() | signals.WorkFinished(commit=None):
            is_known = run.is_working and decision.run != run
        case signals.ReviewFinished():
            is_known = run.phase is Phase.REVIEWING and decision.run != run
        case _:
            is_known = run.is_working and decision.run.phase in {Phase.AWAITING_HUMAN, Phase.FAILED, Phase.CANCELED}
    if not is_known:
        return decision
    asks = decision.effects
    at = len(asks) - any(isinstance(effect, effects.Release) for effect in asks[-1:])  # tokens are given back last
    return Decision(decision.run, (*asks[:at], effects.AnswerThreads(run.id), *asks[at:]))
