"""What GitHub forgot to tell us, asked for; deadlines become signals; what nobody needs any more is removed.

GitHub does not redeliver by itself and keeps deliveries for three days (docs.github.com, "Redelivering
webhooks"): at start and every few minutes the failed ones are asked for again, each GUID once at a time.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from functools import partial

import structlog

from app import advance, outbox, repo_config
from app.errors import DursorError
from app.github import pulls
from app.lifecycle import effects, signals
from app.lifecycle.run import Phase, Wait
from app.payload import Repository
from app.perform import adopting, reading, results
from app.perform.world import World, handle
from app.store import agentic_runs, deliveries, jobs, repos, reviews, runs, tasks
from app.store.connection import Connection, Row, parse
from app.workspace import trees

log = structlog.get_logger(__name__)

CONFIG_AGE = timedelta(hours=1)
KEEP_JOBS = timedelta(days=14)
KEEP_DELIVERIES = timedelta(days=30)
"""Ten times as long as GitHub can redeliver, so that a duplicate is always recognised."""


async def run(world: World) -> None:
    """Look after everything at start and every `SWEEP_SECONDS`, until cancelled."""
    while True:
        for what in (results.resume, look_again, deadlines, redeliver, find_missed, housekeeping):
            try:
                await what(world)
            except DursorError as error:
                log.warning("could not look after something", what=what.__name__, error=str(error))
            except Exception:
                log.exception("looking after something broke", what=what.__name__)
        await asyncio.sleep(world.settings.sweep_seconds)


async def look_again(world: World) -> None:
    """Compare every live run with GitHub, as if an event had come for each."""

    def enqueue(db: Connection) -> None:
        for live in agentic_runs.live(db):
            if live.pr_number is not None:
                outbox.enqueue(db, effects.ReadPull(live.id))
                outbox.enqueue(db, effects.ReadReviews(live.id))
            if live.wait is Wait.GATE and live.head_sha is not None:
                outbox.enqueue(db, effects.ReadCi(live.id, live.head_sha))

    await world.database.write(enqueue)


async def deadlines(world: World) -> None:
    """Turn minutes that ran out into signals."""

    def check(db: Connection) -> None:
        for live in agentic_runs.live(db):
            row = agentic_runs.row_of(db, live.id)
            task = tasks.find(db, row["task_id"]) if row else None
            repo = repos.by_id(db, task["repo_id"]) if task else None
            if row is None or repo is None or live.paused or live.phase is Phase.AWAITING_HUMAN:
                continue
            limits = repo_config.from_json(repo["config"]).limits
            in_phase = agentic_runs.spent(row, db)
            if live.phase is Phase.WAITING_CI and in_phase > 60 * limits.ci_minutes:
                advance.signal(db, live.id, signals.TimeRanOut(of="ci", minutes=int(limits.ci_minutes)))
            elif float(row["active_seconds"] or 0) + in_phase > 60 * limits.total_minutes:
                advance.signal(db, live.id, signals.TimeRanOut(of="total", minutes=int(limits.total_minutes)))

    await world.database.write(check)


async def redeliver(world: World) -> None:
    """Ask for each delivery that failed and that we do not have, however often it failed."""
    failed: dict[str, int] = {}
    async for delivery in world.github.deliveries(only_failed=True):
        failed.setdefault(delivery.guid, delivery.id)
    for guid in await world.database.read(lambda db: deliveries.unknown(db, failed)):
        log.info("asking for a delivery again", guid=guid)
        await world.github.redeliver(failed[guid])


async def find_missed(world: World) -> None:
    """Consider open pull requests that nobody told us of, where the configuration takes some by itself."""
    known = await world.database.read(repos.all_active)
    if not known:
        await _find_repositories(world)
        known = await world.database.read(repos.all_active)
    for repo in known:
        config = repo_config.from_json(repo["config"])
        if repo["config_read_at"] is None or world.now() - parse(repo["config_read_at"]) > CONFIG_AGE:
            config, note = await reading.fresh_config(world, repo)
            await world.database.write(note)
        adopt = config.trigger.adopt
        if adopt.authors or adopt.labels or adopt.paths:
            await _consider_missed(world, repo, adopt)


async def _consider_missed(world: World, repo: Row, adopt: repo_config.Adopt) -> None:
    recently = world.now() - timedelta(seconds=3 * world.settings.sweep_seconds)
    for pull in await pulls.all_open(handle(world, repo)):
        by_paths = bool(adopt.paths) and parse(pull.updated_at) > recently
        if not pull.is_fork and (by_paths or adopting.is_wanted(adopt, pull)):
            await world.database.write(partial(_consider, repo["github_id"], pull.number))


async def _find_repositories(world: World) -> None:
    """Note every repository of every installation, when none is known: the first events may have been lost."""
    for installation in await world.github.installations():
        if installation.is_suspended:
            continue
        for info in await world.github.installation_repositories(installation.id):
            found = Repository(
                id=info.id, full_name=info.full_name, default_branch=info.default_branch, html_url=info.clone_url
            )
            await world.database.write(
                partial(outbox.note_repository, repository=found, installation_id=installation.id)
            )


def _consider(repository_id: int, number: int, db: Connection) -> None:
    if agentic_runs.of_pull(db, repository_id, number) is None:
        outbox.enqueue(db, effects.ConsiderPull(repository_id, number))


async def housekeeping(world: World) -> None:
    """Remove the trees of work that ended, and jobs and deliveries that were done long ago."""
    await world.database.write(lambda db: jobs.forget_done(db, world.now() - KEEP_JOBS))
    await world.database.write(lambda db: deliveries.forget(db, world.now() - KEEP_DELIVERIES))
    folder = world.root / "worktrees"
    if not folder.is_dir():
        return
    busy = await world.database.read(lambda db: {row["id"] for row in (*runs.unfinished(db), *reviews.unfinished(db))})
    for tree in list(folder.iterdir()):
        if tree.name.lstrip(".").partition(".")[0] not in busy and _is_old(tree.lstat().st_mtime, world.now()):
            await trees.discard(tree)


def _is_old(modified: float, now: datetime) -> bool:
    return now.timestamp() - modified > 600
