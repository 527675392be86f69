"""The request that goes out to an engine, and what a worker does with it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Literal

import structlog
from pydantic import JsonValue

from app.errors import DursorError
from app.executors import base, engine, findings, items, prices, registry, sandbox
from app.perform import seam
from app.perform.access import Granted, Keys
from app.perform.world import World
from app.repo_commands import Command
from app.store import agentic_runs, reviews, runs
from app.store.connection import Connection
from app.store.database import Busy, Database

log = structlog.get_logger(__name__)

RESOURCE = "executors"
IDLE_SECONDS = 600.0
"""How long an agent may be silent: longer than the longest quiet tool, as a stalled stream ends by nothing else."""

_FLUSH_SECONDS = 0.4
_SPARE_SECONDS = 60.0


def request(  # noqa: PLR0913 - one keyword for each thing that crosses the seam
    run_id: str,
    attempt: int,
    *,
    lane: str,
    executor: str,
    command: Command | None,
    mode: Literal["edit", "review"],
    worktree: Path,
    state_dir: Path,
    instruction: str,
    minutes: float,
    model: str | None = None,
    session_id: str | None = None,
    counted: Mapping[str, int] | None = None,
    max_usd: float | None = None,
    coder: str | None = None,
    shape: Literal["findings", "items"] = "findings",
) -> engine.RunRequest:
    """One executor run or review, as it crosses the seam: nothing secret, nothing that is not JSON.

    `shape` is what an agent that changes nothing is asked for.
    """
    seconds = 60 * min(minutes, command.timeout_minutes if command else minutes)
    arguments: dict[str, JsonValue] = {
        "executor": executor, "mode": mode, "worktree": str(worktree), "state_dir": str(state_dir),
        "instruction": instruction, "argv": [*command.run] if command else [], "seconds": seconds,
        "env": [*command.env] if command else [], "exit_codes": seam.exit_codes(command),
        "output": command.output if command and mode == "review" else "text",
        "is_structured": mode == "review" and command is None, "model": model, "session_id": session_id,
        "counted": dict(counted or {}), "max_usd": max_usd, "coder": coder, "shape": shape,
    }  # fmt: skip
    return engine.RunRequest(run_id, attempt, lane, RESOURCE, seconds + _SPARE_SECONDS, arguments)


async def submit(world: World, request: engine.RunRequest) -> None:
    """Hand a request to the engine; one that was stopped while its tree was prepared is ended at once.

    StopWork waits for no lane, so it may have come before the engine knew what to stop.
    """
    await world.engine.submit(request)
    run = await world.database.read(lambda db: agentic_runs.find(db, request.lane))
    if run is None or run.attempt != request.attempt:
        await world.engine.cancel(request.run_id, request.attempt)


def execution(
    database: Database, keys: Keys, box: sandbox.Sandbox
) -> Callable[[engine.RunRequest], Awaitable[engine.RunResult]]:
    """What a worker does with a request: run the executor in the box, pass its lines on as they come."""

    async def execute(request: engine.RunRequest) -> engine.RunResult:
        await database.write(lambda db: _begin(db, request.run_id))
        name = str(request.args["executor"])
        lines: list[str] = []
        flusher = asyncio.create_task(_flush(database, request.run_id, lines))
        try:
            async with keys.granted(name, request.run_id, seam.text(request.args.get("coder"))) as granted:
                await database.write(lambda db: _note_model(db, request.run_id, granted))
                executor = await asyncio.to_thread(registry.find, name, {name.partition(":")[2]})
                result = await executor.run(
                    _asked(request, keys, granted, box), lambda event: lines.append(seam.line(event))
                )
        except DursorError as error:
            return engine.RunResult(request.run_id, request.attempt, "error", str(error))
        finally:
            flusher.cancel()
            await _write(database, request.run_id, lines)
        return _result(request, result, granted)

    return execute


_SCHEMAS = {"findings": findings.SCHEMA, "items": items.SCHEMA}


def _asked(request: engine.RunRequest, keys: Keys, granted: Granted, box: sandbox.Sandbox) -> base.Request:
    args, name = request.args, str(request.args["executor"])
    return base.Request(
        run_id=request.run_id, attempt=request.attempt, worktree=Path(str(args["worktree"])),
        state_dir=Path(str(args["state_dir"])), instruction=str(args["instruction"]),
        mode="review" if args["mode"] == "review" else "edit", timeout_seconds=float(str(args["seconds"])),
        argv=seam.words(args["argv"]), env=keys.settings.for_commands(seam.words(args.get("env"))),
        codes=seam.codes(args.get("exit_codes")), output="sarif" if args["output"] == "sarif" else "text",
        idle_seconds=IDLE_SECONDS if name in registry.AGENTS else None,
        schema=_SCHEMAS[str(args.get("shape") or "findings")] if args.get("is_structured") else None,
        model=granted.profile.model_name if granted.profile else seam.text(args.get("model")), access=granted.access,
        session_id=seam.text(args.get("session_id")), counted=seam.counts(args.get("counted")),
        max_usd=float(str(args["max_usd"])) if args.get("max_usd") else None, box=box, contained=box.contains,
    )  # fmt: skip


def _result(request: engine.RunRequest, result: base.Result, granted: Granted) -> engine.RunResult:
    """The result as it crosses the seam. What the gateway saw counts more than what an agent makes of it."""
    status, kind, after = _STATUS[result.status], result.kind, result.retry_after
    seen = granted.grant.refusal if granted.grant else None
    if seen is not None and result.status in {"failed", "timed_out"} and kind not in _OF_ITS_OWN:
        kind, after = seen.kind, seen.seconds if seen.seconds is not None else after
    if status not in {"done", "canceled"} and (
        kind in {"rate_limit", "auth"} or (kind == "server" and after is not None)
    ):
        status = "put_off"
    cost, is_estimate = result.cost_usd, result.cost_is_estimate
    if cost is None and result.usage and granted.profile:
        cost, is_estimate = prices.cost(granted.profile.model_name, result.usage), True
    return engine.RunResult(
        request.run_id,
        request.attempt,
        status,
        result.error or result.summary,
        {
            "summary": result.summary, "session_id": result.session_id, "cost_usd": cost, "output": result.output,
            "kind": kind, "usage": dict(result.usage), "counted": dict(result.counted),
            "cost_is_estimate": is_estimate and cost is not None,
            "structured": json.dumps(result.structured) if result.structured is not None else None,
            "denials": [*result.denials], "retry_after": after,
            "is_unchanged": result.is_unchanged,
            "progressed": bool(granted.grant and granted.grant.answers),
        },
    )  # fmt: skip


_OF_ITS_OWN: set[base.Kind] = {"limit", "schema", "start"}
"""Why a run ends that is nobody's fault but its own, whatever its provider said."""

