"""Release: the tokens of an ended run are given back, so that nobody can use what nobody needs."""

from __future__ import annotations

import structlog

from app.errors import DursorError, TooEarly
from app.lifecycle import effects
from app.perform.world import Outcome, World, nothing
from app.store import agentic_runs, jobs, repos, tasks
from app.store.connection import Connection, Row

log = structlog.get_logger(__name__)

LAST_WORDS = ("DeleteBranch", "DropCandidate", "Say", "ShowStatus")
LAST_WORDS_SECONDS = 3.0
"""What an ended run still does, and how long to wait for it before looking again."""


async def release(effect: effects.Release, world: World) -> Outcome:
    """Revoke the tokens of the run's repository, unless another run works there; a failure is nobody's trouble.

    Whoever asks for one after that has a new one minted. Raises TooEarly while the run has last words to say.
    """

    def read(db: Connection) -> Row | None:
        if jobs.wait_in(db, effect.run_id, LAST_WORDS):
            raise TooEarly("the run has more to do", after=LAST_WORDS_SECONDS)
        row = agentic_runs.row_of(db, effect.run_id)
        task = tasks.find(db, row["task_id"]) if row else None
        repo = repos.by_id(db, task["repo_id"]) if task else None
        return repo if repo is not None and not agentic_runs.live(db, repo["github_id"]) else None

    repo = await world.database.read(read)
    if repo is not None and repo["installation_id"] is not None:
        try:
            await world.github.release(repo["installation_id"], repo["github_id"])
        except DursorError as error:
            log.info("a token could not be revoked and ends by itself", repository=repo["full_name"], error=str(error))
    return nothing
