"""Jobs: effects that were decided, performed one after another in each lane, settled in one transaction.

A job's outcome is written together with its end, and only by the holder of its latest claim. So an
effect may be performed twice after a crash (each is made to bear that), but its outcome counts once.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import get_args

import structlog
from pydantic import TypeAdapter, ValidationError

from app import keys, redact
from app.errors import DursorError, RateLimited, Refused, TooEarly, Transient, UserError
from app.lifecycle import effects
from app.payload import Repository
from app.store import jobs, repos, restarts
from app.store.connection import Connection
from app.store.database import Busy, Database

log = structlog.get_logger(__name__)

LEASE_SECONDS = 120.0
MAX_TRIES = 8
MAX_AT_ONCE = 4


Outcome = Callable[[Connection], None]
"""What became known, to be written in the transaction that ends the job."""

Perform = Callable[[effects.Effect], Awaitable[Outcome]]
GiveUp = Callable[[Connection, effects.Effect, str], None]

_KINDS = {kind.__name__: TypeAdapter(kind) for kind in get_args(effects.Effect)}


def enqueue(db: Connection, effect: effects.Effect, *, delay: float = 0) -> None:
    """Queue an effect, `delay` seconds from now. One that is queued already is not queued twice."""
    jobs.enqueue(db, type(effect).__name__, keys.key_of(effect), asdict(effect), lane=keys.lane_of(effect), delay=delay)


def is_queued(db: Connection, effect: effects.Effect) -> bool:
    """Whether an effect is queued, however late, or at work."""
    return jobs.is_open(db, keys.key_of(effect))


def put_back_all(db: Connection, give_up: GiveUp) -> set[str]:
    """Queue again what was at work when the last server ended: it held the data directory alone. Returns its lanes.

    A job under which server after server ended is a dead letter.
    """
    lanes = restarts.interrupted_lanes(db)
    for job in restarts.release_jobs(db):
        log.error("a job was at work whenever the server ended, and is set aside", kind=job.kind, key=job.key)
        try:
            effect = _effect(job)
        except Refused:
            continue
        give_up(db, effect, "the server ended again and again while it was at work")
    return lanes


def note_repository(db: Connection, repository: Repository, installation_id: int | None) -> str:
    """Store a repository as an event describes it; returns its row's id."""
    return repos.save(
        db, github_id=repository.id, full_name=repository.full_name, installation_id=installation_id,
        repo_url=repository.html_url, default_branch=repository.default_branch,
        workspace_path=f"mirrors/{repository.id}.git",
    )  # fmt: skip


async def run(database: Database, perform: Perform, give_up: GiveUp) -> None:
    """Perform jobs as they come due, until cancelled; those at work then are put back."""
    slots = asyncio.Semaphore(MAX_AT_ONCE)
    async with asyncio.TaskGroup() as group:
        while True:
            await slots.acquire()
            job = await _next(database)
            task = group.create_task(_work(database, perform, give_up, job))
            task.add_done_callback(lambda _: slots.release())


async def _next(database: Database) -> jobs.Job:
    while True:
        bell = database.bell()
        try:
            due = await database.read(jobs.next_due)
            if due is not None and due <= database.clock():
                job = await database.write(lambda db: jobs.claim(db, "here", LEASE_SECONDS))
                if job is not None:
                    return job
                # what is due waits for its lane, whose end rings the bell; what comes due meanwhile rings none
                due = await database.read(lambda db: jobs.next_due(db, later=True))
            wait = 30.0 if due is None else max(0.01, min(30.0, (due - database.clock()).total_seconds()))
            await bell.wait(timeout=wait)
            await database.write(jobs.expire)
        except Busy as busy:
            log.warning("the outbox waits for the database", error=str(busy))
            await asyncio.sleep(1)


async def _work(database: Database, perform: Perform, give_up: GiveUp, job: jobs.Job) -> None:
    keeper = asyncio.create_task(_keep_lease(database, job))
    try:
        await _perform(database, perform, give_up, job)
    except asyncio.CancelledError:
        await database.write(lambda db: jobs.put_back(db, job, delay=0, error="the server stopped", spent=False))
        raise
    except Busy as busy:  # the lease runs out by itself, and then it is done again
        log.warning("a job could not be settled", kind=job.kind, key=job.key, error=str(busy))
    finally:
        keeper.cancel()


async def _perform(database: Database, perform: Perform, give_up: GiveUp, job: jobs.Job) -> None:
    effect = None
    try:
        effect = _effect(job)
        outcome = await perform(effect)

        def settle(db: Connection) -> None:
            if jobs.finish(db, job):
                outcome(db)

        await database.write(settle)
        log.info("performed", kind=job.kind, key=job.key, attempt=job.attempts)
    except Busy:
        raise
    except (RateLimited, TooEarly) as wait:
        await _put_back(database, job, (wait.after or 60) * random.uniform(1.0, 1.1), str(wait), spent=False)
    except Exception as error:
        words = redact.text(str(error) or type(error).__name__)[:2000]
        hopeless = effect is None or isinstance(error, Refused | UserError) or job.attempts >= MAX_TRIES
        if not isinstance(error, DursorError):
            log.exception("a job broke", kind=job.kind, key=job.key)
        if hopeless:
            log.warning("a job was given up", kind=job.kind, key=job.key, error=words)
            await database.write(lambda db: _dead(db, give_up, job, effect, words))
        else:
            least = (error.after or 0) if isinstance(error, Transient) else 0
            await _put_back(database, job, max(least, backoff(job.attempts)), words, spent=True)


def backoff(attempt: int) -> float:
    """Seconds to wait after the nth try: doubling from one, at most five minutes, with jitter."""
    return min(300.0, 2.0 ** (attempt - 1)) * random.uniform(0.5, 1.0)


async def _put_back(database: Database, job: jobs.Job, delay: float, error: str, *, spent: bool) -> None:
    log.info("put back", kind=job.kind, key=job.key, seconds=round(delay, 1), error=error)
    await database.write(lambda db: jobs.put_back(db, job, delay=delay, error=error, spent=spent))


def _dead(db: Connection, give_up: GiveUp, job: jobs.Job, effect: effects.Effect | None, error: str) -> None:
    if jobs.give_up(db, job, error) and effect is not None:
        give_up(db, effect, error)


async def _keep_lease(database: Database, job: jobs.Job) -> None:
    while True:
        await asyncio.sleep(LEASE_SECONDS / 3)
        if not await database.write(lambda db: jobs.extend(db, job, LEASE_SECONDS)):
            return


def _effect(job: jobs.Job) -> effects.Effect:
    """The effect a job holds. Raises Refused for one that another version of dursor wrote."""
    kind = _KINDS.get(job.kind)
    if kind is None:
        raise Refused(f"this version of dursor does not know jobs of the kind {job.kind}")
    try:
        effect: effects.Effect = kind.validate_python(job.payload)
    except ValidationError as error:
        raise Refused(f"the job's payload does not fit: {error.error_count()} fields are wrong") from None
    return effect
