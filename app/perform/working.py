"""StartWork, StopWork: an executor gets a fresh tree of the head and its instruction, or is ended.

A tree is made anew for every submission, so that a killed executor's half-done work is never mistaken
for a result.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from app import prompts
from app.errors import ConfigError
from app.executors import registry
from app.lifecycle import budget, effects, signals
from app.lifecycle.run import Work
from app.perform import access, by_git, describing, endings, labour, money, reading, waiting, worktrees
from app.perform.world import Outcome, Scope, World, nothing, of_run
from app.store import ci_checks, findings, reviews, runs, tasks
from app.store.connection import Connection, Row
from app.workspace import mirror, trees

MAX_SUBMISSIONS = 6
"""How often one attempt is begun again after the server died under it."""


async def start(effect: effects.StartWork, world: World) -> Outcome:
    """Prepare the tree of the head and hand it to the engine; done before, it is left alone."""
    scope = await _scope(effect, world)
    if scope is None:
        return nothing
    row = await world.database.write(lambda db: _row(db, scope, effect))
    if row is None or runs.has_come_back(row) or not waiting.is_due(row, world, effect.attempt):
        return nothing
    if (row["submissions"] or 0) >= MAX_SUBMISSIONS:
        lost = signals.WorkFailed(attempt=effect.attempt, error=f"it was interrupted {MAX_SUBMISSIONS} times")
        return lambda db: endings.fail(db, row, effect.run_id, lost)
    try:
        await asyncio.to_thread(registry.find, row["executor"], scope.config.commands)
        await world.database.read(lambda db: access.expect(db, row["executor"]))
    except ConfigError as error:
        refused = signals.WorkRefused(attempt=effect.attempt, why=str(error))
        return lambda db: endings.fail(db, row, effect.run_id, refused)
    if (kept := waiting.kept_tree(row)) is not None:
        await _hand_out(world, scope, row, kept, goes_on=True)
        return nothing
    onto = f"refs/heads/{scope.base_branch}"
    repo = await mirror.refresh(
        world.root, str(scope.repo["github_id"]), await scope.remote(), [scope.run.head_sha or onto, onto]
    )
    settings = await mirror.resolve(repo, onto) or ""
    base_sha = scope.run.head_sha or settings
    tree, merged, told = base_sha, None, [row["instruction"]]
    if effect.work is Work.CONFLICT:
        found = await by_git.update(repo, base_sha, scope.base_branch)
        if not isinstance(found, by_git.Conflicts):
            return await by_git.finish(world, scope, row, repo, found)
        tree, merged = found.tree, settings
        told.append(prompts.conflict(found.files))
    began_in = scope.task["parent_id"] or scope.task["id"]
    told.append(prompts.issue(await world.database.read(lambda db: tasks.issue_text(db, began_in))))
    told.append(await describing.asks(world, scope, effect.work, repo, settings))
    told.append(prompts.repository(await trees.instructions(repo, settings, prompts.FILES, prompts.MAX_FILE_BYTES)))
    path = await worktrees.folder(world) / f"{row['id']}.{row['submissions'] or 0}"
    await trees.discard(path)
    checkout = await trees.checkout(repo, tree, path, settings_from=settings)
    warnings = json.dumps([str(warning) for warning in checkout.warnings])

    def prepared(db: Connection) -> Row | None:
        if isinstance(money.set_aside(db, scope, effect.attempt, row["executor"], row), budget.Short):
            return None
        runs.change(db, row["id"], base_ref=base_sha, merged_ref=merged, settings_ref=settings, warnings=warnings)
        if row["settings_ref"] is None:  # what was interrupted begins again with the words it was given
            runs.change(db, row["id"], instruction="\n\n".join(filter(None, told)))
        return runs.get(db, row["id"])

    ready = await world.database.write(prepared)
    if ready is not None:
        await _hand_out(world, scope, ready, path, goes_on=False)
    return nothing


async def _scope(effect: effects.StartWork, world: World) -> Scope | None:
    """What is known of a run that still wants this; the configuration is read where nobody has done so."""
    scope = await of_run(world, effect.run_id)
    if scope is None or not _is_current(scope, effect.attempt):
        return None
    if scope.repo["config_read_at"] is None:
        await world.database.write((await reading.fresh_config(world, scope.repo))[1])
        return await of_run(world, effect.run_id)
    return scope


async def _hand_out(world: World, scope: Scope, row: Row, tree: Path, *, goes_on: bool) -> None:
    """Hand the tree to the engine. `goes_on`: it is as an agent left it, whose session knows it so."""
    executor, run_id = row["executor"], scope.run.id

    def started(db: Connection) -> Row | None:
        waiting.over(db, row, run_id)
        runs.hand_out(db, row["id"], str(tree))
        return runs.session(db, run_id, executor, but=None if goes_on else row["id"])

    before = await world.database.write(started)
    request = labour.request(
        row["id"], row["attempt"], lane=run_id, executor=executor,
        command=scope.config.commands.get(executor.partition(":")[2]), mode="edit", worktree=tree,
        state_dir=_state_dir(world, run_id),
        instruction=prompts.going_on(row["instruction"]) if goes_on else row["instruction"],
        minutes=scope.config.limits.run_minutes, session_id=before["session_id"] if before else None,
        counted=json.loads(before["counted"] or "{}") if before else None, max_usd=row["reserved_usd"],
    )  # fmt: skip
    await labour.submit(world, request)


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
    return lambda db: waiting.give_up(db, effect.run_id, effect.attempt)


def _is_current(scope: Scope, attempt: int) -> bool:
    return scope.run.is_working and scope.run.attempt == attempt and not scope.run.paused


def _row(db: Connection, scope: Scope, effect: effects.StartWork) -> Row | None:
    """The executor run of this attempt, made at the first try with everything it is told, and money set aside for it.

    None where no budget holds it; the run was told so.
    """
    row = runs.of_attempt(db, effect.run_id, effect.attempt)
    dollars = None
    if effect.work is not Work.CONFLICT:  # what git can merge by itself costs nothing
        dollars = money.set_aside(db, scope, effect.attempt, scope.config.executor, row)
        if isinstance(dollars, budget.Short):
            return None
    if row is None:
        kind, _, _ = scope.config.executor.partition(":")
        review = reviews.latest(db, effect.run_id)
        pull = scope.pull or scope.leader_pull
        check = ci_checks.at(db, pull["id"], scope.run.head_sha) if pull and scope.run.head_sha else None
        instruction = prompts.instruction(
            effect.work, title=scope.task["title"] or "", said=tasks.unheard(db, scope.task["id"]), check=check,
            findings=findings.counted(db, review["id"]) if review else [], extra=scope.config.instructions,
            overheard=tasks.overheard(db, scope.task["id"]),
        )  # fmt: skip
        run_id = runs.create(
            db, task_id=scope.task["id"], agentic_run_id=effect.run_id, attempt=effect.attempt, work=effect.work,
            executor=scope.config.executor, executor_type=kind, working_branch=scope.branch, instruction=instruction,
            base_ref=scope.run.head_sha, reserved_usd=dollars,
        )  # fmt: skip
        runs.change(db, run_id, message_id=tasks.give(db, scope.task["id"], run_id))
        return runs.get(db, run_id)
    return runs.get(db, row["id"])


def _state_dir(world: World, run_id: str) -> Path:
    return world.root.resolve() / "state" / run_id
