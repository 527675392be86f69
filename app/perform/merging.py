"""Merge, DeleteBranch: exactly the commit that every gate holds for, and the branch only where that is safe."""

from __future__ import annotations

from app import advance, outbox, words
from app.errors import Conflict, Refused, Transient, UnknownEffect
from app.github import merging, pulls, repository
from app.lifecycle import effects, signals
from app.lifecycle.merge_gate import Gate, Unmet
from app.lifecycle.run import Phase
from app.perform import gates, reading, seeing, telling
from app.perform.world import Outcome, Scope, World, nothing, of_run
from app.store import agentic_runs, audit, prs
from app.store.connection import Connection


async def merge(effect: effects.Merge, world: World) -> Outcome:
    """Check the gates with fresh facts, record the intent, merge with `sha`.

    An answer that got lost is never followed by a second try before the pull request was read again.
    """
    scope = await of_run(world, effect.run_id)
    if scope is None or scope.pull is None or not _may_merge(scope, effect.sha):
        return nothing
    pull = await pulls.get(scope.github, scope.pull["number"])
    if pull.merged or pull.state != "open" or pull.head_sha != effect.sha:
        return lambda db: outbox.enqueue(db, effects.ReadPull(effect.run_id))
    config, note_config = await reading.fresh_config(world, scope.repo)
    scope = Scope(scope.run, scope.row, scope.task, scope.repo, scope.pull, config, scope.github)
    look = await gates.look(world, scope, pull)
    unmet = await gates.unmet(world, scope, look)
    if unmet:
        return _refused(effect, unmet, note_config)
    method = _method(scope.config.merge.method, look)
    if method is None:
        why = "No merge method that the configuration names is allowed on this branch."
        return lambda db: _tell(db, effect.run_id, signals.MergeRefused(sha=effect.sha, cause="refused", why=why))
    if not await world.database.write(lambda db: _intend(db, scope, effect, method)):
        return nothing
    if scope.pull is not None and any(required.context == words.CHECK_NAME for required in look.rules.required):
        await telling.every_gate_holds(world, scope, scope.pull)  # the branch waits for our word, too
    return await _merge(scope, effect, pull, method)


async def delete_branch(effect: effects.DeleteBranch, world: World) -> Outcome:
    """Delete the merged branch, unless somebody still needs it or it moved."""
    scope = await of_run(world, effect.run_id)
    if scope is None or scope.pull is None or scope.run.phase is not Phase.COMPLETED or scope.pull["is_fork"]:
        return nothing
    branch, info = scope.pull["branch"], await repository.info(scope.github)
    if branch in {scope.base_branch, info.default_branch} or info.delete_branch_on_merge:
        return nothing
    if any(branch in {pull.head_ref, pull.base_ref} for pull in await pulls.all_open(scope.github)):
        return nothing
    await merging.delete_branch(scope.github, branch, scope.pull["latest_commit"])
    return nothing


async def _merge(scope: Scope, effect: effects.Merge, pull: pulls.Pull, method: merging.Method) -> Outcome:
    try:
        await merging.merge(scope.github, pull.number, effect.sha, method)
    except Conflict as error:
        if (await pulls.get(scope.github, pull.number)).head_sha == effect.sha:
            raise Transient(f"GitHub says that the head moved, but it did not: {error}") from error
        return lambda db: outbox.enqueue(db, effects.ReadPull(effect.run_id))
    except (UnknownEffect, Refused) as error:
        now = await pulls.get(scope.github, pull.number)
        if not now.merged and isinstance(error, UnknownEffect):
            raise Transient(f"the merge's answer was lost and it did not happen: {error}") from error
        if not now.merged:
            refused = signals.MergeRefused(sha=effect.sha, cause="refused", why=f"GitHub refused the merge: {error}")
            return lambda db: _tell(db, effect.run_id, refused)

    def merged(db: Connection) -> None:
        if scope.pull is not None:
            prs.change(db, scope.pull["id"], status="merged")
        advance.signal(db, effect.run_id, signals.PullMerged(sha=effect.sha))

    return merged


def _refused(effect: effects.Merge, unmet: tuple[Unmet, ...], note_config: Outcome) -> Outcome:
    def outcome(db: Connection) -> None:
        note_config(db)
        seeing.note_gates(db, effect.run_id, effect.sha, unmet)
        _tell(db, effect.run_id, _refusal(effect.sha, unmet))

    return outcome


def _may_merge(scope: Scope, sha: str) -> bool:
    return scope.run.phase is Phase.MERGING and scope.run.head_sha == sha and not scope.run.paused


def _intend(db: Connection, scope: Scope, effect: effects.Merge, method: str) -> bool:
    """The last look, in the transaction that says we are about to merge: nobody stopped or changed the run."""
    run = agentic_runs.find(db, effect.run_id)
    if run is None or run.phase is not Phase.MERGING or run.head_sha != effect.sha or run.paused:
        return False
    if run.mode is not scope.run.mode or run.human_approved is not scope.run.human_approved:
        return False
    seeing.note_gates(db, run.id, effect.sha, ())
    audit.record(
        db, task_id=scope.task["id"], run_id=run.id, phase=run.phase, action="MergeIntended", agent="system",
        input_summary=f"sha={effect.sha}, method={method}", output_summary="every gate holds", duration_ms=None,
        success=True, error=None,
    )  # fmt: skip
    return True


def _method(wanted: merging.Method, look: gates.Look) -> merging.Method | None:
    """The configured method where the repository and the branch allow it, else the first that both do."""
    order: list[merging.Method] = [wanted, "squash", "merge", "rebase"]
    allowed = look.seen.methods.intersection(look.rules.allowed_methods)
    return next((method for method in order if method in allowed), None)


_OURS = {Gate.CONFLICT, Gate.BEHIND}


def _refusal(sha: str, unmet: tuple[Unmet, ...]) -> signals.MergeRefused:
    """What dursor can mend itself is a cause of its own; with anything else unmet, a person is told all of it."""
    why = "; ".join(gate.why for gate in unmet)
    kinds = {gate.gate for gate in unmet}
    if Gate.CONFLICT in kinds and kinds <= {*_OURS, Gate.CI}:
        return signals.MergeRefused(sha=sha, cause="conflict", why=why)
    if kinds == {Gate.BEHIND}:
        return signals.MergeRefused(sha=sha, cause="behind", why=why)
    return signals.MergeRefused(sha=sha, cause="gate", why=why)


def _tell(db: Connection, run_id: str, signal: signals.Signal) -> None:
    advance.signal(db, run_id, signal)
