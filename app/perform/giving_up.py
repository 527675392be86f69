"""What follows when an effect is given up: its row is closed, and a run that cannot go on without it is told."""

from __future__ import annotations

from app import advance
from app.lifecycle import effects, signals
from app.perform import splitting, taking
from app.store import agentic_runs, reviews, runs
from app.store.connection import Connection


def give_up(db: Connection, effect: effects.Effect, error: str) -> None:
    """An effect became a dead letter: a run that cannot go on without it waits for a person."""
    close(db, effect, error)
    name = type(effect).__name__
    match effect:
        case effects.ReadPull(run_id=run_id) | effects.OpenPull(run_id=run_id):
            failed = signals.EffectFailed(effect=name, error=error)
        case (
            effects.ReadCi(run_id=run_id, sha=sha)
            | effects.RerunCi(run_id=run_id, sha=sha)
            | effects.Merge(run_id=run_id, sha=sha)
        ):
            failed = signals.EffectFailed(effect=name, error=error, sha=sha)
        case (
            effects.StartWork(run_id=run_id, attempt=attempt)
            | effects.ImportWork(run_id=run_id, attempt=attempt)
            | effects.Push(run_id=run_id, attempt=attempt)
            | effects.StartReview(run_id=run_id, attempt=attempt)
        ):
            failed = signals.EffectFailed(effect=name, error=error, attempt=attempt)
        case effects.TakeCandidate(run_id=run_id):
            taking.untake(db, run_id, error)
            return
        case _:
            return
    advance.signal(db, run_id, failed)


_OF_NO_RUN = (
    effects.ReadConfig
    | effects.CheckBranch
    | effects.CheckConfig
    | effects.ConsiderPull
    | effects.ConsiderIssue
    | effects.Vouch
    | effects.ObeyComment
    | effects.HearComments
    | effects.ShowBacklog
    | effects.TryModel
    | effects.FindPlaces
)


def nobody_waits(db: Connection, effect: effects.Effect) -> bool:
    """Whether the run an effect was for has ended, so that nobody misses it."""
    if isinstance(effect, _OF_NO_RUN | effects.BreakDown):
        return False
    run = agentic_runs.find(db, effect.run_id)
    return run is None or run.is_terminal


def close(db: Connection, effect: effects.Effect, error: str) -> None:
    """End the executor run or review that an effect was to begin or to take in."""
    match effect:
        case effects.StartWork(run_id=run_id, attempt=attempt) | effects.ImportWork(run_id=run_id, attempt=attempt):
            row = runs.of_attempt(db, run_id, attempt)
            if row is not None and row["status"] in {"queued", "running"}:
                runs.end(db, row["id"], "failed", error=error)
        case effects.StartReview(run_id=run_id, attempt=attempt):
            row = reviews.of_attempt(db, run_id, attempt)
            if row is not None and row["status"] in {"queued", "running"}:
                reviews.end(db, row["id"], "failed", error=error)
        case effects.BreakDown(run_id=run_id):
            row = runs.find(db, run_id)
            if row is not None and row["status"] in {"queued", "running"}:
                splitting.fail(db, row, error)
        case _:
            return
