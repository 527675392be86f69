"""What a run does next. Every transition is a row of this file; `moves` says what entering a phase does.

GitHub repeats, reorders and redelivers, executors answer late: a signal that the phase is not waiting
for, or one about an older commit or attempt, leaves everything as it was.
"""

from __future__ import annotations

from dataclasses import replace

from app.lifecycle import (
    budget_answers,
    candidacy,
    ci_answers,
    effects,
    git_answers,
    late,
    merge_answers,
    moves,
    review_answers,
    signals,
    work_answers,
)
from app.lifecycle.moves import Decision
from app.lifecycle.policy import Policy
from app.lifecycle.run import WORKING, Mode, Phase, Run, Wait, Work

__all__ = ["Decision", "begin", "decide"]


def begin(run: Run, policy: Policy) -> Decision:
    """The first decision about a new run: code a task, leave it to candidates, or wait for an adopted one's CI."""
    if run.wait is Wait.CANDIDATES:
        return Decision(run, (moves.show(run),))
    return moves.start_work(run, Work.TASK) if run.phase is Phase.CODING else moves.wait_for_ci(run)


def decide(run: Run, signal: signals.Signal, policy: Policy) -> Decision:
    """Return the run after `signal`, and the effects that should follow."""
    return work_answers.answered(run, signal, merge_answers.called_off(run, _decide(run, signal, policy)))


def _decide(run: Run, signal: signals.Signal, policy: Policy) -> Decision:
    if run.is_terminal:
        may_reopen = isinstance(signal, signals.RetryAsked) and run.phase is not Phase.COMPLETED
        return moves.reopen(run) if may_reopen else Decision(run)
    if late.is_late(run, signal):
        return Decision(run, late.keep(run, signal))
    match signal:
        case signals.PullMerged(sha=sha):
            tidy = (effects.DeleteBranch(run.id),) if policy.delete_branch else ()
            merged = replace(run, head_sha=sha or run.head_sha)
            return moves.end(merged, Phase.COMPLETED, None, effects.CloseIssue(run.id), *tidy)
        case signals.PullClosed(why=why):
            return moves.end(run, Phase.CANCELED, why)
        case signals.Canceled(by=by):
            return moves.end(run, Phase.CANCELED, f"{by} canceled it.", *candidacy.dropped(run, policy))
        case signals.CandidatesAsked() | signals.CandidateTaken() | signals.Picked() | signals.Dropped():
            return candidacy.told(run, signal, policy)
        case signals.HeadMoved(sha=sha, by_person=False) if sha != run.head_sha and run.wait is Wait.LOOP:
            return Decision(_at(run, sha), (*late.voided(run), moves.show(run)))  # that is what it waits about
        case signals.HeadMoved(sha=sha) if sha != run.head_sha:
            return _head_moved(run, sha)
        case signals.BaseChanged():
            return _base_changed(run)
        case signals.PullOpened(number=number) if run.pr_number is None:
            return _opened(replace(run, pr_number=number))
        case signals.Approved() if not run.human_approved:
            return moves.weigh_again(replace(run, human_approved=True), policy)
        case signals.ApprovalWithdrawn() if run.human_approved:
            return moves.weigh_again(replace(run, human_approved=False), policy)
        case signals.ModeChosen(mode=mode) if mode is not run.mode:
            return moves.weigh_again(replace(run, mode=mode), policy)
        case signals.FindingsDeclined():
            return review_answers.declined(run, signal, policy)
        case signals.RequestsWithdrawn():
            return review_answers.withdrawn(run)
        case signals.Paused() if not run.paused:
            held, stop = moves.interrupt(run)
            return Decision(replace(held, paused=True), (*stop, moves.show(run)))
        case signals.Resumed() if run.paused and run.wait is Wait.BUDGET:
            return budget_answers.raised(replace(run, paused=False), policy)
        case signals.Resumed() if run.paused:
            return moves.go_on(replace(run, paused=False), policy)
        case signals.DraftChanged(draft=True) if run.is_merging and run.merge_way:
            return moves.await_person(run, Wait.GATE, "it is a draft")
        case signals.DraftChanged(draft=draft):
            return moves.become_draft(run) if draft else moves.weigh_again(run, policy)
        case signals.FixAsked(work=work) if run.is_working:
            return Decision(_keeping(run) if work is Work.PEOPLE else run)
    return _while_paused(run, signal) if run.paused else _in_phase(run, signal, policy)


