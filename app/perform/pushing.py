"""Push, SetAside: our commit reaches the branch, or is kept beside it."""

from __future__ import annotations

from app import advance, outbox
from app.errors import Conflict, Forbidden
from app.lifecycle import effects, signals
from app.perform import movers
from app.perform.world import Outcome, Scope, World, nothing, of_run
from app.store import agentic_runs, prs, runs, tasks
from app.store.connection import Connection, Row
from app.workspace import commits, mirror
from app.workspace import push as pushes


async def push(effect: effects.Push, world: World) -> Outcome:
    """Push one commit to one branch, if the branch still is where the work began; done twice it is done once."""
    scope, row = await _read(world, effect.run_id, effect.attempt)
    if scope is None or row is None or row["commit_sha"] is None:
        return nothing
    if scope.run.attempt != effect.attempt or not scope.run.is_working or scope.run.paused:
        return nothing
    if scope.pull is not None and scope.pull["is_fork"]:
        why = "The branch is in a fork, where the App may not push."
        return lambda db: _refused(db, effect, row, why)
    is_new = tasks.is_candidate(scope.task) and not await world.database.read(
        lambda db: runs.last_pushed(db, effect.run_id)
    )
    workflows = await commits.unlike_parents(_mirror(world, scope), row["commit_sha"], ".github/workflows")
    if workflows and not await _may_write_workflows(scope):
        unwritten = _NO_WORKFLOWS.format(workflows[0])
        return lambda db: _refused(db, effect, row, unwritten)
    expected = None if scope.run.head_sha is None or is_new else row["base_ref"]
    remote = await scope.remote(workflows=bool(workflows))
    ref = f"refs/heads/{scope.branch}"
    try:
        await pushes.push(_mirror(world, scope), remote, row["commit_sha"], ref, expected)
    except Forbidden as error:
        why = f"GitHub refused the push: {error}"
        return lambda db: _refused(db, effect, row, why)
    except Conflict as error:
        where = await pushes.remote_sha(remote, ref)
        why = f"The push was refused: {error}"
        mover = await movers.of(world, scope, where) if where is not None else movers.UNKNOWN
        return lambda db: _lost_race(db, effect, row, where, expected, why, mover)

    def pushed(db: Connection) -> None:
        runs.change(db, row["id"], pushed_at=db.now)
        if scope.pull is not None:
            prs.change(db, scope.pull["id"], latest_commit=row["commit_sha"])
        run = advance.signal(db, effect.run_id, signals.Pushed(attempt=effect.attempt, sha=row["commit_sha"]))
        if run is not None and run.attempt != effect.attempt and run.pr_number is None:
            # interrupted meanwhile, and there is no pull request to read where its branch is
            advance.signal(db, effect.run_id, signals.HeadMoved(sha=row["commit_sha"]))

    return pushed


async def set_aside(effect: effects.SetAside, world: World) -> Outcome:
    """Push work that came too late to a branch of its own, so that nothing is lost; never for an ended run."""
    scope, row = await _read(world, effect.run_id, effect.attempt)
    if scope is None or row is None or row["commit_sha"] is None or scope.run.is_terminal or row["pushed_at"]:
        return nothing
    name = f"dursor/aside/{scope.run.pr_number or scope.task['id'][-12:]}-{effect.attempt}"
    try:
        await pushes.push(_mirror(world, scope), await scope.remote(), row["commit_sha"], f"refs/heads/{name}", None)
    except (Conflict, Forbidden) as error:
        words_ = f"Work that came too late could not be kept on a branch: {error}"
    else:
        words_ = f"Work that came too late was kept on the branch {name}."

    def kept(db: Connection) -> None:
        tasks.say(db, scope.task["id"], "system", words_, source=f"aside:{row['id']}")
        outbox.enqueue(db, effects.ShowStatus(effect.run_id))

    return kept


async def _read(world: World, run_id: str, attempt: int) -> tuple[Scope | None, Row | None]:
    scope = await of_run(world, run_id)
    return scope, await world.database.read(lambda db: runs.of_attempt(db, run_id, attempt))


async def _may_write_workflows(scope: Scope) -> bool:
    """Whether the installation grants it; a token from before that is exchanged for one made now."""
    token = await scope.github.token()
    if token.permissions.get("workflows") != "write":
        scope.github.app.drop(token.value)
        token = await scope.github.token()
    return token.permissions.get("workflows") == "write"


_NO_WORKFLOWS = (
    "The change touches {}, and the App may not write workflow files here. Grant it"
    ' "Workflows: read and write" in its settings and accept it for this installation, or make the change by hand.'
)


def _mirror(world: World, scope: Scope) -> mirror.Mirror:
    return mirror.at(world.root, scope.repo["github_id"])


def _refused(db: Connection, effect: effects.Push, row: Row, why: str) -> None:
    runs.change(db, row["id"], error=why)
    advance.signal(db, effect.run_id, signals.WorkRefused(attempt=effect.attempt, why=why))


def _lost_race(
    db: Connection, effect: effects.Push, row: Row, where: str | None, expected: str | None, why: str,
    mover: movers.Mover,
) -> None:  # fmt: skip
    """Somebody pushed or deleted the branch while we worked: what is there now decides.

    On a branch that should not be there yet that may be an earlier commit of ours, of which a dead server did not tell.
    """
    if where is None and expected is not None:
        advance.signal(db, effect.run_id, signals.PullClosed(why="The branch was deleted."))
    elif where is not None and expected is None and runs.is_ours(db, effect.run_id, where) is None:
        _refused(db, effect, row, f"There is a branch of that name already, which is not dursor's. {why}")
    elif where is not None and where != expected:
        if (run := agentic_runs.find(db, effect.run_id)) is not None and run.head_sha != where:
            movers.moved(db, run, where, mover)
        outbox.enqueue(db, effects.SetAside(effect.run_id, effect.attempt))
    else:
        _refused(db, effect, row, why)
