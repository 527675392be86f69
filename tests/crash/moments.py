"""When the server is killed: anywhere, or where it hurts. Each ends with the server dead."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from app.localhub.faults import Fault
from app.perform.working import MAX_SUBMISSIONS
from app.store.connection import Connection
from tests.crash.life import Life, Told

WRITES = {
    "token": ("POST", r"/access_tokens$"),
    "new check run": ("POST", r"/check-runs$"),
    "check run": ("PATCH", r"/check-runs/\d+$"),
    "new comment": ("POST", r"/issues/\d+/comments$"),
    "comment": ("PATCH", r"/issues/comments/\d+$"),
    "review": ("POST", r"/pulls/\d+/reviews$"),
    "merge": ("PUT", r"/merge$"),
    "deleted branch": ("DELETE", r"/git/refs/heads/"),
}


async def any_time(life: Life, longest: float = 2.5) -> None:
    await asyncio.sleep(life.chance.uniform(0.0, longest))
    await life.server.kill()


async def while_an_executor_runs(life: Life) -> None:
    """One that was not interrupted so often yet that it counts as hopeless."""
    await life.until(lambda: life.read(_executors), "no executor ran")
    await any_time(life, 0.4)


async def at_the_effect(life: Life, name: str) -> None:
    """GitHub has done it; the answer finds nobody."""
    method, path = WRITES[name]

    def is_it(request: Any) -> bool:
        return request.method == method and bool(re.search(path, request.path)) and request.status < 300

    await _at_the_first(life, life.hub.requests, is_it, name)


async def at_a_push(life: Life) -> None:
    """Our commit is on the branch; git does not hear of it."""
    await _at_the_first(life, life.hub.pushes, lambda push: push.who == "dursor[bot]", "push")


async def after_a_lost_answer(life: Life, name: str) -> None:
    """GitHub has done it and the connection breaks; the server has some time to wonder."""
    method, path = WRITES[name]
    fault = Fault(method, path, reset=True, when="after")
    life.hub.faults.add(fault)
    await life.until(lambda: fault not in life.hub.faults.waiting, f"there was no {name}")
    await any_time(life, 0.3)


async def under_a_slow_request(life: Life, name: str) -> None:
    """GitHub does it when the server that asked is dead, and perhaps the next one at work."""
    method, path = WRITES[name]
    fault = Fault(method, path, delay=life.chance.uniform(2.0, 3.5))
    life.hub.faults.add(fault)
    await life.until(lambda: fault not in life.hub.faults.waiting, f"there was no {name}")
    await any_time(life, 0.1)


async def under_a_slow_push(life: Life) -> None:
    """git, which outlives the server, pushes on."""
    hook, marker = life.hub.world.root / ".hooks" / "pre-receive", life.server.folder / "pushing"
    marker.unlink(missing_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch '{marker}'\nsleep {life.chance.uniform(0.2, 2.0):.1f}\n")
    hook.chmod(0o700)
    try:
        await life.until(marker.exists, "there was no push")
        await any_time(life, 0.2)
    finally:
        hook.unlink()


async def at_the_start(life: Life) -> None:
    """Killed, and killed again before it is up."""
    await any_time(life, 1.0)
    await life.server.spawn()
    await any_time(life, 1.2)


async def _at_the_first(life: Life, told: Any, is_it: Any, name: str) -> None:
    assert isinstance(told, Told)
    kills = life.server.kills

    def listener(item: Any) -> None:
        if life.server.kills == kills and is_it(item):
            life.server.shoot()

    told.listener = listener
    try:
        await life.until(lambda: life.server.kills > kills, f"there was no {name}")
    finally:
        told.listener = None
    await life.server.ended()


def _executors(db: Connection) -> bool:
    running = db.execute("SELECT max(submissions) FROM runs WHERE status = 'running'").fetchone()[0]
    return running is not None and running < MAX_SUBMISSIONS // 2
