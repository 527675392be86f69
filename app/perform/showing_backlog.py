"""ShowBacklog: the parts of an issue as one comment on it, written where it differs from what it says."""

from __future__ import annotations

from app import keys, words
from app.errors import Forbidden, NotFound
from app.github import comments
from app.lifecycle import effects
from app.perform import breaking_down, check_runs
from app.perform.world import Outcome, World, handle, nothing
from app.store import backlog, installations, repos, tasks
from app.store.connection import Connection, Row

_BEGUN = 0


async def show(effect: effects.ShowBacklog, world: World) -> Outcome:
    """Bring the checklist up to date; one that somebody deleted is made again when there is something new to say."""
    known = await world.database.read(lambda db: _known(db, effect))
    if known is None:
        return nothing
    repo, task, body = known
    digest = check_runs.digest(body)
    if task["comment_id"] and task["comment_shown"] == digest:
        return nothing
    await world.known.wait()
    github, number = handle(world, repo), effect.number
    made = None
    try:
        if task["comment_id"]:
            try:
                made = await comments.update(github, task["comment_id"], comments.marked(words.BACKLOG_MARKER, body))
            except NotFound:
                await world.database.write(lambda db: tasks.change(db, task["id"], comment_id=None))
        if made is None and task["comment_id"] == _BEGUN:
            world.be_sure(keys.lane_of(effect))
            made = await comments.ensure(github, number, words.BACKLOG_MARKER, body, world.us.bot_id or 0)
        elif made is None:
            await world.database.write(lambda db: tasks.change(db, task["id"], comment_id=_BEGUN))
            made = await comments.create(github, number, comments.marked(words.BACKLOG_MARKER, body))
    except (NotFound, Forbidden):  # the issue is gone, or its conversation locked
        return lambda db: tasks.change(db, task["id"], comment_id=task["comment_id"] or None)
    return lambda db: tasks.change(db, task["id"], comment_id=made.id, comment_shown=digest)


def _known(db: Connection, effect: effects.ShowBacklog) -> tuple[Row, Row, str] | None:
    """The repository, the task that the comment belongs to, and what it should say."""
    repo = repos.find(db, effect.repository_id)
    task = tasks.of_breakdown(db, repo["id"], effect.number) if repo else None
    if repo is None or task is None or not installations.may_work(db, repo["installation_id"]):
        return None
    last = breaking_down.latest(db, repo["id"], effect.number)
    return repo, task, words.backlog_comment(backlog.shown(db, repo["id"], effect.number), last)
