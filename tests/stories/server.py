"""A dursor in the test's own process, real in everything: a port, a database file, git, subprocesses, the hub."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, TypeVar

import uvicorn

from app import main
from app.config import Settings
from app.lifecycle.run import Run
from app.localhub import server as hub_server
from app.localhub.hub import Hub
from app.localhub.state import issues
from app.store import agentic_runs, audit
from app.store.connection import Clock, Connection, Row, system_clock

T = TypeVar("T")

PATIENCE_SECONDS = 40.0
CONFIG = """\
mode: {mode}
executor: command:autofix
reviewer: {reviewer}
commands:
  autofix: {{run: [{autofix}], timeout_minutes: 1}}
  lint: {{run: [ruff, check, --no-cache, --output-format, sarif, .], output: sarif}}
trigger: {{adopt: {{authors: [alice]}}}}
ci: {{settle_seconds: 1, rerun_failed_once: false}}
{more}
"""


def configuration(
    mode: str = "full_auto",
    *,
    reviewer: str = "none",
    autofix: str = "ruff, check, --no-cache, --fix, .",
    more: str = "",
) -> dict[str, str]:
    """The files of a repository that wants alice's pull requests taken."""
    text = CONFIG.format(mode=mode, reviewer=reviewer, autofix=autofix, more=more)
    return {"README.md": "# Widgets\n", ".github/dursor.yml": text}


class Server:
    """What a test asks of a running dursor."""

    def __init__(self, server: main.Server, url: str, hub: Hub) -> None:
        self.world = server.world
        self.url = url
        self.hub = hub

    async def run(self, pull: issues.Pull) -> Run | None:
        """The pull request's run."""
        return await self.read(lambda db: agentic_runs.of_pull(db, pull.repository.id, pull.number))

    async def until(self, pull: issues.Pull, **wanted: Any) -> Run:
        """Wait until the run's attributes are these; fails with what it is instead."""
        run = None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    run = await self.run(pull)
                    if run is not None and all(getattr(run, name) == value for name, value in wanted.items()):
                        return run
                    await asyncio.sleep(0.02)
        history = await self.history(pull)
        raise AssertionError(f"waited for {wanted}, but it is {run}\n" + "\n".join(history))

    async def history(self, pull: issues.Pull) -> list[str]:
        """The decisions so far, one line each."""
        run = await self.run(pull)
        rows: list[Row] = await self.read(lambda db: audit.of_run(db, run.id)) if run else []
        return [f"{row['action']} -> {row['phase']}" for row in rows]

    async def rest(self) -> None:
        """Wait until no delivery, due job or executor is left: whatever was going to happen has happened."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.hub.quiet()
            while await self.read(_busy):
                await asyncio.sleep(0.02)
                await self.hub.quiet()

    async def read(self, work: Callable[[Connection], T]) -> T:
        return await self.world.database.read(work)


def _busy(db: Connection) -> bool:
    waiting = db.execute("SELECT count(*) FROM webhook_deliveries WHERE status = 'pending'").fetchone()[0]
    soon = db.execute(
        "SELECT count(*) FROM jobs WHERE status = 'running' OR (status = 'queued' AND run_after < strftime("
        "'%Y-%m-%dT%H:%M:%fZ', 'now', '+3 seconds'))"
    ).fetchone()[0]
    working = db.execute("SELECT count(*) FROM runs WHERE status IN ('queued', 'running')").fetchone()[0]
    reviewing = db.execute("SELECT count(*) FROM reviews WHERE status = 'running'").fetchone()[0]
    return bool(waiting or soon or working or reviewing)


def settings(hub: Hub, folder: Path, **more: object) -> Settings:
    """Settings for a server of this hub."""
    wanted: dict[str, object] = {
        "data_dir": folder, "github_api_url": hub.api_url, "github_app_id": str(hub.app.id),
        "github_private_key": hub.private_key_pem, "webhook_secret": hub.webhook_secret, "settle_seconds": 0,
        "sweep_seconds": 3600, "admin_token": "an-admin-token-for-tests", "sandbox_readable": (folder.parent / "seen",),
    }  # fmt: skip
    return Settings.load(**(wanted | more))


@contextlib.asynccontextmanager
async def running(hub: Hub, folder: Path, *, clock: Clock = system_clock, **more: object) -> AsyncIterator[Server]:
    """A started server that the hub delivers to; its executors see what lies in `seen`, beside its folder."""
    (folder.parent / "seen").mkdir(exist_ok=True)
    tools = str(Path(sys.executable).parent)
    if tools not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = tools + os.pathsep + os.environ["PATH"]
    async with main.running(settings(hub, folder, **more), clock=clock) as server:
        with hub_server.listen() as listener:
            config = uvicorn.Config(server.app, log_config=None, access_log=False, lifespan="off")
            web = uvicorn.Server(config)
            web.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
            serving = asyncio.create_task(web.serve(sockets=[listener]))
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            hub.target(f"{url}/webhooks/github")
            await server.world.known.wait()
            try:
                yield Server(server, url, hub)
            finally:
                hub.target(None)
                web.should_exit = True
                await serving
