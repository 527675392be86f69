"""How a run enters a phase: what changes in it, and what it asks of the world. When it does so, `decide` says."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from app.lifecycle import effects
from app.lifecycle.policy import Policy
from app.lifecycle.run import Mode, Phase, Run, Wait, Work


class Decision(NamedTuple):
    """The run as it is now, and what it asks of the world."""

    run: Run
    effects: tuple[effects.Effect, ...] = ()


def wait_for_ci(run: Run, *, reviewed: bool = False) -> Decision:
    """Wait for the CI of the head; `reviewed` says that this commit needs no review after it."""
    waiting = replace(
        run, phase=Phase.WAITING_CI, wait=None, note=None, failures=0, work=_asked_work(run),
        came_from=Phase.REVIEWING if reviewed else None,
    )  # fmt: skip
    reads: tuple[effects.Effect, ...] = (show(run),)
    if run.pr_number is None:
        reads += (effects.OpenPull(run.id),)
    if run.head_sha is not None:
        reads += (effects.ReadCi(run.id, run.head_sha),)
    return Decision(waiting, reads)


def review(run: Run, reviewer: str | None = None) -> Decision:
    """Have the head reviewed, under a new attempt, by the reviewer that was named or else by the configured one."""
    if run.head_sha is None:
        return Decision(run)
    reviewing = replace(run, phase=Phase.REVIEWING, wait=None, note=None, attempt=run.attempt + 1)
    return Decision(reviewing, (effects.StartReview(run.id, reviewing.attempt, run.head_sha, reviewer), show(run)))


def to_gates(run: Run, policy: Policy) -> Decision:
    """Merge, where the mode allows that alone or a person approved this very commit; ask for approval otherwise.

    A candidate waits to be taken.
    """
    if policy.is_candidate:
        return await_person(run, Wait.CANDIDATE, None)
    alone = run.mode is Mode.FULL_AUTO and policy.may_merge_alone
    if (alone or run.human_approved) and run.head_sha is not None:
        merging = replace(run, phase=Phase.MERGING, wait=None, note=None)
        return Decision(merging, (effects.Merge(run.id, run.head_sha), show(run)))
    return await_person(run, Wait.APPROVAL, None)


def fix(run: Run, work: Work, policy: Policy) -> Decision:
    """Count a fix and begin it; a fix over its limit ends the run instead."""
    ci = run.ci_iterations + (work in {Work.CI, Work.CONFLICT})
    reviews = run.review_iterations + (work is Work.REVIEW)
    if ci > policy.max_ci_fixes:
        return fail(run, f"CI is still not green after {run.ci_iterations} fixes.")
    if reviews > policy.max_review_fixes:
        return fail(run, f"The review still finds something after {run.review_iterations} fixes.")
    if run.iteration + 1 > policy.max_iterations:
        return fail(run, f"It took more than {policy.max_iterations} fixes in all.")
    counted = replace(run, iteration=run.iteration + 1, ci_iterations=ci, review_iterations=reviews, failures=0)
    return start_work(counted, work)


def fix_what_was_asked(run: Run, policy: Policy) -> Decision:
    """Begin what people asked for while it could not begin."""
    return fix(run, _asked_work(run) or Work.PEOPLE, policy)


def start_work(run: Run, work: Work) -> Decision:
    """Hand the branch to an executor, under a new attempt; it is given everything people said so far."""
    phases = {Work.TASK: Phase.CODING} | dict.fromkeys((Work.CI, Work.CONFLICT, Work.UPDATE), Phase.FIXING_CI)
    started = replace(
        run, phase=phases.get(work, Phase.FIXING_REVIEW), work=work, attempt=run.attempt + 1, wait=None, note=None,
        asked=False,
    )  # fmt: skip
    return Decision(started, (effects.StartWork(run.id, started.attempt, work), show(run)))


def enter_again(run: Run, phase: Phase, policy: Policy) -> Decision:
    """Enter a phase that was left, with its effects."""
    match phase:
        case Phase.CODING | Phase.FIXING_CI | Phase.FIXING_REVIEW:
            return start_work(run, run.work or Work.TASK)
        case Phase.REVIEWING if policy.reviews:
            return review(run)
        case Phase.REVIEWING | Phase.MERGING:
            return to_gates(run, policy)
        case _:
            return wait_for_ci(run)


def go_on(run: Run, policy: Policy) -> Decision:
    """End a pause: begin what people asked for meanwhile, or enter the phase again."""
    if run.asked and not run.is_working:
        return fix_what_was_asked(run, policy)
    if run.phase is not Phase.AWAITING_HUMAN:
        return enter_again(run, run.phase, policy)
    return after((effects.ReadPull(run.id),), weigh_again(run, policy))


def weigh_again(run: Run, policy: Policy) -> Decision:
    """Decide again what an approval or a mode decides: they are not what they were."""
    if run.paused or run.phase not in {Phase.AWAITING_HUMAN, Phase.MERGING}:
        return Decision(run, (show(run),))
    unasked = run.mode is not Mode.INTERACTIVE
    if run.phase is Phase.MERGING or run.human_approved or run.wait in {Wait.APPROVAL, Wait.CANDIDATE}:
        weighed = to_gates(run, policy)
    elif unasked and run.wait is Wait.CHANGES_ASKED:
        weighed = fix(run, Work.PEOPLE, policy)
    elif works_unasked(run, policy) and run.wait in {Wait.CI_RED, Wait.CONFLICT, Wait.FINDINGS}:
        weighed = wait_for_ci(run)
    else:
        weighed = Decision(run)
    return weighed if weighed.effects else Decision(run, (show(run),))


def works_unasked(run: Run, policy: Policy) -> bool:
    """Whether a red CI, a conflict or a review is answered with a fix that nobody asked for."""
    return run.mode is not Mode.INTERACTIVE and not policy.is_draft


def become_draft(run: Run) -> Decision:
    """Stop what nobody asked for by name; what CI says of the head is waited for, as before the fix."""
    if not run.has_work or run.work not in {Work.CI, Work.CONFLICT, Work.REVIEW}:
        return Decision(run, (show(run),))
    held, stopped = interrupt(run)
    waiting, asks = wait_for_ci(replace(held, signature=None))
    return Decision(waiting, (*stopped, *((show(run),) if run.paused else asks)))


def afresh(run: Run) -> Run:
    """The run with fresh allowances: no counter, failure or tree of the past is held against it."""
    return replace(
        run, iteration=0, ci_iterations=0, review_iterations=0, failures=0, signature=None, rerun_sha=None, trees=(),
    )  # fmt: skip


def reopen(run: Run) -> Decision:
    """Begin an ended run again. What was approved before its end is not approved any more."""
    reopened = replace(afresh(run), human_approved=False, paused=False, asked=False, note=None, wait=None)
    return wait_for_ci(reopened) if run.pr_number else start_work(reopened, Work.TASK)


def await_person(run: Run, wait: Wait, note: str | None) -> Decision:
    """Wait for a person, saying why; to wait for the same thing again says nothing new."""
    came_from = run.phase if run.phase is not Phase.AWAITING_HUMAN else run.came_from
    waiting = replace(run, phase=Phase.AWAITING_HUMAN, wait=wait, note=note, came_from=came_from)
    if waiting == run:
        return Decision(run)
    # said first: to ask for an approval, the gates are looked at, and the status shows them then
    asks: tuple[effects.Effect, ...] = (effects.Say(run.id, f"{wait}:{_place(run)}"), show(run))
    if run.phase in {Phase.REVIEWING, Phase.MERGING} and run.head_sha is not None:
        asks += (effects.ReadCi(run.id, run.head_sha),)  # it may have turned red while nobody listened
    return Decision(waiting, asks)


def fail(run: Run, why: str) -> Decision:
    """Give up, and say why."""
    return end(run, Phase.FAILED, why, effects.Say(run.id, f"failed:{_place(run)}"))


def end(run: Run, phase: Phase, note: str | None, *more: effects.Effect) -> Decision:
    """Enter a terminal phase; whatever still works for the run is stopped, and its tokens are given back last."""
    ended = replace(run, phase=phase, wait=None, note=note, paused=False, asked=False, attempt=run.attempt + 1)
    return Decision(ended, (*stop(run), show(run), *more, effects.Release(run.id)))


def interrupt(run: Run) -> tuple[Run, tuple[effects.Effect, ...]]:
    """The run with its executor or reviewer stopped and fenced off: whatever it still reports comes too late."""
    return (replace(run, attempt=run.attempt + 1), stop(run)) if run.is_busy else (run, ())


def stop(run: Run) -> tuple[effects.Effect, ...]:
    """The end of the executor or reviewer that works for the run, if any does."""
    return (effects.StopWork(run.id, run.attempt),) if run.is_busy else ()


def after(first: tuple[effects.Effect, ...], then: Decision) -> Decision:
    """The same decision, with effects before its own."""
    return Decision(then.run, (*first, *then.effects))


def show(run: Run) -> effects.ShowStatus:
    """Bring what people see up to date."""
    return effects.ShowStatus(run.id)


def _asked_work(run: Run) -> Work | None:
    """What was asked for: of what people say while an executor works, only their words are kept."""
    return Work.PEOPLE if run.asked and run.is_working else run.work


def _place(run: Run) -> str:
    return f"{run.head_sha or '-'}:{run.attempt}"
