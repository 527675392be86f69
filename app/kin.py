"""What a step of a run means for the candidates it waits for, and a candidate's step for the run that waits."""

from __future__ import annotations

from app import outbox
from app.lifecycle import effects, signals
from app.lifecycle.run import Phase, Run, Wait
from app.store import agentic_runs, candidates, tasks
from app.store.connection import Connection, Row

Told = list[tuple[str, signals.Signal]]
"""Runs, by their ids, and what is to be told to them in the same transaction."""

_SHOW_SECONDS = 1.5


def follow(db: Connection, task: Row, before: Run, run: Run, what: signals.Signal) -> Told:
    """What others are told about a step that a run has made; their comparison is drawn again."""
    if task["parent_id"] is not None:
        return _of_candidate(db, task, before, run)
    return _of_leader(db, task, before, run, what)


def compare(db: Connection, leader_id: str) -> None:
    """Have the comparison drawn again, once for a burst of changes."""
    outbox.enqueue(db, effects.CompareCandidates(leader_id), delay=_SHOW_SECONDS)


def being_taken(db: Connection, leader_task: str) -> Row | None:
    """`task_id` and `run_id` of the candidate that was picked and is not taken in yet."""
    found = candidates.picked_run(db, leader_task)
    return found if found is not None and outbox.is_queued(db, effects.TakeCandidate(found["run_id"])) else None


def dismiss(db: Connection, leader_task: str) -> None:
    """Have what is left of candidates that were given up tidied away; they hear no signal any more."""
    for run_id in candidates.failed_runs(db, leader_task):
        outbox.enqueue(db, effects.DropCandidate(run_id))


def _of_candidate(db: Connection, task: Row, before: Run, run: Run) -> Told:
    leader = agentic_runs.of_task(db, task["parent_id"])
    if leader is None:
        return []
    if leader.wait is Wait.CANDIDATES or tasks.is_candidate(task):
        compare(db, leader.id)
    was_merged = run.phase is Phase.COMPLETED and before.phase is not Phase.COMPLETED
    if was_merged and leader.wait is Wait.CANDIDATES and leader.pr_number is None:  # a person took it on GitHub
        candidates.pick(db, task["id"])
        return [(leader.id, signals.CandidateTaken(number=task["candidate"]))]
    if run.is_terminal and leader.wait is Wait.CANDIDATES and task["picked_at"] is not None:
        candidates.unpick(db, task["id"])  # it ended before it was taken in: another can be
    return []


def _of_leader(db: Connection, task: Row, before: Run, run: Run, what: signals.Signal) -> Told:
    """Whatever ends it ends them; how much happens unasked, pauses and new tries are theirs too."""
    taking = being_taken(db, task["id"])
    live = [*candidates.live_runs(db, task["id"]), *([taking["run_id"]] if taking else [])]
    if run.is_terminal and not before.is_terminal:
        if taking:  # as if nobody had picked it
            candidates.unpick(db, taking["task_id"])
        dismiss(db, task["id"])
        told: signals.Signal = signals.Dropped(why=run.note or "What this was a candidate for has come to its end.")
    elif run.wait is Wait.CANDIDATES and isinstance(what, signals.RetryAsked):
        live, told = [*live, *candidates.failed_runs(db, task["id"])], what
    elif isinstance(what, signals.ModeChosen | signals.Paused | signals.Resumed):
        told = what
    else:
        return []
    if live:
        compare(db, run.id)
    return [(run_id, told) for run_id in live]
