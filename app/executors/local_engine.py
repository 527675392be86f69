"""The embedded engine: runs are tasks of this process, nothing else to operate."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from app import errors, redact
from app.executors import engine

_REMEMBERED = 10_000  # reported runs that a late second submit must not start again
_AGAIN = {"lost", "put_off"}

_log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

Key = tuple[str, int]


class LocalEngine:
    """Runs requests with `execute`, at most `limits[resource]` at once and one at a time per lane.

    `sink` is awaited for every result. One that raises is tried `sink_tries` times, `sink_pause` seconds
    apart and doubling; after that the run is forgotten, so that it may be submitted again.
    """

    def __init__(
        self,
        execute: engine.Execute,
        sink: engine.Sink,
        limits: Mapping[str, int],
        *,
        sink_tries: int = 6,
        sink_pause: float = 0.5,
    ) -> None:
        self._execute, self._sink = execute, sink
        self._slots = {resource: asyncio.Semaphore(limit) for resource, limit in limits.items()}
        self._lanes: dict[str, _Lane] = {}
        self._runs: dict[Key, _Run] = {}
        self._reported: OrderedDict[Key, None] = OrderedDict()
        self._sink_tries, self._sink_pause = sink_tries, sink_pause
        self._closing = asyncio.Event()

    async def submit(self, request: engine.RunRequest) -> None:
        key = request.run_id, request.attempt
        if key in self._runs or key in self._reported:
            return
        if self._closing.is_set():
            raise errors.Transient("The engine is closed.")
        if request.resource not in self._slots:
            raise errors.ConfigError(f"No limit is set for the resource {request.resource!r}.")
        work = asyncio.create_task(self._work(request), name=f"run {request.run_id}/{request.attempt}")
        self._runs[key] = _Run(work, asyncio.create_task(self._report(request, work)))

    async def cancel(self, run_id: str, attempt: int) -> None:
        if run := self._runs.get((run_id, attempt)):
            run.work.cancel()

    def knows(self, run_id: str, attempt: int) -> bool:
        return (run_id, attempt) in self._runs

    async def close(self) -> None:
        self._closing.set()
        for run in self._runs.values():
            run.work.cancel()
        while self._runs:
            await asyncio.wait({run.report for run in self._runs.values()})

    async def _work(self, request: engine.RunRequest) -> engine.RunResult:
        """The run's result, whatever happens; only a cancellation is raised."""
        lane = self._lanes.setdefault(request.lane, _Lane())
        lane.runs += 1
        try:
            async with lane.free, self._slots[request.resource]:
                return await self._timed(request)
        finally:
            lane.runs -= 1
            if not lane.runs:
                del self._lanes[request.lane]

    async def _timed(self, request: engine.RunRequest) -> engine.RunResult:
        limit = asyncio.timeout(request.timeout_s)
        try:
            async with limit:
                result = await self._execute(request)
            if (result.run_id, result.attempt) == (request.run_id, request.attempt):
                return result
            _log.error("engine.wrong_result", wanted=request.run_id, got=result.run_id)
            return _ended(request, "error", "The executor answered for another run.")
        except TimeoutError:
            if limit.expired():
                return _ended(request, "timeout", f"Stopped after {request.timeout_s:g} seconds.")
            return _ended(request, "error", "Something that the run waited for did not answer in time.")
        except errors.DursorError as error:
            return _ended(request, "error", str(error))
        except Exception as error:  # noqa: BLE001 (a bug: logged here, and the run has a result all the same)
            _log.exception("engine.run_failed", run_id=request.run_id, attempt=request.attempt)
            return _ended(request, "error", f"Internal error: {type(error).__name__}.")

    async def _report(self, request: engine.RunRequest, work: asyncio.Task[engine.RunResult]) -> None:
        """Wait for the work and hand its result over; a close in between leaves it unreported."""
        key = request.run_id, request.attempt
        await asyncio.wait({work})
        result = _ended(request, "canceled", "Stopped on request.") if work.cancelled() else work.result()
        if await self._delivered(result) and result.status not in _AGAIN:
            self._reported[key] = None
            if len(self._reported) > _REMEMBERED:
                self._reported.popitem(last=False)
        del self._runs[key]

    async def _delivered(self, result: engine.RunResult) -> bool:
        for tried in range(self._sink_tries):
            if self._closing.is_set():
                return False
            try:
                await self._sink(result)
            except Exception:  # noqa: BLE001 (the caller's bug or passing trouble: logged and tried again)
                _log.exception("engine.sink_failed", run_id=result.run_id, attempt=result.attempt, tried=tried + 1)
                await self._pause(self._sink_pause * 2**tried)
            else:
                return True
        return False

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)


@dataclass(slots=True)
class _Lane:
    """`runs` counts those that run or wait in this lane; the lane exists as long as there is one."""

    free: asyncio.Lock = field(default_factory=asyncio.Lock)
    runs: int = 0


@dataclass(frozen=True, slots=True)
class _Run:
    work: asyncio.Task[engine.RunResult]
    report: asyncio.Task[None]


def _ended(request: engine.RunRequest, status: engine.Status, detail: str) -> engine.RunResult:
    return engine.RunResult(request.run_id, request.attempt, status, redact.text(detail))
