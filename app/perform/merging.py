"""Merge, DeleteBranch: exactly the commit that every gate holds for, and the branch only where that is safe."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app import advance, outbox
from app.errors import Conflict, Refused, Transient, UnknownEffect
from app.github import merging, pulls, repository
from app.lifecycle import effects, merge_ways, signals
from app.lifecycle.grounds import DECIDED, Grounds, changed
from app.lifecycle.merge_gate import Unmet
from app.lifecycle.run import MergeWay, Phase
from app.perform import gates, grounds, reading, seeing, telling, vouching
from app.perform.world import Outcome, Scope, World, nothing, of_run
from app.store import agentic_runs, audit, prs
from app.store.connection import Connection, Row

_NOTHING_TO_WAIT_FOR = ("clean status", "unstable status")
"""In these words GitHub says that auto-merge is not for what can be merged at once."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A commit that every gate holds for, how to merge it, and what that rests on. `row` is the pull request's."""

    scope: Scope
    row: Row
    effect: effects.Merge
    pull: pulls.Pull
    look: gates.Look
    method: merging.Method
    grounds: Grounds


async def merge(effect: effects.Merge, world: World) -> Outcome:
    """Check the gates with fresh facts, record the intent, merge with `sha`.

    An answer that got lost is never followed by a second try before the pull request was read again.
    """
    before = await world.database.read(lambda db: grounds.of(db, effect.run_id))
    scope = await of_run(world, effect.run_id)
    if before is None or scope is None or scope.pull is None or not before.is_merging or before.head_sha != effect.sha:
        return nothing
    pull = await pulls.get(scope.github, scope.pull["number"])
    is_same = pull.head_sha == effect.sha and scope.pull["base_branch"] in {None, pull.base_ref}
    if pull.merged or pull.state != "open" or not is_same:
        return lambda db: outbox.enqueue(db, effects.ReadPull(effect.run_id))
    config, note_config = await reading.fresh_config(world, scope.repo)
    row, scope = scope.pull, replace(scope, config=config)
    look = await gates.look(world, scope, pull)
    unmet = await gates.unmet(world, scope, look)
    if unmet:
        return _refused(effect, unmet, note_config)
    method = _method(scope.config.merge.method, look)
    ready = _Ready(scope, row, effect, pull, look, method or "merge", before)
    if look.rules.merge_queue:  # which sets the method itself
        return await _hand_over(world, ready, MergeWay.QUEUE)
    if method is None:
        why = "No merge method that the configuration names is allowed on this branch."
        return lambda db: _tell(db, effect.run_id, signals.MergeRefused(sha=effect.sha, cause="refused", why=why))
    if not await world.database.write(lambda db: _intend(db, ready, None)):
        return nothing
    await _say_that_every_gate_holds(world, ready, None)
    return await _merge(world, ready)


async def delete_branch(effect: effects.DeleteBranch, world: World) -> Outcome:
    """Delete the merged branch, unless somebody still needs it or it moved."""
    scope = await of_run(world, effect.run_id)
    if scope is None or scope.pull is None or scope.run.phase is not Phase.COMPLETED or scope.pull["is_fork"]:
        return nothing
    branch, info = scope.pull["branch"], await repository.info(scope.github)
    if branch in {scope.base_branch, info.default_branch} or info.delete_branch_on_merge:
        return nothing
    if await pulls.open_for_branch(scope.github, branch) or await pulls.open_into(scope.github, branch):
        return nothing
    await merging.delete_branch(scope.github, branch, scope.pull["latest_commit"])
    return nothing


async def _hand_over(world: World, at: _Ready, way: MergeWay, refused: Refused | None = None) -> Outcome:
    """Note that GitHub is asked, and ask it; what is there already by our own asking is as good as asked for."""
    number, sha = at.pull.number, at.effect.sha
    if not await world.database.write(lambda db: _intend(db, at, way)):
        return nothing
    await _say_that_every_gate_holds(world, at, way)
    try:
        if way is MergeWay.QUEUE:
            await merging.enqueue(at.scope.github, at.pull.node_id, sha)
        else:
            await merging.enable_auto(at.scope.github, at.pull.node_id, sha, at.method)
    except Refused as error:
        if any(state in str(error).lower() for state in _NOTHING_TO_WAIT_FOR):
            return await _merge(world, at, may_wait=False)
        now = await merging.standing(at.scope.github, number)
        is_there = now.in_queue if way is MergeWay.QUEUE else now.auto_by == world.us.login
        if not (is_there and now.head_sha == sha):
            return await _not_merged(at, refused or error)
    return nothing


