"""What comes back from an engine: stored and told to the run in one transaction, once, however often it comes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection
from pathlib import Path
from typing import Any

from app import advance, outbox, redact, repo_config
from app.executors import engine, items
from app.lifecycle import effects, signals
from app.lifecycle.run import Run
from app.perform import describing, endings, judging, reports, splitting, waiting
from app.perform.world import World, config_of
from app.store import agentic_runs, repos, reviews, runs, tasks
from app.store.connection import Connection, Row
from app.store.database import Database
from app.workspace import trees

_SUMMARY = 4_000


def sink(database: Database, root: Path) -> Callable[[engine.RunResult], Awaitable[None]]:
    """Where results arrive: stored and told in one transaction, once, however often they come.

    `root` is where mirrors live: what a reviewer says is compared with what is known before the transaction.
    """

    async def arrived(result: engine.RunResult) -> None:
        ready = await _startable(database, result) if result.status == "put_off" else frozenset[str]()
        review = await database.read(lambda db: reports.stored(db, root, result))
        answer = await reports.read(review[0], result, *review[1:]) if review else None
        parts = await splitting.read(await database.read(lambda db: runs.find(db, result.run_id)), result)
        await database.write(lambda db: _settle(db, result, ready, answer, parts))

    return arrived


async def _startable(database: Database, result: engine.RunResult) -> frozenset[str]:
    """Who could go on, asked before the transaction: programs take seconds to say their versions."""

    def config(db: Connection) -> repo_config.RepoConfig | None:
        row = runs.find(db, result.run_id) or reviews.find(db, result.run_id)
        return _config(db, row["task_id"]) if row else None

    known = await database.read(config)
    return await asyncio.to_thread(waiting.startable, known) if known else frozenset()


async def resume(world: World) -> None:
    """Hand out again what an engine no longer knows: the server died under it, or the machine did."""

    def again(db: Connection) -> None:
        for row in runs.unfinished(db):
            if world.engine.knows(row["id"], row["attempt"]) or runs.has_come_back(row):
                continue
            if row["work"] == splitting.WORK:
                outbox.enqueue(db, effects.BreakDown(row["id"]), delay=waiting.left(db, row))
            else:
                _once_more(db, row, effects.StartWork(row["agentic_run_id"], row["attempt"], row["work"]))
        for row in reviews.unfinished(db):
            if not world.engine.knows(row["id"], row["attempt"]):
                _once_more(db, row, effects.StartReview(row["agentic_run_id"], row["attempt"], row["sha"]))

    await world.database.write(again)


def _once_more(db: Connection, row: Row, effect: effects.StartWork | effects.StartReview) -> None:
    run = agentic_runs.find(db, effect.run_id)
    if run is None or run.is_terminal or run.attempt != effect.attempt:
        error = "the run went on without it"
        if isinstance(effect, effects.StartWork):
            runs.end(db, row["id"], "canceled", error=error)
        else:
            reviews.end(db, row["id"], "failed", error=error)
    elif not run.paused:
        outbox.enqueue(db, effect, delay=waiting.left(db, row))


def _settle(
    db: Connection,
    result: engine.RunResult,
    startable: Collection[str],
    answer: reports.Answer | None,
    parts: items.Items | str | None,
) -> None:
    row = runs.find(db, result.run_id)
    if row is None:
        _settle_review(db, result, startable, answer)
        return
    if row["status"] != "running" or row["attempt"] != result.attempt:
        return
    words = redact.text(result.detail)[:_SUMMARY]
    known = _consumed(row, result)
    if session := result.args.get("session_id"):
        known["session_id"] = session
    if counted := result.args.get("counted"):
        known["counted"] = json.dumps(counted)
    if parts is not None:
        runs.change(db, row["id"], **known)
        splitting.settle(db, result, row, _config(db, row["task_id"]), startable, parts)
        return
    run = agentic_runs.find(db, row["agentic_run_id"])
    if run is None or run.is_terminal:
        runs.end(db, row["id"], "canceled", error="the run ended before it did", **known)
    elif result.status in {"done", "canceled"}:
        said, pull_text = describing.said(result, words)
        runs.change(db, row["id"], summary=_kept(said) or "done", pull_text=pull_text, **known)
        if result.args.get("is_unchanged"):
            _settle_unchanged(db, run, runs.get(db, row["id"]))
        else:
            outbox.enqueue(db, effects.ImportWork(row["agentic_run_id"], row["attempt"]))
    elif result.status == "lost":
        outbox.enqueue(db, _start(row))
    elif result.args.get("kind") == "limit":  # the same again would cost the same again
        runs.end(db, row["id"], "failed", error=words, **known)
        spent = signals.WorkRefused(attempt=result.attempt, why=f"It used up what one run may take: {words}")
        advance.signal(db, row["agentic_run_id"], spent, agent=row["executor_type"])
    elif not _is_put_off(db, run, row, _start(row), result, known, startable):
        runs.end(db, row["id"], "failed", error=words, **known)
        failed = signals.WorkFailed(attempt=result.attempt, error=words)
        advance.signal(db, row["agentic_run_id"], failed, agent=row["executor_type"], duration_ms=endings.took(db, row))


def _kept(summary: str) -> str:
    """The beginning of what an executor says, and its end, where it tells of each request."""
    left_out = len(summary) - _SUMMARY
    return summary if left_out <= 0 else f"{summary[: _SUMMARY // 3]}\n[…]\n{summary[_SUMMARY // 3 + left_out :]}"


def _settle_unchanged(db: Connection, run: Run, row: Row) -> None:
    """It says that there was nothing to do, so nothing is looked for in its tree."""
    unchanged = signals.WorkFinished(attempt=row["attempt"], commit=None, summary=row["summary"])
    endings.succeed(db, run, row, unchanged, trees.Imported(""))


def _is_put_off(
    db: Connection,
    run: Run | None,
    row: Row,
    start: waiting.Start,
    result: engine.RunResult,
    known: dict[str, Any],
    startable: Collection[str],
) -> bool:
    """Whether the work goes on later, or with another executor; what it told so far is kept."""
    if result.status != "put_off" or run is None or run.paused or run.attempt != row["attempt"]:
        return False
    waiting.table(start).change(db, row["id"], **known)
    return waiting.put_off(db, row, start, result, _config(db, row["task_id"]), startable)


def _start(row: Row) -> effects.StartWork:
    return effects.StartWork(row["agentic_run_id"], row["attempt"], row["work"])


def _settle_review(
    db: Connection, result: engine.RunResult, startable: Collection[str], answer: reports.Answer | None
) -> None:
    row = reviews.find(db, result.run_id)
    if row is None or row["status"] != "running" or row["attempt"] != result.attempt:
        return
    run_id = row["agentic_run_id"]
    config = _config(db, row["task_id"])
    consumed = _consumed(row, result)
    again = effects.StartReview(run_id, row["attempt"], row["sha"])
    if _is_put_off(db, agentic_runs.find(db, run_id), row, again, result, consumed, startable):
        return
    if answer is not None:
        judging.settle(db, row, answer, config, consumed)


def _consumed(row: Row, result: engine.RunResult) -> dict[str, Any]:
    """Tokens and dollars as columns, with what the same row consumed before it had to wait; a command has none."""
    usage, cost = result.args.get("usage"), result.args.get("cost_usd")
    counts = usage if isinstance(usage, dict) else {}
    known = {f"{name}_tokens": counts.get(name) for name in ("input", "cached", "output")} | {"cost_usd": cost}
    summed = {name: _plus(row[name], value) for name, value in known.items()}
    is_estimate = bool(result.args.get("cost_is_estimate") or row["cost_is_estimate"])
    return {**summed, "cost_is_estimate": 1 if is_estimate else None}


def _plus(before: Any, more: Any) -> Any:
    return more if before is None else before + (more or 0)


def _config(db: Connection, task_id: str) -> repo_config.RepoConfig:
    task = tasks.find(db, task_id)
    repo = repos.by_id(db, task["repo_id"]) if task else None
    return config_of(repo, task)
