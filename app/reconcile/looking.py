"""Compares what is known with GitHub, at the price of about one request for a repository where nothing changed.

One list of open pull requests, the last changed first, says which have changed since the last sweep; only those
are read. What such a list does not tell (CI, rules, the base) is read with every run once an hour.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import structlog

from app import outbox, repo_config
from app.errors import Refused, Transient
from app.github import pulls
from app.lifecycle import effects
from app.lifecycle.run import Phase, Run, Wait
from app.perform import adopting, reading
from app.perform.world import World, handle
from app.reconcile.memory import Memory
from app.store import agentic_runs, installations, prs, repos
from app.store.connection import Connection, Row, parse

log = structlog.get_logger(__name__)

EVERYTHING_AFTER = timedelta(hours=1)
"""After which a run is read whether anything seems to have changed or not; the same for what the App may see."""

IDLE_CONFIG_AFTER = timedelta(days=1)
"""After which a repository that has no configuration, where nothing is done, is asked whether it has one now."""

CONFIGS_AT_ONCE = 50
_SETTLED = timedelta(seconds=10)
_TROUBLES = 3


def call_off_again(db: Connection) -> None:
    """Queue what should have taken a merge back that GitHub was asked for, and was given up."""
    for run_id in agentic_runs.to_call_off(db):
        outbox.enqueue(db, effects.CallOffMerge(run_id))


async def look_again(world: World, memory: Memory) -> None:
    """Visit every repository that is worked in; look for others once an hour."""
    if memory.places_at is None or world.now() - memory.places_at > EVERYTHING_AFTER:
        await world.database.write(lambda db: outbox.enqueue(db, effects.FindPlaces()))
        memory.places_at = world.now()
    await world.database.write(call_off_again)
    live = await world.database.read(_live)
    memory.keep({run.id for runs in live.values() for run in runs})
    troubles, configs = 0, 0
    for repo in await world.database.read(_visited):
        runs = live.get(repo["github_id"], [])
        try:
            if configs < CONFIGS_AT_ONCE and _is_config_old(world, repo, is_idle=not runs):
                configs += 1
                await world.database.write((await reading.fresh_config(world, repo))[1])
            await _visit(world, memory, repo, runs)
            troubles = 0
        except Refused as error:  # out of reach: whether it is gone, a reading of each run finds out
            log.info("a repository could not be looked at", repository=repo["full_name"], error=str(error))
            await world.database.write(partial(_look, world=world, memory=memory, runs=runs, versions={}))
        except Transient as error:
            troubles += 1
            if troubles == _TROUBLES:
                raise
            log.info("a repository could not be looked at now", repository=repo["full_name"], error=str(error))


async def _visit(world: World, memory: Memory, repo: Row, runs: list[Run]) -> None:
    config = repo_config.from_json(
        (await world.database.read(lambda db: repos.by_id(db, repo["id"])) or repo)["config"]
    )
    adopt = config.trigger.adopt
    adopts = bool(adopt.authors or adopt.labels or adopt.paths)
    if runs or adopts:
        listed = await pulls.all_open(handle(world, repo))
        versions: dict[int, str | None] = {pull.number: pull.updated_at for pull in listed}
        await world.database.write(partial(_look, world=world, memory=memory, runs=runs, versions=versions))
        recently = world.now() - timedelta(seconds=3 * world.settings.sweep_seconds)
        for pull in listed:
            by_paths = bool(adopt.paths) and parse(pull.updated_at) > recently
            if not pull.is_fork and (by_paths or adopting.is_wanted(adopt, pull)):
                await world.database.write(partial(_consider, repo, pull.number))
    heard = memory.heard.get(repo["github_id"])
    if runs or repo["config"] or heard is None or world.now() - heard > EVERYTHING_AFTER:
        memory.heard[repo["github_id"]] = world.now()
        await world.database.write(lambda db: outbox.enqueue(db, effects.HearComments(repo["github_id"])))


def _look(db: Connection, *, world: World, memory: Memory, runs: list[Run], versions: dict[int, str | None]) -> None:
    """Queue the readings of each run that changed, or was not looked at for long; `versions` are of the open ones."""
    now = world.now()
    for run in runs:
        looked = memory.looked.get(run.id)
        is_due = looked is None or now - looked > EVERYTHING_AFTER
        if run.pr_number is not None:
            version = versions.get(run.pr_number)
            if run.merge_way is not None and run.is_merging:
                outbox.enqueue(db, effects.ReadPull(run.id))  # what GitHub's queue does changes nothing in a list
            if is_due or version is None or memory.versions.get(run.id) != version:
                outbox.enqueue(db, effects.ReadPull(run.id))
                outbox.enqueue(db, effects.ReadReviews(run.id))
                memory.versions[run.id] = version if _is_settled(version, now) else None
        if run.wait is Wait.OPENING:
            outbox.enqueue(db, effects.OpenPull(run.id))
        if is_due:
            memory.looked[run.id] = now
        if run.head_sha is not None and _waits_for_what_no_event_tells(db, run):
            outbox.enqueue(db, effects.ReadCi(run.id, run.head_sha))


def _waits_for_what_no_event_tells(db: Connection, run: Run) -> bool:
    """The checks of its base or of a gate; or CI, and the reading that was to look again is not there."""
    if run.phase is Phase.WAITING_CI:
        return run.head_sha is not None and not outbox.is_queued(db, effects.ReadCi(run.id, run.head_sha))
    return run.wait in {Wait.GATE, Wait.BASE_RED}


def _is_settled(version: str | None, now: datetime) -> bool:
    """Whether a change in the same second, which would look the same, cannot come any more."""
    return version is not None and now - parse(version) > _SETTLED


def _live(db: Connection) -> dict[int, list[Run]]:
    return {repo["github_id"]: agentic_runs.live(db, repo["github_id"]) for repo in repos.with_live_runs(db)}


def _visited(db: Connection) -> list[Row]:
    """Where the App may work, and where a run lives that may not know yet that it may not."""
    there = {row["id"]: row for row in repos.all_active(db) if installations.may_work(db, row["installation_id"])}
    return [*(there | {row["id"]: row for row in repos.with_live_runs(db)}).values()]


def _is_config_old(world: World, repo: Row, *, is_idle: bool) -> bool:
    read_at = repo["config_read_at"]
    age = IDLE_CONFIG_AFTER if is_idle and not repo["config"] else EVERYTHING_AFTER
    return read_at is None or world.now() - parse(read_at) > age


def _consider(repo: Row, number: int, db: Connection) -> None:
    """Consider one that nobody told us of, or that was closed when its run ended and is open again."""
    run = agentic_runs.of_pull(db, repo["github_id"], number)
    known = prs.in_repository(db, repo["id"], number)
    if run is None or (run.is_terminal and known is not None and known["status"] != "open"):
        outbox.enqueue(db, effects.ConsiderPull(repo["github_id"], number))