async def _merge(world: World, at: _Ready, *, may_wait: bool = True) -> Outcome:
    """Merge. GitHub is told which commit, but not into which branch: that is looked at right before."""
    if (await pulls.get(at.scope.github, at.pull.number)).base_ref != at.pull.base_ref:
        return lambda db: outbox.enqueue(db, effects.ReadPull(at.effect.run_id))
    try:
        await merging.merge(at.scope.github, at.pull.number, at.effect.sha, at.method)
    except UnknownEffect as error:
        if not (await pulls.get(at.scope.github, at.pull.number)).merged:
            raise Transient(f"the merge's answer was lost and it did not happen: {error}") from error
    except Conflict as error:
        if (await pulls.get(at.scope.github, at.pull.number)).head_sha == at.effect.sha:
            raise Transient(f"GitHub says that the head moved, but it did not: {error}") from error
        return lambda db: outbox.enqueue(db, effects.ReadPull(at.effect.run_id))
    except Refused as error:
        if may_wait and await _may_wait(world, at, error):
            return await _hand_over(world, at, MergeWay.AUTO, error)
        return await _not_merged(at, error)
    return _merged(at)


async def _not_merged(at: _Ready, error: Refused) -> Outcome:
    """GitHub refused; a look at the pull request tells whether that is because somebody was faster."""
    now = await pulls.get(at.scope.github, at.pull.number)
    if now.merged:
        return _merged(at)
    if now.state != "open" or now.head_sha != at.effect.sha:
        return lambda db: outbox.enqueue(db, effects.ReadPull(at.effect.run_id))
    refused = signals.MergeRefused(sha=at.effect.sha, cause="refused", why=f"GitHub refused the merge: {error}")
    return lambda db: _tell(db, at.effect.run_id, refused)


def _merged(at: _Ready) -> Outcome:
    def merged(db: Connection) -> None:
        prs.change(db, at.row["id"], status="merged")
        advance.signal(db, at.effect.run_id, signals.PullMerged(sha=at.effect.sha))

    return merged


async def _may_wait(world: World, at: _Ready, error: Refused) -> bool:
    """Whether GitHub may merge by itself what it does not merge yet.

    Only where the branch demands our own check, without which GitHub merges no other commit than the one that
    dursor vouched for; and never beside what a person asked of GitHub.
    """
    if type(error) is not Refused or not merge_ways.ends_by_itself(str(error)):
        return False
    if not vouching.is_demanded(at.look.rules, world.us.app_id):
        return False
    if at.pull.auto_merge and (await merging.standing(at.scope.github, at.pull.number)).auto_by != world.us.login:
        return False
    return (await repository.info(at.scope.github)).allow_auto_merge


async def _say_that_every_gate_holds(world: World, at: _Ready, way: MergeWay | None) -> None:
    """The branch waits for our word, too."""
    if vouching.is_demanded(at.look.rules, world.us.app_id):
        await telling.every_gate_holds(world, at.scope, way)


def _refused(effect: effects.Merge, unmet: tuple[Unmet, ...], note_config: Outcome) -> Outcome:
    def outcome(db: Connection) -> None:
        note_config(db)
        seeing.note_gates(db, effect.run_id, effect.sha, unmet)
        run = advance.signal(db, effect.run_id, merge_ways.refusal(effect.sha, unmet))
        if run is not None and run.human_approved:  # perhaps by somebody who may not write any more
            outbox.enqueue(db, effects.ReadReviews(effect.run_id))

    return outcome


def _intend(db: Connection, at: _Ready, way: MergeWay | None) -> bool:
    """The last look, in the intent's transaction. Raises Transient where what the gates were judged by has changed.

    `way`: GitHub is to merge later. That is noted here, before it is asked, so that it can always be called off.
    """
    scope, effect = at.scope, at.effect
    how = f"method={at.method}" if way is None else f"by={way}"
    run, now = agentic_runs.find(db, effect.run_id), grounds.of(db, effect.run_id)
    new = changed(at.grounds, now) if now else DECIDED
    if run is None or (new and new <= DECIDED):
        return False
    if new:
        raise Transient(f"changed while the gates were looked at: {', '.join(sorted(new - DECIDED))}", after=1)
    seeing.note_gates(db, run.id, effect.sha, ())
    audit.record(
        db, task_id=scope.task["id"], run_id=run.id, phase=run.phase, action="MergeIntended", agent="system",
        input_summary=f"sha={effect.sha}, {how}", output_summary="every gate holds", duration_ms=None,
        success=True, error=None,
    )  # fmt: skip
    if way is not None:
        _tell(db, run.id, signals.MergeLeft(sha=effect.sha, way=way))
    return True


def _method(wanted: merging.Method, look: gates.Look) -> merging.Method | None:
    """The configured method where the repository and the branch allow it, else the first that both do."""
    order: list[merging.Method] = [wanted, "squash", "merge", "rebase"]
    allowed = look.seen.methods.intersection(look.rules.allowed_methods)
    return next((method for method in order if method in allowed), None)


def _tell(db: Connection, run_id: str, signal: signals.Signal) -> None:
    advance.signal(db, run_id, signal)
