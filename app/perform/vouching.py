"""Vouch: our check at the commit of a merge group, which GitHub's queue waits for where the branch demands it.

That commit is no head of any pull request. Nothing but a fresh look at the pull request itself says that it may be
merged, so the check is made with that look, or not at all.
"""

from __future__ import annotations

from app import words
from app.github import check_output, pulls
from app.lifecycle import effects
from app.lifecycle.checks import BranchRules
from app.lifecycle.run import MergeWay
from app.perform import check_runs, merge_later, rules
from app.perform.world import Outcome, World, nothing, of_run
from app.store import agentic_runs
from app.store.connection import Connection


async def vouch(effect: effects.Vouch, world: World) -> Outcome:
    """Conclude our check at the group's commit with success, if the pull request is in the queue by our will.

    Of anybody else's pull request, or one whose gates do not hold now, nothing is said.
    """
    run = await world.database.read(lambda db: agentic_runs.of_pull(db, effect.repository_id, effect.number))
    scope = await of_run(world, run.id) if run is not None else None
    if scope is None or not scope.run.is_merging or scope.run.merge_way is not MergeWay.QUEUE:
        return nothing
    pull = await pulls.get(scope.github, effect.number)
    if not is_demanded(await rules.of_branch(world, scope, pull.base_ref), world.us.app_id):
        return nothing
    faring = await merge_later.look(world, scope, pull)
    if faring is None:
        return nothing
    run_id, sha = scope.run.id, pull.head_sha
    if faring.refused is not None or not faring.is_there:
        return lambda db: merge_later.note(db, run_id, sha, faring)
    title, summary, conclusion = words.every_gate_holds(MergeWay.QUEUE)
    report = check_output.Report(title, summary, conclusion=conclusion)
    wanted = check_runs.Wanted(words.CHECK_NAME, effect.sha, f"{run_id}:{sha}", effect)
    if await world.database.read(lambda db: _is_wanted(db, run_id, sha)):
        await check_runs.make(world, scope.github, wanted, report, is_begun=True, begin=nothing)
    return nothing


def is_demanded(demanded: BranchRules, app_id: int | None) -> bool:
    """Whether nothing is merged into the branch without a success of our own check."""
    return any(one.context == words.CHECK_NAME and one.app_id in {None, app_id} for one in demanded.required)


def _is_wanted(db: Connection, run_id: str, sha: str) -> bool:
    run = agentic_runs.find(db, run_id)
    return run is not None and run.is_merging and run.merge_way is MergeWay.QUEUE and run.head_sha == sha