def _in_phase(run: Run, signal: signals.Signal, policy: Policy) -> Decision:
    match run.phase, signal:
        case _, signals.WorkFinished() | signals.WorkFailed() | signals.WorkRefused() | signals.Pushed():
            return work_answers.worked(run, signal, policy)
        case _, signals.BudgetSpent():
            return budget_answers.spent(run, signal)
        case _, signals.BudgetRaised():
            return budget_answers.raised(run, policy)
        case _, signals.UpdateAsked() | signals.UndoAsked():
            return git_answers.asked(run, Work.UPDATE if isinstance(signal, signals.UpdateAsked) else Work.UNDO)
        case _, signals.UpdateConflicted():
            return git_answers.conflicted(run, signal, policy)
        case _, signals.CiPassed() | signals.CiFailed() | signals.CiConflicted() | signals.CiStuck():
            return ci_answers.ci_answered(run, signal, policy)
        case Phase.WAITING_CI, signals.PullLeft() if run.pr_number is None:
            return moves.await_person(run, Wait.OPENING, None)
        case Phase.WAITING_CI, signals.TimeRanOut(of="ci", minutes=minutes):
            return moves.await_person(run, Wait.CI_TOO_SLOW, f"CI has not come to an end in {minutes} minutes.")

        case _, signals.ReviewFinished() | signals.ReviewFailed():
            return review_answers.reviewed(run, signal, policy)
        case Phase.MERGING, signals.MergeLeft(way=way) if run.merge_way is not way:
            return Decision(replace(run, merge_way=way), (moves.show(run),))
        case Phase.MERGING, signals.MergeRefused():
            return merge_answers.refused(run, signal, policy)
        case Phase.AWAITING_HUMAN, signals.MergeRefused() if run.wait is Wait.GATE:
            return merge_answers.left_to_do(run, signal, policy)
        case Phase.AWAITING_HUMAN, signals.GatesMet() if run.wait is Wait.GATE:
            return moves.to_gates(run, policy)

        case _, signals.ProgramsFought(why=why) if run.wait is not Wait.LOOP:
            held, stop = moves.interrupt(run)
            return moves.after(stop, moves.await_person(held, Wait.LOOP, why))
        case _, signals.ChangesRequested() if run.is_working or run.wait is Wait.CANDIDATES:
            return Decision(run if run.mode is Mode.INTERACTIVE else _keeping(run))
        case _, signals.ChangesRequested(by=by) if run.mode is Mode.INTERACTIVE:
            held, stop = moves.interrupt(run)
            return moves.after(stop, moves.await_person(held, Wait.CHANGES_ASKED, f"{by} asked for changes."))
        case _, signals.ChangesRequested():
            return moves.after(moves.stop(run), moves.fix(run, Work.PEOPLE, policy))
        case _, signals.FixAsked(work=work):
            return moves.after(moves.stop(run), moves.fix(run, work, policy))
        case Phase.WAITING_CI | Phase.AWAITING_HUMAN, signals.ReviewAsked(reviewer=named) if policy.reviews or named:
            return review_answers.asked(run, named)
        case Phase.AWAITING_HUMAN, signals.RetryAsked() if run.wait is Wait.CANDIDATES:
            return Decision(run, (effects.CompareCandidates(run.id),))  # theirs is what is tried again
        case Phase.AWAITING_HUMAN, signals.RetryAsked():
            return moves.enter_again(moves.afresh(run), run.came_from or Phase.WAITING_CI, policy)

        case phase, signals.EffectFailed(effect=effect, error=error) if phase in _NEEDED_IN.get(effect, ()):
            held, stop = moves.interrupt(replace(run, asked=run.asked and not run.is_working))
            return moves.after(stop, moves.await_person(held, Wait.BROKEN, f"{effect} did not succeed: {error}"))
        case phase, signals.TimeRanOut(of="total", minutes=minutes) if phase is not Phase.AWAITING_HUMAN:
            return moves.fail(run, f"It took more than {minutes} minutes in all.")
        case _:
            return Decision(run)


_NEEDED_IN = {
    "StartWork": WORKING, "ImportWork": WORKING, "Push": WORKING, "StartReview": {Phase.REVIEWING},
    "ReadPull": {Phase.WAITING_CI}, "ReadCi": {Phase.WAITING_CI}, "RerunCi": {Phase.WAITING_CI},
    "OpenPull": {Phase.WAITING_CI}, "Merge": {Phase.MERGING},
    "TakeCandidate": {Phase.AWAITING_HUMAN},
}  # fmt: skip


def _opened(run: Run) -> Decision:
    """The pull request is there: it is looked at, and where it was waited for, its CI is waited for now."""
    waiting, asks = moves.wait_for_ci(run) if run.wait is Wait.OPENING else Decision(run, (moves.show(run),))
    return Decision(waiting, (*asks, effects.ReadPull(run.id)))


def _head_moved(run: Run, sha: str) -> Decision:
    """Whoever works is stopped; what people had asked of it is asked still."""
    held, stop = moves.interrupt(run)
    aside = (effects.SetAside(run.id, run.attempt),) if run.is_working else ()
    waiting, asks = moves.wait_for_ci(_at(replace(held, asked=run.owes_people), sha))
    return Decision(waiting, (*stop, *aside, *late.voided(run), *((moves.show(run),) if run.paused else asks)))


def _base_changed(run: Run) -> Decision:
    """What was approved, reviewed and tested is not what would be merged now; who works goes on, as CI comes after."""
    changed = replace(run, human_approved=False, rerun_sha=None)
    if run.is_working or run.wait in {Wait.LOOP, Wait.OPENING, Wait.CANDIDATES}:
        return Decision(changed, (moves.show(run),))
    held, stop = moves.interrupt(changed)
    waiting, asks = moves.wait_for_ci(replace(held, asked=run.owes_people))
    return Decision(waiting, (*stop, *((moves.show(run),) if run.paused else asks)))


def _at(run: Run, sha: str) -> Run:
    """The run at another head: what was known of the old one, or said to it, is not about this one."""
    return replace(run, head_sha=sha, human_approved=False, signature=None, rerun_sha=None)


def _while_paused(run: Run, signal: signals.Signal) -> Decision:
    """Nothing begins; what people ask for is kept for the end of the pause."""
    match signal:
        case signals.FixAsked(work=work):
            return Decision(replace(run, asked=True, work=work))
        case signals.ChangesRequested() if run.mode is not Mode.INTERACTIVE:
            return Decision(_keeping(run))
        case _:
            return Decision(run)


def _keeping(run: Run) -> Run:
    """The run with what people asked for in their words kept for later."""
    return replace(run, asked=True, work=run.work if run.is_working else Work.PEOPLE)
