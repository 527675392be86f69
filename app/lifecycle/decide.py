"""What a run does next. Everything that can move a run is in this file.

GitHub repeats, reorders and redelivers, executors answer late: a signal that the phase is not waiting
for, or one about an older commit or attempt, leaves everything as it was.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from app.lifecycle import effects, signals
from app.lifecycle.policy import Policy
from app.lifecycle.run import CI_WAITS, Mode, Phase, Run, Wait, Work


class Decision(NamedTuple):
    """The run as it is now, and what it asks of the world."""

    run: Run
    effects: tuple[effects.Effect, ...] = ()


def decide(run: Run, signal: signals.Signal, policy: Policy) -> Decision:
    """Return the run after `signal`, and the effects that should follow."""
    if run.is_terminal:
        return _reopened(run, signal)
    if _is_late(run, signal):
        return Decision(run, _keep_late_work(run, signal))
    match signal:
        case signals.PullMerged(sha=sha):
            tidy = (effects.DeleteBranch(run.id),) if policy.delete_branch else ()
            return _end(replace(run, head_sha=sha or run.head_sha), Phase.COMPLETED, None, *tidy)
        case signals.PullClosed(why=why):
            return _end(run, Phase.CANCELED, why)
        case signals.Canceled(by=by):
            return _end(run, Phase.CANCELED, f"{by} canceled it.")
        case signals.HeadMoved(sha=sha) if sha != run.head_sha:
            return _head_moved(run, sha)
        case signals.PullOpened(number=number) if run.pr_number is None:
            return Decision(replace(run, pr_number=number), (_show(run), effects.ReadPull(run.id)))
        case signals.Approved() if not run.human_approved:
            return _approved(replace(run, human_approved=True), policy)
        case signals.ApprovalWithdrawn() if run.human_approved:
            return _approval_withdrawn(replace(run, human_approved=False), policy)
        case signals.ModeChosen(mode=mode) if mode != run.mode:
            return _mode_chosen(replace(run, mode=mode), policy)
        case signals.Paused() if not run.paused:
            return _paused(run)
        case signals.Resumed() if run.paused:
            return _go_on(replace(run, paused=False), run.phase, policy)
    if run.paused:
        return Decision(run)
    return _decide_in_phase(run, signal, policy)


def begin(run: Run, policy: Policy) -> Decision:
    """The first decision about a new run: code a task, or wait for the CI of an adopted pull request."""
    return _start_work(run, Work.TASK) if run.phase is Phase.CODING else _wait_for_ci(run)


def _decide_in_phase(run: Run, signal: signals.Signal, policy: Policy) -> Decision:
    match run.phase, signal:
        case _, signals.WorkFinished() | signals.WorkFailed() | signals.WorkRefused() if run.is_working:
            return _worked(run, signal, policy)
        case _, signals.Pushed(sha=sha) if run.is_working:
            return _pushed(run, sha, policy)
        case _, signals.FixAsked() if run.is_working:
            return Decision(replace(run, asked=True))
        case _, signals.ChangesRequested() if run.is_working:
            return Decision(replace(run, asked=run.mode is not Mode.INTERACTIVE or run.asked))

        case Phase.WAITING_CI, signals.CiPassed():
            return _ci_passed(run, policy)
        case Phase.AWAITING_HUMAN, signals.CiPassed() if run.wait in CI_WAITS:
            return _ci_passed(run, policy)
        case Phase.WAITING_CI, signals.CiFailed() as red:
            return _ci_failed(run, red, policy)
        case Phase.AWAITING_HUMAN, signals.CiFailed() as red if run.wait in _MAY_TURN_RED:
            return _ci_failed(run, red, policy)
        case Phase.WAITING_CI, signals.CiConflicted():
            return _fix_conflict(run, "It conflicts with its base branch, so CI does not run.", policy)
        case Phase.WAITING_CI, signals.CiStuck(cause="none") if policy.none_is_green:
            return _ci_passed(run, policy)
        case Phase.WAITING_CI, signals.CiStuck(cause=cause, why=why):
            return _await(run, _STUCK[cause], why)
        case Phase.WAITING_CI, signals.TimeRanOut(of="ci", minutes=minutes):
            return _await(run, Wait.CI_TOO_SLOW, f"CI has not come to an end in {minutes} minutes.")

        case Phase.REVIEWING, signals.ReviewFinished(score=score, blocking=blocking):
            return _reviewed(run, score, blocking, policy)
        case Phase.REVIEWING, signals.ReviewFailed(error=error):
            return _review_failed(run, error, policy)

        case Phase.MERGING, signals.MergeRefused(cause="conflict" | "behind", why=why):
            return _fix_conflict(run, why, policy)
        case Phase.MERGING, signals.MergeRefused(cause=cause, why=why):
            return _await(run, Wait.GATE if cause == "gate" else Wait.REFUSED, why)
        case Phase.AWAITING_HUMAN, signals.GatesMet() if run.wait is Wait.GATE:
            return _to_gates(run, policy)

        case _, signals.ChangesRequested(by=by):
            return _changes_requested(run, by, policy)
        case Phase.WAITING_CI | Phase.REVIEWING | Phase.AWAITING_HUMAN, signals.FixAsked(work=work):
            return _fix(run, work, policy)
        case Phase.WAITING_CI | Phase.AWAITING_HUMAN, signals.ReviewAsked():
            return _review(run)
        case Phase.AWAITING_HUMAN, signals.RetryAsked():
            return _go_on(replace(run, failures=0, signature=None), run.came_from or Phase.WAITING_CI, policy)
        case Phase.AWAITING_HUMAN, _:
            return Decision(run)
        case _, signals.EffectFailed(effect=effect, error=error):
            return _await(run, Wait.BROKEN, f"{effect} did not succeed: {error}")
        case _, signals.TimeRanOut(of="total", minutes=minutes):
            return _fail(run, f"It took more than {minutes} minutes in all.")
        case _:
            return Decision(run)


# What is too late


def _is_late(run: Run, signal: signals.Signal) -> bool:
    match signal:
        case signals.AboutCommit(sha=sha):
            return sha != run.head_sha
        case signals.ReviewFinished(sha=sha, attempt=attempt):
            return sha != run.head_sha or attempt != run.attempt
        case signals.AboutAttempt(attempt=attempt):
            return attempt != run.attempt
        case _:
            return False


def _keep_late_work(run: Run, signal: signals.Signal) -> tuple[effects.Effect, ...]:
    match signal:
        case signals.WorkFinished(commit=str(), attempt=attempt):
            return (effects.SetAside(run.id, attempt),)
        case _:
            return ()


def _reopened(run: Run, signal: signals.Signal) -> Decision:
    match signal:
        case signals.RetryAsked() if run.phase is not Phase.COMPLETED:
            fresh = replace(
                run, iteration=0, ci_iterations=0, review_iterations=0, failures=0, human_approved=False,
                paused=False, note=None, wait=None, signature=None, rerun_sha=None, trees=(), asked=False,
            )  # fmt: skip
            return _wait_for_ci(fresh) if run.pr_number else _start_work(fresh, Work.TASK)
        case _:
            return Decision(run, _keep_late_work(run, signal))


# CI


def _wait_for_ci(run: Run) -> Decision:
    waiting = replace(run, phase=Phase.WAITING_CI, wait=None, note=None)
    reads: tuple[effects.Effect, ...] = (_show(run),)
    if run.pr_number is None:
        reads += (effects.OpenPull(run.id),)
    if run.head_sha is not None:
        reads += (effects.ReadCi(run.id, run.head_sha),)
    return Decision(waiting, reads)


def _ci_passed(run: Run, policy: Policy) -> Decision:
    green = replace(run, signature=None)
    return _review(green) if policy.reviews else _to_gates(green, policy)


def _ci_failed(run: Run, red: signals.CiFailed, policy: Policy) -> Decision:
    if red.red_on_base:
        return _await(run, Wait.BASE_RED, red.red_on_base)
    if policy.rerun_failed_once and red.can_rerun and run.rerun_sha != red.sha:
        return Decision(replace(run, rerun_sha=red.sha), (effects.RerunCi(run.id, red.sha),))
    if run.mode is Mode.INTERACTIVE:
        return _await(run, Wait.CI_RED, red.summary)
    if run.ci_iterations > 0 and red.signature == run.signature:
        return _await(run, Wait.NO_PROGRESS, f"The last fix did not change what fails: {red.summary}")
    return _fix(replace(run, signature=red.signature), Work.CI, policy)


def _fix_conflict(run: Run, why: str, policy: Policy) -> Decision:
    if run.mode is Mode.INTERACTIVE:
        return _await(run, Wait.CONFLICT, why)
    return _fix(run, Work.CONFLICT, policy)


_MAY_TURN_RED = CI_WAITS - {Wait.CI_RED, Wait.CONFLICT, Wait.NO_PROGRESS}

_STUCK = {
    "needs_person": Wait.CI_NEEDS_PERSON,
    "cancelled": Wait.CI_CANCELLED,
    "missing": Wait.CI_MISSING,
    "none": Wait.NO_CI,
}


# Review and gates


def _review(run: Run) -> Decision:
    if run.head_sha is None:
        return Decision(run)
    reviewing = replace(run, phase=Phase.REVIEWING, wait=None, note=None, attempt=run.attempt + 1)
    return Decision(reviewing, (effects.StartReview(run.id, reviewing.attempt, run.head_sha), _show(run)))


def _reviewed(run: Run, score: float, blocking: int, policy: Policy) -> Decision:
    good = replace(run, failures=0)
    if score >= policy.min_review_score and blocking == 0:
        return _to_gates(good, policy)
    if run.mode is Mode.INTERACTIVE:
        return _await(good, Wait.FINDINGS, f"The review scored {score:.2f} with {blocking} blocking findings.")
    return _fix(good, Work.REVIEW, policy)


def _review_failed(run: Run, error: str, policy: Policy) -> Decision:
    if run.failures + 1 >= policy.executor_tries:
        return _await(replace(run, failures=0), Wait.BROKEN, f"The review could not be done: {error}")
    return _review(replace(run, failures=run.failures + 1))


def _to_gates(run: Run, policy: Policy) -> Decision:
    alone = run.mode is Mode.FULL_AUTO and policy.may_merge_alone
    if (alone or run.human_approved) and run.head_sha is not None:
        merging = replace(run, phase=Phase.MERGING, wait=None, note=None)
        return Decision(merging, (effects.Merge(run.id, run.head_sha), _show(run)))
    return _await(run, Wait.APPROVAL, None)


# Work


def _start_work(run: Run, work: Work) -> Decision:
    phase = {Work.TASK: Phase.CODING, Work.CI: Phase.FIXING_CI, Work.CONFLICT: Phase.FIXING_CI}
    started = replace(
        run,
        phase=phase.get(work, Phase.FIXING_REVIEW),
        work=work,
        attempt=run.attempt + 1,
        wait=None,
        note=None,
        asked=False,
    )
    return Decision(started, (effects.StartWork(run.id, started.attempt, work), _show(run)))


def _fix(run: Run, work: Work, policy: Policy) -> Decision:
    ci = run.ci_iterations + (work in {Work.CI, Work.CONFLICT})
    review = run.review_iterations + (work is Work.REVIEW)
    if ci > policy.max_ci_fixes:
        return _fail(run, f"CI is still not green after {run.ci_iterations} fixes.")
    if review > policy.max_review_fixes:
        return _fail(run, f"The review still finds something after {run.review_iterations} fixes.")
    if run.iteration + 1 > policy.max_iterations:
        return _fail(run, f"It took more than {policy.max_iterations} fixes in all.")
    counted = replace(run, iteration=run.iteration + 1, ci_iterations=ci, review_iterations=review)
    return _start_work(counted, work)


def _worked(
    run: Run, outcome: signals.WorkFinished | signals.WorkFailed | signals.WorkRefused, policy: Policy
) -> Decision:
    match outcome:
        case signals.WorkFailed(error=error):
            return _work_failed(run, error, policy)
        case signals.WorkRefused(why=why):
            return _await(run, Wait.REFUSED, why)
        case signals.WorkFinished(commit=None, summary=summary):
            return _await(run, Wait.NO_CHANGE, summary)
        case signals.WorkFinished(tree=tree) if tree in run.trees:
            return _await(run, Wait.NO_PROGRESS, "The executor brought back a state that was tried before.")
        case signals.WorkFinished(base_tree=base, tree=tree):
            trees = run.remembering(base, tree)
            return Decision(replace(run, trees=trees, failures=0), (effects.Push(run.id, run.attempt),))


def _work_failed(run: Run, error: str, policy: Policy) -> Decision:
    if run.failures + 1 >= policy.executor_tries:
        return _fail(replace(run, failures=0), f"The executor failed {policy.executor_tries} times: {error}")
    return _start_work(replace(run, failures=run.failures + 1), run.work or Work.TASK)


def _pushed(run: Run, sha: str, policy: Policy) -> Decision:
    pushed = replace(run, head_sha=sha, human_approved=False, rerun_sha=None)
    if run.asked and run.pr_number is not None:
        return _fix(pushed, Work.PEOPLE, policy)
    return _wait_for_ci(pushed)


# People


def _changes_requested(run: Run, by: str, policy: Policy) -> Decision:
    if run.mode is Mode.INTERACTIVE:
        return _await(run, Wait.CHANGES_ASKED, f"{by} asked for changes.")
    return _fix(_without_attempt(run), Work.PEOPLE, policy)


def _head_moved(run: Run, sha: str) -> Decision:
    stop = _stop(run)
    moved = replace(_without_attempt(run), head_sha=sha, human_approved=False, rerun_sha=None, asked=False)
    if run.paused:
        return Decision(replace(moved, phase=Phase.WAITING_CI, wait=None, note=None), (*stop, _show(run)))
    waiting, reads = _wait_for_ci(moved)
    return Decision(waiting, (*stop, *reads))


def _approved(run: Run, policy: Policy) -> Decision:
    if run.phase is Phase.AWAITING_HUMAN and not run.paused:
        return _to_gates(run, policy)
    return Decision(run, (_show(run),))


def _approval_withdrawn(run: Run, policy: Policy) -> Decision:
    if run.phase is Phase.MERGING and not run.paused:
        return _to_gates(run, policy)
    return Decision(run, (_show(run),))


def _mode_chosen(run: Run, policy: Policy) -> Decision:
    if run.paused:
        return Decision(run, (_show(run),))
    if run.phase is Phase.MERGING or (run.phase is Phase.AWAITING_HUMAN and run.wait is Wait.APPROVAL):
        return _to_gates(run, policy)
    if run.phase is Phase.AWAITING_HUMAN and run.wait in {Wait.CI_RED, Wait.CONFLICT, Wait.FINDINGS}:
        return _wait_for_ci(run)
    return Decision(run, (_show(run),))


def _paused(run: Run) -> Decision:
    stop = _stop(run)
    return Decision(replace(_without_attempt(run), paused=True), (*stop, _show(run)))


def _go_on(run: Run, phase: Phase, policy: Policy) -> Decision:
    """Enter `phase` again, with its effects: after a pause, or when a person says to try again."""
    if phase in {Phase.CODING, Phase.FIXING_CI, Phase.FIXING_REVIEW}:
        return _start_work(run, run.work or Work.TASK)
    if phase is Phase.REVIEWING:
        return _review(run)
    if phase is Phase.MERGING:
        return _to_gates(run, policy)
    if phase is Phase.AWAITING_HUMAN:
        return _to_gates(run, policy) if run.human_approved else Decision(run, (_show(run), effects.ReadPull(run.id)))
    return _wait_for_ci(run)


# Ends and waits


def _await(run: Run, wait: Wait, note: str | None) -> Decision:
    came_from = run.phase if run.phase is not Phase.AWAITING_HUMAN else run.came_from
    waiting = replace(run, phase=Phase.AWAITING_HUMAN, wait=wait, note=note, came_from=came_from)
    if waiting == run:
        return Decision(run)
    say = effects.Say(run.id, f"{wait}:{run.head_sha or '-'}:{run.attempt}")
    return Decision(waiting, (_show(run), say))


def _fail(run: Run, why: str) -> Decision:
    return _end(run, Phase.FAILED, why, effects.Say(run.id, f"failed:{run.head_sha or '-'}:{run.attempt}"))


def _end(run: Run, phase: Phase, note: str | None, *more: effects.Effect) -> Decision:
    ended = replace(_without_attempt(run), phase=phase, wait=None, note=note, paused=False, asked=False)
    return Decision(ended, (*_stop(run), _show(run), *more))


def _stop(run: Run) -> tuple[effects.Effect, ...]:
    busy = run.is_working or run.phase is Phase.REVIEWING
    return (effects.StopWork(run.id, run.attempt),) if busy else ()


def _without_attempt(run: Run) -> Run:
    """The run with the fence moved on, so that whatever is still working for it comes too late."""
    return replace(run, attempt=run.attempt + 1)


def _show(run: Run) -> effects.ShowStatus:
    return effects.ShowStatus(run.id)
