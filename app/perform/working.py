"""StartWork, StopWork, ImportWork: an executor gets a fresh tree, and what it leaves is taken in.

A tree is made anew for every submission, so that a killed executor's half-done work is never mistaken
for a result.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from pathlib import Path

from app import advance, prompts, words
from app.lifecycle import effects, signals
from app.lifecycle.run import Work
from app.perform import labour
from app.perform.world import Outcome, Scope, World, nothing, of_run
from app.store import ci_checks, reviews, runs, tasks
from app.store.connection import Connection, Row, parse
from app.workspace import commits, mirror, policy, trees

MAX_SUBMISSIONS = 6
"""How often one attempt is begun again after the server died under it."""


async def start(effect: effects.StartWork, world: World) -> Outcome:
    """Prepare the tree of the head and hand it to the engine; done before, it is left alone."""
    scope = await of_run(world, effect.run_id)
    if scope is None or not _is_current(scope, effect.attempt):
        return nothing
    row = await world.database.write(lambda db: _row(db, scope, effect))
    if row["status"] not in {"queued", "running"} or world.engine.knows(row["id"], effect.attempt):
        return nothing
    if (row["submissions"] or 0) >= MAX_SUBMISSIONS:
        lost = signals.WorkFailed(attempt=effect.attempt, error=f"it was interrupted {MAX_SUBMISSIONS} times")
        return lambda db: _fail(db, row["id"], effect.run_id, lost)
    base = scope.run.head_sha or f"refs/heads/{scope.base_branch}"
    fetched = [base, *([f"refs/heads/{scope.base_branch}"] if effect.work is Work.CONFLICT else [])]
    repo = await mirror.refresh(world.root, str(scope.repo["github_id"]), await scope.remote(), fetched)
    base_sha = scope.run.head_sha or await mirror.resolve(repo, base) or ""
    tree, merged = base_sha, None
    if effect.work is Work.CONFLICT:
        merged = await mirror.resolve(repo, f"refs/heads/{scope.base_branch}") or ""
        result = await commits.merge(repo, base_sha, merged)
        if not result.conflicts:
            return await _merged_cleanly(world, scope, row, repo, result.tree, base_sha, merged)
        tree = result.tree
    path = world.root.resolve() / "worktrees" / f"{row['id']}.{row['submissions'] or 0}"
    await trees.discard(path)
    checkout = await trees.checkout(repo, tree, path)
    warnings = json.dumps([str(warning) for warning in checkout.warnings])

    def started(db: Connection) -> None:
        runs.change(db, row["id"], base_ref=base_sha, merged_ref=merged, warnings=warnings)
        runs.start(db, row["id"], str(path))

    await world.database.write(started)
    command = scope.config.commands.get(scope.config.executor.partition(":")[2])
    await world.engine.submit(
        labour.request(
            row["id"], effect.attempt, lane=effect.run_id, executor=scope.config.executor, command=command, mode="edit",
            worktree=path, state_dir=_state_dir(world, effect.run_id), instruction=row["instruction"],
            minutes=scope.config.limits.run_minutes,
        )
    )  # fmt: skip
    return nothing


async def stop(effect: effects.StopWork, world: World) -> Outcome:
    """End whatever works for an attempt; its result then comes too late and is set aside."""
    for row in await world.database.read(
        lambda db: [
            runs.of_attempt(db, effect.run_id, effect.attempt),
            reviews.of_attempt(db, effect.run_id, effect.attempt),
        ]
    ):
        if row is not None:
            await world.engine.cancel(row["id"], effect.attempt)
    return nothing


async def import_(effect: effects.ImportWork, world: World) -> Outcome:
    """Take the tree into the mirror under the tree policy, as one commit of ours."""
    scope = await of_run(world, effect.run_id)
    row = await world.database.read(lambda db: runs.of_attempt(db, effect.run_id, effect.attempt))
    if scope is None or row is None or row["status"] != "running":
        return nothing
    tree = Path(row["worktree_path"])
    if not await asyncio.to_thread(tree.is_dir):
        lost = signals.WorkFailed(attempt=effect.attempt, error="its working tree is gone")
        return lambda db: _fail(db, row["id"], effect.run_id, lost)
    repo = mirror.Mirror(world.root / "mirrors" / f"{scope.repo['github_id']}.git")
    limits = scope.config.limits
    rules = policy.TreePolicy(protected=tuple(scope.config.protect), max_files=max(limits.files, 1))
    start_of_work = row["base_ref"]
    if row["merged_ref"]:
        start_of_work = (await commits.merge(repo, row["base_ref"], row["merged_ref"])).tree
    imported = await trees.import_(repo, tree, start_of_work, rules)
    base_tree = await commits.tree_of(repo, row["base_ref"])
    if imported.refusals:
        why = "; ".join(str(refusal) for refusal in imported.refusals[:10])
        refused = signals.WorkRefused(attempt=effect.attempt, why=f"The change may not be pushed: {why}")
        return lambda db: _fail(db, row["id"], effect.run_id, refused, why)
    if prompts.leaves_conflict(imported.patch):
        refused = signals.WorkRefused(attempt=effect.attempt, why="The change leaves conflict markers in the files.")
        return lambda db: _fail(db, row["id"], effect.run_id, refused, refused.why)
    if imported.tree == base_tree:
        unchanged = signals.WorkFinished(attempt=effect.attempt, commit=None, summary=row["summary"] or "")
        return lambda db: _succeed(db, scope, row, unchanged, imported)
    parents = [row["base_ref"], *([row["merged_ref"]] if row["merged_ref"] else [])]
    message = words.commit_message(row["work"], row["executor"], row["summary"] or "")
    commit = await commits.commit(repo, imported.tree, parents, message, world.author(), parse(row["created_at"]))
    done = signals.WorkFinished(
        attempt=effect.attempt, commit=commit, tree=imported.tree, base_tree=base_tree, summary=row["summary"] or ""
    )
    return lambda db: _succeed(db, scope, row, done, imported)


def _is_current(scope: Scope, attempt: int) -> bool:
    return scope.run.is_working and scope.run.attempt == attempt and not scope.run.paused


def _row(db: Connection, scope: Scope, effect: effects.StartWork) -> Row:
    """The executor run of this attempt, made at the first try with everything it is told."""
    row = runs.of_attempt(db, effect.run_id, effect.attempt)
    if row is None:
        kind, _, _ = scope.config.executor.partition(":")
        review = reviews.latest(db, effect.run_id)
        check = ci_checks.at(db, scope.pull["id"], scope.run.head_sha) if scope.pull and scope.run.head_sha else None
        instruction = prompts.instruction(
            effect.work, title=scope.task["title"] or "", said=tasks.unheard(db, scope.task["id"]), check=check,
            findings=reviews.feedbacks(db, review["id"]) if review else [], extra=scope.config.instructions,
        )  # fmt: skip
        run_id = runs.create(
            db, task_id=scope.task["id"], agentic_run_id=effect.run_id, attempt=effect.attempt, work=effect.work,
            executor=scope.config.executor, executor_type=kind, working_branch=scope.branch, instruction=instruction,
            base_ref=scope.run.head_sha,
        )  # fmt: skip
        runs.change(db, run_id, message_id=tasks.give(db, scope.task["id"], run_id))
        return runs.get(db, run_id)
    return row


async def _merged_cleanly(
    world: World, scope: Scope, row: Row, repo: mirror.Mirror, tree: str, ours: str, base: str
) -> Outcome:
    """The base comes in without a conflict: that needs no executor."""
    if await commits.is_ancestor(repo, base, ours):
        refused = signals.WorkRefused(attempt=row["attempt"], why="The branch holds its base already.")
        return lambda db: _fail(db, row["id"], scope.run.id, refused, refused.why)
    message = words.commit_message(row["work"], "git merge", f"Bring {scope.base_branch} in")
    commit = await commits.commit(repo, tree, [ours, base], message, world.author(), parse(row["created_at"]))
    done = signals.WorkFinished(
        attempt=row["attempt"], commit=commit, tree=tree, base_tree=await commits.tree_of(repo, ours),
        summary=f"Brought {scope.base_branch} in without a conflict.",
    )  # fmt: skip

    def outcome(db: Connection) -> None:
        runs.change(db, row["id"], base_ref=ours, merged_ref=base)
        runs.end(db, row["id"], "succeeded", summary=done.summary, commit_sha=commit)
        advance.signal(db, scope.run.id, done)

    return outcome


def _succeed(db: Connection, scope: Scope, row: Row, done: signals.WorkFinished, imported: trees.Imported) -> None:
    late = row["attempt"] != scope.run.attempt
    notes = [*json.loads(row["warnings"] or "[]"), *(str(warning) for warning in imported.warnings)]
    runs.end(
        db, row["id"], "canceled" if late else "succeeded", commit_sha=done.commit, patch=imported.patch,
        files_changed=json.dumps([asdict(file) for file in imported.files]), warnings=json.dumps(notes),
    )  # fmt: skip
    if row["summary"]:
        tasks.say(db, row["task_id"], "assistant", row["summary"], source=f"run:{row['id']}", author=row["executor"])
    advance.signal(db, scope.run.id, done, agent=row["executor_type"], duration_ms=_duration(db, row))


def _fail(
    db: Connection, row_id: str, run_id: str, signal: signals.WorkFailed | signals.WorkRefused, error: str | None = None
) -> None:
    words_ = error or (signal.error if isinstance(signal, signals.WorkFailed) else signal.why)
    runs.end(db, row_id, "failed", error=words_)
    row = runs.find(db, row_id)
    agent = row["executor_type"] if row else "system"
    advance.signal(db, run_id, signal, agent=agent, duration_ms=_duration(db, row) if row else None)


def _duration(db: Connection, row: Row) -> int | None:
    return int((db.moment - parse(row["started_at"])).total_seconds() * 1000) if row["started_at"] else None


def _state_dir(world: World, run_id: str) -> Path:
    return world.root.resolve() / "state" / run_id