_STATUS: dict[base.Status, engine.Status] = {
    "completed": "done",
    "failed": "error",
    "canceled": "canceled",
    "timed_out": "timeout",
}


def _table(db: Connection, run_id: str) -> ModuleType:
    """Where the row of a request is: among the executor runs or the reviews."""
    return runs if runs.find(db, run_id) is not None else reviews


def _begin(db: Connection, run_id: str) -> None:
    _table(db, run_id).begin(db, run_id)


def _note_model(db: Connection, run_id: str, granted: Granted) -> None:
    if granted.profile is not None:
        known = {"model_id": granted.profile.id, "model_name": granted.profile.model_name}
        known["provider"] = granted.profile.provider
        _table(db, run_id).change(db, run_id, **known)


async def _flush(database: Database, run_id: str, lines: list[str]) -> None:
    while True:
        await asyncio.sleep(_FLUSH_SECONDS)
        await _write(database, run_id, lines)


async def _write(database: Database, run_id: str, lines: list[str]) -> None:
    """Store the lines that came since the last time; a busy database gets them the next time."""
    if not lines:
        return
    taken = lines[:]

    try:
        await database.write(lambda db: _table(db, run_id).add_log(db, run_id, taken))
        del lines[: len(taken)]
    except Busy as busy:
        log.warning("log lines wait", run=run_id, error=str(busy))
