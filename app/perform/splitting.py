"""How the splitting of an issue ends: the parts go into the backlog, or the issue is told why there are none."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection

from app import outbox, redact
from app.errors import UserError
from app.executors import engine, items
from app.lifecycle import effects
from app.perform import waiting
from app.repo_config import RepoConfig
from app.store import backlog, repos, runs, tasks
from app.store.connection import Connection, Row

WORK = "breakdown"
_WORDS = 4_000


async def read(row: Row | None, result: engine.RunResult) -> items.Items | str | None:
    """What an agent answered: the parts, or in words why there are none; None for the result of other work."""
    if row is None or row["work"] != WORK:
        return None
    if result.status != "done":
        return redact.text(result.detail)[:_WORDS] or result.status
    try:
        return await asyncio.to_thread(_parsed, result.args.get("structured"))
    except UserError as error:
        return str(error)


def settle(
    db: Connection, result: engine.RunResult, row: Row, config: RepoConfig, startable: Collection[str],
    answer: items.Items | str,
) -> None:  # fmt: skip
    """What came back is taken in, or the work goes on later, or with another agent."""
    again = effects.BreakDown(row["id"])
    if result.status == "lost":
        outbox.enqueue(db, again)
    elif result.status != "put_off" or not waiting.put_off(db, row, again, result, config, startable):
        _take_in(db, row, answer, str(result.args.get("summary") or ""))


def _take_in(db: Connection, row: Row, answer: items.Items | str, words: str) -> None:
    """The parts go into the backlog, or what was there stays and people are told why."""
    task = tasks.find(db, row["task_id"])
    if isinstance(answer, str) or task is None:
        fail(db, row, answer if isinstance(answer, str) else "its task is gone")
        return
    backlog.replace(db, task["repo_id"], task["issue_number"], answer.found)
    left = [f"{answer.left_out} more parts were left out."] if answer.left_out else []
    summary = redact.text(words)[:_WORDS] or f"{len(answer.found)} parts."
    runs.end(db, row["id"], "succeeded", summary=summary, error=None, warnings=json.dumps(left))
    tasks.say(db, row["task_id"], "assistant", summary, source=f"run:{row['id']}", author=row["executor"])
    _show(db, task)


def fail(db: Connection, row: Row, error: str, status: str = "failed") -> None:
    """It came to nothing: the issue is told."""
    runs.end(db, row["id"], status, error=error, retry_at=None)
    if (task := tasks.find(db, row["task_id"])) is not None:
        _show(db, task)


def cancel(db: Connection, row: Row, by: str) -> None:
    """Give it up; whoever works on it is stopped."""
    fail(db, row, f"It was stopped by {by}.", "canceled")
    outbox.enqueue(db, effects.BreakDown(row["id"]))


def _parsed(structured: object) -> items.Items:
    try:
        told = json.loads(structured) if isinstance(structured, str) else None
    except (ValueError, RecursionError):
        raise UserError("The answer is not JSON.") from None
    return items.items(told)


def _show(db: Connection, task: Row) -> None:
    repo = repos.by_id(db, task["repo_id"])
    if repo is not None and repo["github_id"] is not None and task["issue_number"] is not None:
        outbox.enqueue(db, effects.ShowBacklog(repo["github_id"], task["issue_number"]))
