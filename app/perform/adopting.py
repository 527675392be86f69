"""ConsiderPull: take a pull request that the repository's configuration wants taken."""

from __future__ import annotations

from app import advance
from app.errors import NotFound
from app.github import pulls
from app.lifecycle import effects
from app.lifecycle.run import Mode
from app.perform import reading
from app.perform.world import Outcome, World, handle, nothing
from app.repo_config import Adopt
from app.store import agentic_runs, prs, repos, tasks
from app.store.connection import Connection, Row
from app.workspace import policy


async def consider(effect: effects.ConsiderPull, world: World) -> Outcome:
    """Adopt by label, author or paths. A fork's pull request waits for the word of somebody trusted."""
    repo = await world.database.read(lambda db: repos.find(db, effect.repository_id))
    if repo is None:
        return nothing
    github = handle(world, repo)
    try:
        pull = await pulls.get(github, effect.number)
    except NotFound:
        return nothing
    if pull.state != "open":
        return nothing
    config, note_config = await reading.fresh_config(world, repo)
    wanted = not pull.is_fork and is_wanted(config.trigger.adopt, pull)
    if not wanted and not pull.is_fork and config.trigger.adopt.paths:
        paths = policy.matcher(config.trigger.adopt.paths)
        wanted = any(paths.match_file(file.path) for file in await pulls.files(github, pull.number))

    def outcome(db: Connection) -> None:
        note_config(db)
        if wanted and not _was_given_up(db, repo, pull.number):
            adopt(db, repo, pull, config.mode)

    return outcome


def adopt(db: Connection, repo: Row, pull: pulls.Pull, mode: Mode) -> None:
    """Make a task and its run for a pull request that exists; one that is worked on already stays as it is."""
    run = agentic_runs.of_pull(db, repo["github_id"], pull.number)
    if run is not None and not run.is_terminal:
        return
    task_id = tasks.create(db, repo["id"], pull.title, mode)
    pr_id = prs.create(
        db,
        task_id,
        number=pull.number,
        url=pull.html_url,
        branch=pull.head_ref,
        title=pull.title,
        head_sha=pull.head_sha,
    )
    reading.note_pull(db, pr_id, pull)
    advance.begin(db, task_id, mode=mode, pr_number=pull.number, head_sha=pull.head_sha)


def is_wanted(adopt_: Adopt, pull: pulls.Pull) -> bool:
    """Whether a label or the author says that dursor should take it."""
    by_label = bool(set(adopt_.labels) & set(pull.labels))
    return by_label or (pull.author_login is not None and pull.author_login in adopt_.authors)


def _was_given_up(db: Connection, repo: Row, number: int) -> bool:
    """Whether a run of this pull request ended while it was open: then only a person begins another.

    One that was closed and opened again begins anew.
    """
    row = prs.in_repository(db, repo["id"], number)
    return row is not None and row["status"] == "open"
