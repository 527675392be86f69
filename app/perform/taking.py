"""TakeCandidate, DropCandidate: the one that was picked goes on in place of its task, and the others are closed."""

from __future__ import annotations

import contextlib

from app import advance, kin, outbox, words
from app.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from app.github import comments, merging, pulls
from app.github import commits as heads
from app.lifecycle import effects, signals
from app.lifecycle.run import Phase, Run
from app.perform import describing
from app.perform.world import Outcome, Scope, World, nothing, of_run
from app.store import agentic_runs, prs, reviews, runs
from app.store import candidates as store
from app.store.connection import Connection, Row
from app.workspace import commits, mirror
from app.workspace import push as pushes


async def take(effect: effects.TakeCandidate, world: World) -> Outcome:
    """Take it in, once; where that is refused, it is as if nobody had picked it, and people are told."""
    scope = await of_run(world, effect.run_id)
    if scope is None or scope.pull is None or scope.task["picked_at"] is None:
        return nothing
    parent = scope.task["parent_id"]
    leader = await world.database.read(lambda db: agentic_runs.of_task(db, parent))
    if leader is None or leader.is_terminal or scope.run.is_terminal:
        return nothing
    try:
        if scope.task["issue_number"] is not None:
            return await _for_issue(world, scope, leader, scope.pull)
        target = await world.database.read(lambda db: prs.of_task(db, parent))
        return await _for_pull(world, scope, leader, target) if target is not None else nothing
    except (Conflict, Forbidden, Invalid, NotFound) as error:
        return await _refused(world, scope, leader, str(error))


async def drop(effect: effects.DropCandidate, world: World) -> Outcome:
    """Close its pull request with one line, and delete its branch where nobody needs it or has pushed to it."""
    scope = await of_run(world, effect.run_id)
    if scope is None or scope.run.phase not in {Phase.CANCELED, Phase.FAILED}:
        return nothing
    await world.known.wait()
    pull = scope.pull
    with contextlib.suppress(NotFound, Forbidden):
        for number in await _open_of(world, scope):
            marker, said = f"<!-- dursor:dropped:{scope.run.id} -->", words.candidate_closed(scope.run.note or "")
            with contextlib.suppress(Forbidden):  # a locked conversation
                await comments.ensure(scope.github, number, marker, said, world.us.bot_id or 0)
            await pulls.update(scope.github, number, state="closed")
        await _delete_branch(world, scope)
    return lambda db: prs.change(db, pull["id"], status="closed") if pull is not None else None


def untake(db: Connection, run_id: str, error: str) -> None:
    """Note that a candidate could not be taken in: others can be."""
    row = agentic_runs.row_of(db, run_id)
    if row is None:
        return
    store.unpick(db, row["task_id"])
    advance.signal(db, run_id, signals.EffectFailed(effect="TakeCandidate", error=error))


async def _for_issue(world: World, scope: Scope, leader: Run, row: Row) -> Outcome:
    """Its pull request is no draft any more, and closes the issue."""
    pull = await pulls.get(scope.github, row["number"])
    if pull.state != "open":
        raise Conflict("its pull request is closed")
    if pull.draft:
        await pulls.mark_ready(scope.github, pull.node_id)
    wanted = await describing.text(world, scope)
    title = wanted.title if describing.differs(row, "title", pull.title, wanted.title) else None
    body = wanted.body if describing.differs(row, "body", pull.body, wanted.body) else None
    if title is not None or body is not None:
        described = describing.note(row, title, body)
        await world.database.write(lambda db: prs.change(db, row["id"], described=described))
        pull = await pulls.update(scope.github, row["number"], title=title, body=body)

    def taken(db: Connection) -> None:
        prs.change(db, row["id"], is_draft=0, title=pull.title, body=pull.body)
        advance.signal(db, leader.id, signals.CandidateTaken(number=scope.task["candidate"]))
        review = reviews.latest(db, scope.run.id)
        if review is not None:  # nobody was shown it while it was one of several
            outbox.enqueue(db, effects.PostReview(scope.run.id, review["attempt"]))
        advance.signal(db, scope.run.id, signals.Picked())
        outbox.enqueue(db, effects.ShowStatus(scope.run.id))
        kin.compare(db, leader.id)

    return taken


async def _for_pull(world: World, scope: Scope, leader: Run, target: Row) -> Outcome:
    """Its commit becomes the head of the pull request that it was made for, if that is where it began."""
    sha, number = scope.run.head_sha or "", scope.task["candidate"]
    base = await world.database.read(lambda db: runs.base_of_task(db, scope.task["id"]))
    if base is None or not sha:
        raise Conflict("it has no commit")
    repo = await mirror.refresh(world.root, str(scope.repo["github_id"]), await scope.remote(), [sha, base])
    workflows = await commits.unlike_parents(repo, sha, ".github/workflows")
    remote = await scope.remote(workflows=bool(workflows))
    await pushes.push(repo, remote, sha, f"refs/heads/{target['branch']}", base)

    def taken(db: Connection) -> None:
        prs.change(db, target["id"], latest_commit=sha)
        advance.signal(db, leader.id, signals.HeadMoved(sha=sha))
        kin.dismiss(db, scope.task["parent_id"])
        for other in store.live_runs(db, scope.task["parent_id"]):
            advance.signal(db, other, signals.Dropped(why=f"Candidate {number} was taken."))
        why = f"It was taken: its commit is the head of #{target['number']} now."
        advance.signal(db, scope.run.id, signals.Dropped(why=why))
        kin.compare(db, leader.id)

    return taken


async def _refused(world: World, scope: Scope, leader: Run, why: str) -> Outcome:
    leads = await of_run(world, leader.id)
    number = leads.number if leads is not None else None
    if number is not None:
        await world.known.wait()
        marker = f"<!-- dursor:not-taken:{scope.run.id}:{scope.task['picked_at']} -->"
        said = words.not_taken_after_all(scope.task["candidate"], why)
        with contextlib.suppress(NotFound, Forbidden):
            await comments.ensure(scope.github, number, marker, said, world.us.bot_id or 0)

    def outcome(db: Connection) -> None:
        untake(db, scope.run.id, why)
        kin.compare(db, leader.id)

    return outcome


async def _open_of(world: World, scope: Scope) -> list[int]:
    """The number of its pull request while that is open; where no answer told that it was opened, it is looked for."""
    if scope.pull is not None:
        pull = await pulls.get(scope.github, scope.pull["number"])
        return [pull.number] if pull.state == "open" else []
    found = await pulls.open_for_branch(scope.github, scope.branch)
    return [pull.number for pull in found if pull.author_is_bot and pull.author_login == world.us.login]


async def _delete_branch(world: World, scope: Scope) -> None:
    """A branch is deleted at a commit of ours, told to be there or not, and where no open pull request needs it."""
    head = await heads.branch_head(scope.github, scope.branch)
    is_ours = (
        head is not None and await world.database.read(lambda db: runs.is_ours(db, scope.run.id, head)) is not None
    )
    if head is None or not is_ours or scope.branch in {scope.base_branch, scope.repo["default_branch"]}:
        return
    if any(scope.branch in {pull.head_ref, pull.base_ref} for pull in await pulls.all_open(scope.github)):
        return
    with contextlib.suppress(Refused):  # a rule protects it
        await merging.delete_branch(scope.github, scope.branch, head)
