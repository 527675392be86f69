"""Money for what is about to start: set aside in the transaction that makes its row, or its run is told of the want."""

from __future__ import annotations

from app import advance, repo_config, words
from app.lifecycle import budget, signals
from app.lifecycle.run import Phase, Wait
from app.perform.world import Scope, World
from app.repo_config import RepoConfig
from app.store import agentic_runs, repos, reviews, runs, spending, tasks
from app.store.connection import Connection, Row

_FREE = "command"
"""The kind of executor that costs nothing: a program of the repository's."""


def of(db: Connection, task_id: str, repo_id: str, config: RepoConfig) -> budget.Money:
    """Both budgets of a task as they stand."""
    own, month = spending.of_task(db, task_id), spending.of_month(db, repo_id)
    limits = config.limits
    return budget.Money(
        budget.Account(
            budget.limit(limits.pull_request_usd), own["more"], own["settled"], own["reserved"], own["unknown"]
        ),
        budget.Account(
            budget.limit(limits.repository_usd_month), 0.0, month["settled"], month["reserved"], month["unknown"]
        ),
    )


def wanted(
    db: Connection, task_id: str, repo_id: str, config: RepoConfig, executor: str
) -> float | budget.Short | None:
    """The dollars to set aside for a run of this executor (`reserved_usd`); None for one that costs nothing.

    To be called in the transaction that stores them: no other run can take the same money meanwhile.
    """
    if executor.partition(":")[0] == _FREE:
        return None
    return budget.reservation(budget.limit(config.limits.run_usd), of(db, task_id, repo_id, config))


def set_aside(
    db: Connection, scope: Scope, attempt: int, executor: str, row: Row | None, *, is_review: bool = False
) -> float | budget.Short | None:
    """Set money aside for what an attempt starts, once; returns what `reserved_usd` is to be.

    Where no budget holds it, a `row` that is there already (whoever was to work before costs nothing) is ended, and
    the run is told.
    """
    if row is not None and (row["reserved_usd"] is not None or row["status"] != "queued"):
        return float(row["reserved_usd"]) if row["reserved_usd"] is not None else None
    found = wanted(db, scope.task["id"], scope.repo["id"], scope.config, row["executor"] if row else executor)
    rows = reviews if is_review else runs
    if not isinstance(found, budget.Short):
        if row is not None:
            rows.change(db, row["id"], reserved_usd=found)
        return found
    if row is not None:
        rows.end(db, row["id"], "failed", error="no budget holds it", retry_at=None)
    why = words.money.short(of(db, scope.task["id"], scope.repo["id"], scope.config), found)
    advance.signal(db, scope.run.id, signals.BudgetSpent(attempt=attempt, why=why))
    return found


async def look_again(world: World) -> None:
    """Let each run go on that waits for money, where its budgets hold now what they did not hold."""
    await world.database.write(look)


def look(db: Connection) -> None:
    """The same, in the transaction that raised a budget: candidates share one, and all may wait for it."""
    for run in agentic_runs.live(db):
        task = tasks.of_run(db, run.id) if run.wait is Wait.BUDGET and not run.paused else None
        repo = repos.by_id(db, task["repo_id"]) if task else None
        if task is None or repo is None:
            continue
        config = repo_config.from_json(repo["config"])
        who = config.reviewer if run.came_from is Phase.REVIEWING else task["executor"] or config.executor
        found = wanted(db, task["id"], repo["id"], config, who)
        if not isinstance(found, budget.Short):
            advance.signal(db, run.id, signals.BudgetRaised(by="dursor"))
