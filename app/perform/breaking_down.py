"""BreakDown: an agent that changes nothing splits an issue into parts, which wait in the backlog.

The executor run belongs to a task of its own and to no run: there is no branch to work on and nothing to merge.
"""

from __future__ import annotations

import asyncio

from app import outbox, prompts, repo_config
from app.errors import ConfigError, Forbidden
from app.executors import items, registry
from app.lifecycle import budget, effects
from app.lifecycle.run import Mode
from app.perform import access, labour, money, splitting, waiting, worktrees
from app.perform.working import MAX_SUBMISSIONS
from app.perform.world import Outcome, World, handle, nothing, remote
from app.repo_config import RepoConfig
from app.store import backlog, installations, repos, runs, tasks
from app.store.connection import Connection, Row
from app.workspace import mirror, trees

_GOES_ON = frozenset({"queued", "running"})


def agent(config: RepoConfig) -> str | None:
    """Who can split an issue: the executor, or else the first fallback, that is an agent; a command cannot."""
    return next((name for name in (config.executor, *config.fallback) if name in registry.AGENTS), None)


def at_work(db: Connection, repo: Row, number: int) -> Row | None:
    """The executor run that splits the issue now."""
    last = latest(db, repo["id"], number)
    return last if last is not None and last["status"] in _GOES_ON else None


def latest(db: Connection, repo_id: str, number: int) -> Row | None:
    """The executor run that split the issue last, or does now."""
    task = tasks.of_breakdown(db, repo_id, number)
    return runs.last_of_task(db, task["id"]) if task is not None else None


def money_for(db: Connection, repo: Row, number: int, config: RepoConfig, name: str) -> float | budget.Short | None:
    """The dollars to set aside for splitting an issue, or which budget does not hold them."""
    task = tasks.of_breakdown(db, repo["id"], number)
    return money.wanted(db, task["id"] if task else "", repo["id"], config, name)


def ask(db: Connection, repo: Row, effect: effects.ObeyComment, config: RepoConfig, issue: str, source: str) -> None:
    """Begin to split an issue, which said `issue` when that was asked for; while it is split, nothing changes."""
    name, number = agent(config), effect.number
    if name is None or at_work(db, repo, number) is not None:
        return
    dollars = money_for(db, repo, number, config, name)
    if isinstance(dollars, budget.Short):
        return
    title = effect.title or f"Issue {number}"
    task = tasks.of_breakdown(db, repo["id"], number)
    task_id = task["id"] if task else tasks.create(db, repo["id"], title, Mode.INTERACTIVE, issue_number=number)
    words = effect.rest or "Split this issue into parts."
    message_id = tasks.say(db, task_id, "user", words, source=source, author=effect.author)
    if message_id is None:
        return
    told = prompts.breakdown(
        title, issue, effect.rest, _kept(db, repo, number), config.instructions, most=items.MAX_ITEMS
    )
    last = runs.last_of_task(db, task_id)
    run_id = runs.create(
        db, task_id=task_id, message_id=message_id, attempt=(last["attempt"] if last else 0) + 1, work=splitting.WORK,
        executor=name, executor_type=name, instruction=told, reserved_usd=dollars,
    )  # fmt: skip
    if issue:
        tasks.say(db, task_id, "system", issue, source=f"issue:{number}:{effect.comment_id}")
    tasks.give(db, task_id, run_id)
    outbox.enqueue(db, effects.BreakDown(run_id))


async def start(effect: effects.BreakDown, world: World) -> Outcome:
    """Hand the default branch and the instruction to an agent; done before, it is left alone, and ended, it is stopped.

    Raises Forbidden when the App may not work in the repository any more.
    """
    known = await world.database.read(lambda db: _known(db, effect.run_id))
    if known is None:
        return nothing
    row, repo, may_work = known
    if row["status"] not in _GOES_ON:
        await world.engine.cancel(row["id"], row["attempt"])
        return nothing
    if not may_work:
        raise Forbidden("the installation is suspended or gone")
    if not waiting.is_due(row, world, row["attempt"]):
        return nothing
    if (row["submissions"] or 0) >= MAX_SUBMISSIONS:
        return lambda db: splitting.fail(db, row, f"it was interrupted {MAX_SUBMISSIONS} times")
    try:
        await asyncio.to_thread(registry.find, row["executor"])
        await world.database.read(lambda db: access.expect(db, row["executor"]))
    except ConfigError as error:
        refused = str(error)
        return lambda db: splitting.fail(db, row, refused)
    config = repo_config.from_json(repo["config"])
    onto = f"refs/heads/{repo['selected_branch'] or repo['default_branch']}"
    copy = await mirror.refresh(world.root, str(repo["github_id"]), await remote(handle(world, repo)), [onto])
    base = await mirror.resolve(copy, onto) or ""
    path = await worktrees.folder(world) / f"{row['id']}.{row['submissions'] or 0}"
    await trees.discard(path)
    await trees.checkout(copy, base, path, settings_from=base)
    own = prompts.repository(await trees.instructions(copy, base, prompts.FILES, prompts.MAX_FILE_BYTES))

    def started(db: Connection) -> bool:
        if runs.get(db, row["id"])["status"] not in _GOES_ON:  # given up while its tree was prepared
            return False
        runs.change(db, row["id"], base_ref=base, settings_ref=base)
        runs.hand_out(db, row["id"], str(path))
        return True

    if not await world.database.write(started):
        return nothing
    request = labour.request(
        row["id"], row["attempt"], lane=row["id"], executor=row["executor"], command=None, mode="review",
        worktree=path, state_dir=world.root.resolve() / "state" / f"{row['id']}.{splitting.WORK}",
        instruction="\n\n".join(filter(None, [row["instruction"], own])),
        minutes=config.limits.run_minutes, max_usd=row["reserved_usd"], shape="items",
    )  # fmt: skip
    await world.engine.submit(request)  # given up meanwhile, it is ended by the job that says so, in the same lane
    return nothing


def _known(db: Connection, run_id: str) -> tuple[Row, Row, bool] | None:
    row = runs.find(db, run_id)
    task = tasks.find(db, row["task_id"]) if row else None
    repo = repos.by_id(db, task["repo_id"]) if task else None
    if row is None or repo is None:
        return None
    return row, repo, installations.may_work(db, repo["installation_id"])


def _kept(db: Connection, repo: Row, number: int) -> list[Row]:
    """The parts that stay when an issue is split again."""
    found = backlog.of_issue(db, repo["id"], number)
    return [row for row in found if row["task_id"] or row["archived_at"] or row["updated_at"] != row["created_at"]]
