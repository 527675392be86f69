"""ConsiderPull: take a pull request that the repository's configuration wants taken."""

from __future__ import annotations

from app import advance
from app.commands import table
from app.errors import NotFound
from app.github import pulls
from app.github import repository as repositories
from app.lifecycle import effects
from app.lifecycle.run import Mode
from app.perform import opening, reading, trust
from app.perform.world import Outcome, World, handle, nothing
from app.repo_config import Adopt, RepoConfig
from app.store import agentic_runs, heard, prs, repos, tasks
from app.store.connection import Connection, Row
from app.workspace import policy


async def consider(effect: effects.ConsiderPull, world: World) -> Outcome:
    """Adopt by author, label or paths. A fork's pull request waits for the word of somebody trusted."""
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
    adopt_ = config.trigger.adopt
    wanted = False
    if not pull.is_fork and table.OFF_LABEL not in {label.lower() for label in pull.labels}:
        wanted = pull.author_login in adopt_.authors or await _by_label(effect, world, github, pull, config)
        if not wanted and adopt_.paths and not pull.author_is_bot:
            paths = policy.matcher(adopt_.paths)
            wanted = any(paths.match_file(file.path) for file in await pulls.files(github, pull.number))

    def outcome(db: Connection) -> None:
        note_config(db)
        if wanted and not _was_given_up(db, repo, pull.number):
            adopt(db, repo, pull, config.mode, title=effect.title)

    return outcome


async def _by_label(
    effect: effects.ConsiderPull, world: World, github: repositories.Repository, pull: pulls.Pull, config: RepoConfig
) -> bool:
    """Whether it has a label that says so, put there by somebody who may command.

    People who may only triage can label too. Where no event told who it was, the author of the pull request answers
    for its labels.
    """
    names = set(config.trigger.adopt.labels) & set(pull.labels)
    if effect.by is not None:
        names &= set(effect.labels)
        who = trust.Who(effect.by, effect.by_id, effect.by.endswith("[bot]"))
    else:
        names -= await world.database.read(lambda db: heard.refused_labels(db, effect.repository_id, effect.number))
        who = trust.Who(pull.author_login or "ghost", pull.author_id, pull.author_is_bot)
    if not names or await trust.may_command(world, github, who, config.trust):
        return bool(names)
    await world.database.write(lambda db: heard.refuse_labels(db, effect.repository_id, effect.number, names))
    return False


def adopt(db: Connection, repo: Row, pull: pulls.Pull, mode: Mode, *, title: str | None = None) -> None:
    """Make a task and its run for a pull request that exists; one that is worked on already stays as it is.

    One from a branch of a task that began without a pull request is that task's.

    `title` is as it was when people saw it, and is what executors are told: a later edit is nobody's order.
    """
    run = agentic_runs.of_pull(db, repo["github_id"], pull.number)
    if run is not None and not run.is_terminal:
        return
    ours = None if pull.is_fork else agentic_runs.of_branch(db, repo["github_id"], pull.head_ref)
    task = tasks.of_run(db, ours.id) if ours else None
    if ours is not None and task is not None:
        opening.attach(db, task, ours.id, pull)
        return
    task_id = tasks.create(db, repo["id"], title or pull.title, mode)
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
