"""Carries out effects: one function each, and what became known is its outcome.

The type checker points here when an effect has nobody to perform it.
"""

from __future__ import annotations

from typing import assert_never

import structlog

from app import advance
from app.errors import Refused
from app.lifecycle import effects, signals
from app.perform import (
    adopting,
    importing,
    merging,
    obeying,
    pushing,
    reading,
    reading_ci,
    reading_reviews,
    reviewing,
    telling,
    working,
)
from app.perform.world import Outcome, World
from app.store import agentic_runs, reviews, runs
from app.store.connection import Connection

log = structlog.get_logger(__name__)


async def perform(effect: effects.Effect, world: World) -> Outcome:
    """Do what the effect says; returns what is to be written in the transaction that ends its job.

    What is refused to a run that has ended (its repository is gone, its installation sleeps) nobody needs any more.
    """
    try:
        return await _perform(effect, world)
    except Refused as error:
        words = str(error)
        if not await world.database.read(lambda db: _has_ended(db, effect)):
            raise
        log.info("refused, and needed no more", kind=type(effect).__name__, error=words)
        return lambda db: _close(db, effect, words)


async def _perform(effect: effects.Effect, world: World) -> Outcome:  # noqa: C901 - one flat row for each effect
    match effect:
        case effects.ReadPull():
            return await reading.read_pull(effect, world)
        case effects.ReadCi():
            return await reading_ci.read_ci(effect, world)
        case effects.RerunCi():
            return await reading_ci.rerun(effect, world)
        case effects.ReadReviews():
            return await reading_reviews.read_reviews(effect, world)
        case effects.StartWork():
            return await working.start(effect, world)
        case effects.StopWork():
            return await working.stop(effect, world)
        case effects.ImportWork():
            return await importing.import_(effect, world)
        case effects.Push():
            return await pushing.push(effect, world)
        case effects.SetAside():
            return await pushing.set_aside(effect, world)
        case effects.OpenPull():
            return await pushing.open_pull(effect, world)
        case effects.StartReview():
            return await reviewing.start(effect, world)
        case effects.Merge():
            return await merging.merge(effect, world)
        case effects.DeleteBranch():
            return await merging.delete_branch(effect, world)
        case effects.ShowStatus():
            return await telling.show_status(effect, world)
        case effects.Say():
            return await telling.say(effect, world)
        case effects.ConsiderPull():
            return await adopting.consider(effect, world)
        case effects.ObeyComment():
            return await obeying.obey(effect, world)
        case _:
            assert_never(effect)


def give_up(db: Connection, effect: effects.Effect, error: str) -> None:
    """An effect became a dead letter: a run that cannot go on without it waits for a person."""
    _close(db, effect, error)
    match effect:
        case (
            effects.ReadPull()
            | effects.ReadCi()
            | effects.StartWork()
            | effects.ImportWork()
            | effects.Push()
            | effects.OpenPull()
            | effects.StartReview()
            | effects.Merge()
        ):
            advance.signal(db, effect.run_id, signals.EffectFailed(effect=type(effect).__name__, error=error))
        case _:
            return


def _has_ended(db: Connection, effect: effects.Effect) -> bool:
    if isinstance(effect, effects.ConsiderPull | effects.ObeyComment):
        return False
    run = agentic_runs.find(db, effect.run_id)
    return run is None or run.is_terminal


def _close(db: Connection, effect: effects.Effect, error: str) -> None:
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
        case _:
            return
