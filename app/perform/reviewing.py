"""StartReview: the head, in a tree of its own, before a reviewer that never saw how it was made."""

from __future__ import annotations

import json

from app import advance, prompts
from app.executors.reported import Report
from app.lifecycle import budget, effects, signals
from app.lifecycle.run import Phase
from app.perform import judging, labour, money, reports, waiting, worktrees
from app.perform.working import MAX_SUBMISSIONS
from app.perform.world import Outcome, Scope, World, nothing, of_run
from app.store import findings, reviews, runs
from app.store.connection import Connection, Row
from app.workspace import commits, mirror, trees


async def start(effect: effects.StartReview, world: World) -> Outcome:
    """Hand the head to the reviewer; done before, it is left alone."""
    scope = await of_run(world, effect.run_id)
    if scope is None or scope.run.phase is not Phase.REVIEWING or scope.run.attempt != effect.attempt:
        return nothing
    if scope.run.head_sha != effect.sha or scope.run.paused:
        return nothing
    reviewer = await world.database.read(lambda db: _reviewer(db, scope, effect))
    if reviewer == "none":
        none = signals.ReviewFailed(attempt=effect.attempt, error="no reviewer is configured")
        return lambda db: _tell(db, effect.run_id, none)
    row = await world.database.write(lambda db: _row(db, scope, effect, reviewer))
    if row is None or not waiting.is_due(row, world, effect.attempt):
        return nothing
    if (row["submissions"] or 0) >= MAX_SUBMISSIONS:
        error = f"it was interrupted {MAX_SUBMISSIONS} times"
        lost = signals.ReviewFailed(attempt=effect.attempt, error=error, reviewer=reviewer)
        return lambda db: _lose(db, row["id"], effect.run_id, lost)
    onto = f"refs/heads/{scope.base_branch}"
    repo = await mirror.refresh(world.root, str(scope.repo["github_id"]), await scope.remote(), [effect.sha, onto])
    base = await mirror.resolve(repo, onto) or ""
    parted = await _parted(repo, base, effect.sha)
    command = scope.config.commands.get(row["executor"].partition(":")[2])
    if command is None and await _has_nothing_to_see(scope, repo, parted, effect.sha, world):
        unasked = reports.Answer(Report((), (), ("Every file that changed is one that `review.paths` leaves out.",)))
        return lambda db: judging.settle(db, row, unasked, scope.config, {})
    path = await worktrees.folder(world) / f"{row['id']}.{row['submissions'] or 0}"
    await trees.discard(path)
    await trees.checkout(repo, effect.sha, path, settings_from=None if command else base)

    def started(db: Connection) -> Row:
        waiting.over(db, row, effect.run_id)
        reviews.change(db, row["id"], base_sha=parted)
        reviews.hand_out(db, row["id"], str(path))
        return reviews.get(db, row["id"])

    handed = await world.database.write(started)
    request = labour.request(
        row["id"], effect.attempt, lane=effect.run_id, executor=row["executor"], command=command, mode="review",
        worktree=path, state_dir=world.root.resolve() / "state" / f"{effect.run_id}.review",
        instruction=await _instruction(scope, repo, handed, base, world), minutes=scope.config.limits.run_minutes,
        max_usd=handed["reserved_usd"], coder=scope.config.executor,
    )  # fmt: skip
    await labour.submit(world, request)
    return nothing


async def _has_nothing_to_see(scope: Scope, repo: mirror.Mirror, parted: str, sha: str, world: World) -> bool:
    """Whether an agent would be asked about nothing: no file that is to be looked at changed, and nothing is open."""
    _, found = await world.database.read(lambda db: _before(db, scope))
    is_wanted = reports.scope(scope.config)
    return not found and not any(is_wanted(file.path) for file in (await commits.diff(repo, parted, sha)).files)


async def _instruction(scope: Scope, repo: mirror.Mirror, row: Row, base: str, world: World) -> str:
    """What the branch changed since it left its base, in the base's words about itself; never how it was made."""
    sha, is_wanted = row["sha"], reports.scope(scope.config)
    changed = await commits.diff(repo, row["base_sha"] or base, sha)
    before, found = await world.database.read(lambda db: _before(db, scope))
    since = ""
    if before is not None and before["sha"] != sha and await mirror.has(repo, before["sha"]):
        since = (await commits.diff(repo, await commits.without(repo, before["sha"], sha, base), sha)).patch
    own = prompts.repository(await trees.instructions(repo, base, prompts.FILES, prompts.MAX_FILE_BYTES))
    told = prompts.review(
        scope.task["title"] or "", [file for file in changed.files if is_wanted(file.path)],
        prompts.within(changed.patch, is_wanted), scope.config.instructions,
        since=prompts.within(since, is_wanted), found=found,
    )  # fmt: skip
    return "\n\n".join(filter(None, [told, own]))


async def _parted(repo: mirror.Mirror, base: str, sha: str) -> str:
    """The commit that the head is compared with; of two histories without a common one, the base's tip."""
    return await commits.merge_base(repo, base, sha) or base


def _before(db: Connection, scope: Scope) -> tuple[Row | None, list[Row]]:
    """The last review of the run, and what is open of it and was given a number."""
    before = reviews.latest(db, scope.run.id)
    found = findings.counted(db, before["id"]) if before else []
    return before, [row for row in found if row["number"] is not None]


def _reviewer(db: Connection, scope: Scope, effect: effects.StartReview) -> str:
    """Who reviews: whoever began to, or was named, or is configured."""
    row = reviews.of_attempt(db, effect.run_id, effect.attempt)
    return str(row["executor"]) if row is not None else effect.reviewer or scope.config.reviewer


def _row(db: Connection, scope: Scope, effect: effects.StartReview, reviewer: str) -> Row | None:
    """The review of this attempt, and money set aside for it; None where no budget holds it, and the run was told."""
    row = reviews.of_attempt(db, effect.run_id, effect.attempt)
    dollars = money.set_aside(db, scope, effect.attempt, reviewer, row, is_review=True)
    if isinstance(dollars, budget.Short):
        return None
    if row is None:
        kind, _, _ = reviewer.partition(":")
        targets = [run["id"] for run in runs.of_task(db, scope.task["id"]) if run["commit_sha"]]
        review_id = reviews.create(
            db, task_id=scope.task["id"], agentic_run_id=effect.run_id, attempt=effect.attempt, sha=effect.sha,
            executor=reviewer, executor_type=kind, target_run_ids=json.dumps(targets),
            reserved_usd=dollars,
        )  # fmt: skip
        return reviews.get(db, review_id)
    return row


def _tell(db: Connection, run_id: str, signal: signals.Signal) -> None:
    advance.signal(db, run_id, signal)


def _lose(db: Connection, review_id: str, run_id: str, lost: signals.ReviewFailed) -> None:
    reviews.end(db, review_id, "failed", error=lost.error)
    advance.signal(db, run_id, lost)
