"""Carries out effects: one function each, and what became known is its outcome.

The type checker points here when an effect has nobody to perform it.
"""

from __future__ import annotations

from typing import assert_never

import structlog

from app.errors import Refused
from app.lifecycle import effects
from app.lifecycle.run import BY_GIT
from app.perform import (
    adopting,
    breaking_down,
    by_git,
    comparing,
    config_check,
    describing,
    giving_up,
    hearing,
    importing,
    merge_later,
    merging,
    obeying,
    opening,
    places,
    posting,
    pushing,
    reading,
    reading_ci,
    reading_reviews,
    releasing,
    reviewing,
    showing_backlog,
    taking,
    tasking,
    telling,
    threads,
    trying,
    vouching,
    working,
)
from app.perform.world import Outcome, World
from app.workspace.failures import TokenRefused

log = structlog.get_logger(__name__)


async def perform(effect: effects.Effect, world: World) -> Outcome:
    """Do what the effect says; returns what is to be written in the transaction that ends its job.

    What is refused to a run that has ended (its repository is gone, its installation sleeps) nobody needs any more.
    """
    try:
        return await _perform(effect, world)
    except TokenRefused as error:
        world.github.auth.drop(error.token)
        raise
    except Refused as error:
        words = str(error)
        if not await world.database.read(lambda db: giving_up.nobody_waits(db, effect)):
            raise
        log.info("refused, and needed no more", kind=type(effect).__name__, error=words)
        return lambda db: giving_up.close(db, effect, words)


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
        case effects.StartWork() if effect.work in BY_GIT:
            return await by_git.start(effect, world)
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
            return await opening.open_pull(effect, world)
        case effects.DescribePull():
            return await describing.describe(effect, world)
        case effects.StartReview():
            return await reviewing.start(effect, world)
        case effects.PostReview():
            return await posting.post(effect, world)
        case effects.Merge():
            return await merging.merge(effect, world)
        case effects.CallOffMerge():
            return await merge_later.call_off(effect, world)
        case effects.Vouch():
            return await vouching.vouch(effect, world)
        case effects.DeleteBranch():
            return await merging.delete_branch(effect, world)
        case effects.CloseIssue():
            return await tasking.close_issue(effect, world)
        case effects.ShowStatus():
            return await telling.show_status(effect, world)
        case effects.CompareCandidates():
            return await comparing.compare(effect, world)
        case effects.TakeCandidate():
            return await taking.take(effect, world)
        case effects.DropCandidate():
            return await taking.drop(effect, world)
        case effects.Say():
            return await telling.say(effect, world)
        case effects.AnswerThreads():
            return await threads.answer(effect, world)
        case effects.Release():
            return await releasing.release(effect, world)
        case effects.CheckBranch():
            return await config_check.check_branch(effect, world)
        case effects.CheckConfig():
            return await config_check.check(effect, world)
        case effects.ReadConfig():
            return await reading.reread_config(effect, world)
        case effects.ConsiderPull():
            return await adopting.consider(effect, world)
        case effects.ConsiderIssue():
            return await tasking.consider(effect, world)
        case effects.ObeyComment():
            return await obeying.obey(effect, world)
        case effects.HearComments():
            return await hearing.hear(effect, world)
        case effects.BreakDown():
            return await breaking_down.start(effect, world)
        case effects.ShowBacklog():
            return await showing_backlog.show(effect, world)
        case effects.TryModel():
            return await trying.try_model(effect, world)
        case effects.FindPlaces():
            return await places.find(effect, world)
        case _:
            assert_never(effect)
