"""What a branch demands, asked of GitHub at most once a minute: rules change by hand, readings come by the dozen."""

from __future__ import annotations

from datetime import timedelta

from app.github import checks
from app.lifecycle.checks import BranchRules
from app.perform.world import Scope, World

KEPT = timedelta(seconds=60)


async def of_branch(world: World, scope: Scope, branch: str, *, fresh: bool = False) -> BranchRules:
    """The rules of `branch`; `fresh` for whoever merges by them. Raises NotFound when the branch is gone."""
    key = (scope.github.id, branch)
    kept = world.rules.get(key)
    if kept is not None and not fresh and world.now() - kept[0] < KEPT:
        return kept[1]
    rules = await checks.required(scope.github, branch)
    for old in [old for old, (read_at, _) in world.rules.items() if world.now() - read_at >= KEPT]:
        del world.rules[old]
    world.rules[key] = world.now(), rules
    return rules
