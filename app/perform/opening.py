"""OpenPull: the pull request of a task that began without one."""

from __future__ import annotations

import contextlib

from app import advance, outbox, words
from app.errors import Forbidden, Invalid, NotFound
from app.github import comments, pulls
from app.lifecycle import effects, signals
from app.lifecycle.run import Phase, Run, Wait
from app.perform import describing, reading, trust
from app.perform.world import Outcome, Scope, World, nothing, of_run
from app.store import preferences, prs, tasks
from app.store.connection import Connection, Row


async def open_pull(effect: effects.OpenPull, world: World) -> Outcome:
    """Open the pull request of a run that has pushed its branch, and tell its issue; one that is open is taken.

    Where people are to open it, the run is told so, and waits for it.
    """
    scope = await of_run(world, effect.run_id)
    if scope is None or not _lacks_pull(scope.run):
        return nothing
    is_candidate = tasks.is_candidate(scope.task)
    pull = await _open_already(world, scope)
    text: describing.Text | None = None
    if pull is None:
        if scope.run.phase is not Phase.WAITING_CI and scope.run.wait is not Wait.OPENING:
            return nothing
        if (
            not is_candidate
            and await world.database.read(lambda db: preferences.load(db)["default_pr_creation_mode"]) == "link"
        ):
            return lambda db: _tell(db, effect.run_id, signals.PullLeft())
        text = await describing.text(world, scope)
        pull = await _create(scope, text, draft=is_candidate)
    issue, opened = scope.task["issue_number"], pull
    if issue is not None and not is_candidate:
        with contextlib.suppress(NotFound, Forbidden):  # deleted meanwhile, or locked
            marker = f"<!-- dursor:opened:{effect.run_id} -->"
            await comments.ensure(scope.github, issue, marker, words.pull_opened(pull.number), world.us.bot_id or 0)
    is_ours = opened.author_is_bot and opened.author_login == world.us.login
    if is_ours and text is None:  # opened before, and the answer to that was lost
        text = await describing.text(world, scope)
    described = describing.note(None, text.title, text.body) if is_ours and text else None
    return lambda db: attach(db, scope.task, effect.run_id, opened, described=described)


def attach(db: Connection, task: Row, run_id: str, pull: pulls.Pull, *, described: str | None = None) -> None:
    """Make a pull request that exists the one of a run that had none. `described`: digests of our words in it."""
    known = prs.of_task(db, task["id"])
    if known is None:
        pr_id = prs.create(
            db, task["id"], number=pull.number, url=pull.html_url, branch=pull.head_ref, title=pull.title,
            head_sha=pull.head_sha,
        )  # fmt: skip
        reading.note_pull(db, pr_id, pull)
        prs.change(db, pr_id, described=described)
    run = advance.signal(db, run_id, signals.PullOpened(number=pull.number))
    if run is not None and run.phase is Phase.WAITING_CI:
        outbox.enqueue(db, effects.ReadCi(run_id, pull.head_sha))


async def _create(scope: Scope, text: describing.Text, *, draft: bool) -> pulls.Pull:
    """Open it; where GitHub has no drafts (a private repository without the plan for it), as it can be."""
    try:
        return await pulls.create(
            scope.github, title=text.title, body=text.body, head=scope.branch, base=scope.base_branch, draft=draft
        )
    except Invalid as error:
        if not draft or "draft" not in str(error).lower():
            raise
        return await _create(scope, text, draft=False)


def _lacks_pull(run: Run) -> bool:
    return not run.is_terminal and run.pr_number is None and run.head_sha is not None


async def _open_already(world: World, scope: Scope) -> pulls.Pull | None:
    """What is open from our branch, into the branch it is meant for, or into another by the wish of somebody trusted.

    Whoever may read a repository can open a pull request from a branch of it. A fork's branch is not ours.
    """
    found = await pulls.open_for_branch(scope.github, scope.branch)
    for pull in found:
        if pull.base_ref == scope.base_branch:
            return await pulls.get(scope.github, pull.number)
    for pull in found:
        who = trust.Who(pull.author_login or "ghost", pull.author_id, pull.author_is_bot)
        if await trust.may_command(world, scope.github, who, scope.config.trust):
            return await pulls.get(scope.github, pull.number)
    return None


def _tell(db: Connection, run_id: str, what: signals.Signal) -> None:
    advance.signal(db, run_id, what)
