"""A bench that any engine can be put on: work whose end the test decides, and a sink that can fail."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from app import errors
from app.executors import engine
from tests.executors.programs import until

Make = Callable[[engine.Execute, engine.Sink], engine.Engine]


class Bench:
    """`finish` lets a run end; `running`, `most` and `started` tell what the engine did with them."""

    def __init__(self, make: Make) -> None:
        self.results: list[engine.RunResult] = []
        self.started: list[str] = []
        self.running: set[str] = set()
        self.most = 0
        self.doors: dict[str, asyncio.Event] = {}
        self.sink_fails = 0
        self.sink_tried = 0
        self.engine = make(self._execute, self._sink)

    async def submit(self, run_id: str, **fields: Any) -> engine.RunRequest:
        values: dict[str, Any] = {"attempt": 1, "lane": run_id, "resource": "agents", "timeout_s": 60.0, **fields}
        request = engine.RunRequest(run_id=run_id, **values)
        self.doors.setdefault(run_id, asyncio.Event())
        await self.engine.submit(request)
        return request

    def finish(self, *run_ids: str) -> None:
        for run_id in run_ids:
            self.doors[run_id].set()

    async def answers(self, count: int) -> dict[str, str]:
        await until(lambda: len(self.results) >= count)
        return {result.run_id: result.status for result in self.results}

    async def _execute(self, request: engine.RunRequest) -> engine.RunResult:
        self.started.append(request.run_id)
        self.running.add(request.run_id)
        self.most = max(self.most, len(self.running))
        try:
            await self.doors[request.run_id].wait()
        finally:
            self.running.discard(request.run_id)
        if error := request.args.get("raise"):
            raise {"refused": errors.Refused("no"), "bug": LookupError("s3cret"), "slow": TimeoutError()}[str(error)]
        status: engine.Status = "put_off" if request.args.get("status") == "put_off" else "done"
        return engine.RunResult(request.run_id, request.attempt, status, args={"echo": request.args.get("say")})

    async def _sink(self, result: engine.RunResult) -> None:
        self.sink_tried += 1
        if self.sink_fails > 0:
            self.sink_fails -= 1
            raise errors.Transient("the database is busy")
        self.results.append(result)
