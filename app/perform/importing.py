"""ImportWork: what an executor left is taken into the mirror, under the tree policy, as one commit of ours."""

from __future__ import annotations

import asyncio
from pathlib import Path

from app import words
from app.lifecycle import effects, signals
from app.perform import endings, guarding
from app.perform.world import Outcome, World, nothing, of_run
from app.store import runs
from app.store.connection import parse
from app.workspace import commits, mirror, policy, trees


async def import_(effect: effects.ImportWork, world: World) -> Outcome:
    """Take the tree into the mirror under the tree policy, as one commit of ours."""
    scope = await of_run(world, effect.run_id)
    row = await world.database.read(lambda db: runs.of_attempt(db, effect.run_id, effect.attempt))
    if scope is None or row is None or row["status"] != "running":
        return nothing
    tree = Path(row["worktree_path"])
    if not await asyncio.to_thread(tree.is_dir):
        lost = signals.WorkFailed(attempt=effect.attempt, error="its working tree is gone")
        return lambda db: endings.fail(db, row, effect.run_id, lost)
    repo = mirror.at(world.root, scope.repo["github_id"])
    limits = scope.config.limits
    rules = policy.TreePolicy(protected=tuple(scope.config.protect), max_files=max(limits.files, 1))
    start_of_work = row["base_ref"]
    if row["merged_ref"]:
        start_of_work = (await commits.merge(repo, row["base_ref"], row["merged_ref"])).tree
    imported = await trees.import_(repo, tree, start_of_work, rules, settings_from=row["settings_ref"])
    base_tree = await commits.tree_of(repo, row["base_ref"])
    if imported.refusals:
        why = "; ".join(str(refusal) for refusal in imported.refusals[:10])
        refused = signals.WorkRefused(attempt=effect.attempt, why=f"The change may not be pushed: {why}")
        return lambda db: endings.fail(db, row, effect.run_id, refused)
    if guarding.adds_secret(imported, scope.config):
        refused = signals.WorkRefused(attempt=effect.attempt, why=words.asked.adds_secret())
        return lambda db: endings.fail(db, row, effect.run_id, refused)
    if _leaves_conflict(imported.patch):
        refused = signals.WorkRefused(attempt=effect.attempt, why="The change leaves conflict markers in the files.")
        return lambda db: endings.fail(db, row, effect.run_id, refused)
    if imported.tree == base_tree:
        unchanged = signals.WorkFinished(attempt=effect.attempt, commit=None, summary=row["summary"] or "")
        return lambda db: endings.succeed(db, scope.run, row, unchanged, imported)
    parents = [row["base_ref"], *([row["merged_ref"]] if row["merged_ref"] else [])]
    message = words.commit_message(row["work"], row["executor"], row["summary"] or "")
    commit = await commits.commit(repo, imported.tree, parents, message, world.author(), parse(row["created_at"]))
    done = signals.WorkFinished(
        attempt=effect.attempt, commit=commit, tree=imported.tree, base_tree=base_tree, summary=row["summary"] or ""
    )
    return lambda db: endings.succeed(db, scope.run, row, done, imported)


def _leaves_conflict(patch: str) -> bool:
    """Whether a patch adds all three of git's conflict markers."""
    added = {line[1:9] for line in patch.splitlines() if line[:1] == "+"}
    return {"<<<<<<< ", ">>>>>>> "} <= added or ("=======" in added and "<<<<<<< " in added)
