"""A hub where pull requests keep coming and CI keeps reporting, and a dursor that takes them to the merge."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from app.lifecycle.run import Phase
from app.localhub.hub import Hub
from app.localhub.state import issues, repository
from app.store import agentic_runs, audit, connection
from app.store.connection import Connection
from tests.crash import process
from tests.stories.server import configuration

IN_FLIGHT = 3
LINTED = (
    "--output-format, sarif, .], output: sarif",
    "--extend-select, D100, --output-format, sarif, .], output: sarif",
)
"""The linter finds in each file that nothing says what it is for, which holds nothing up."""
AUTOFIX = "sh, -c, 'sleep 0.3; exec ruff check --no-cache --fix .'"


class Told(list[Any]):
    """A list of the hub's that tells at once what is added: the effect is there, its answer is not out yet."""

    listener: Callable[[Any], None] | None = None

    def append(self, item: Any) -> None:
        super().append(item)
        if self.listener is not None:
            self.listener(item)


class Life:
    """Everything a crash test looks at. `chance` is seeded."""

    def __init__(self, hub: Hub, server: process.Process, repo: repository.Repository, seed: int) -> None:
        self.hub, self.server, self.repo, self.seed = hub, server, repo, seed
        self.chance = random.Random(seed)
        self.more = True
        self._reported: set[str] = set()
        self._first: dict[int, str] = {}

    async def go_on(self) -> None:
        """Open pull requests as long as more are wanted; report each new head once, red before it was mended."""
        while True:
            if self.more and sum(pull.state == "open" for pull in self.hub.pulls) < IN_FLIGHT:
                await self._open()
            for pull in self.hub.pulls:
                if pull.state == "open" and pull.head_sha not in self._reported:
                    self._reported.add(pull.head_sha)
                    red = pull.head_sha == self._first.setdefault(pull.number, pull.head_sha)
                    await self.hub.finish_check(pull, "lint", "failure" if red else "success")
            await asyncio.sleep(0.02)

    async def to_the_end(self) -> None:
        """No more pull requests; wait until all are merged and nothing is left to do."""
        self.more = False
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(process.PATIENCE_SECONDS):
                while not (all(pull.merged_at for pull in self.hub.pulls) and self.read(_is_idle)):
                    await asyncio.sleep(0.05)
                return
        raise AssertionError(self.told("not all came to their end", self.read(_stuck)))

    async def until(self, what: Callable[[], object], words: str) -> None:
        """Wait until `what` is true; fails with `words`."""
        try:
            await process.until(what, words)
        except AssertionError:
            raise AssertionError(self.told(words, self.read(_stuck))) from None

    def told(self, words: str, more: object = "") -> str:
        """A failure's text: what, the seed and how to see it again."""
        log = self.server.last_words()
        test = os.environ["PYTEST_CURRENT_TEST"].partition(" ")[0]
        return f"{words}: {more}\nseed {self.seed}; rerun: pytest '{test}'\n{log}"

    def read(self, work: Callable[[Connection], Any]) -> Any:
        """The result of `work` on the server's database."""
        db = connection.connect(self.server.database, readonly=True)
        try:
            return work(db)
        finally:
            db.close()

    async def _open(self) -> issues.Pull:
        name = f"part{len(self.hub.pulls)}"
        files = {f"{name}.py": f"import os\n\nNAME = {name!r}\n"}
        return await self.hub.open_pull_request(self.repo, title=f"Add {name}", files=files, branch=name)


@contextlib.asynccontextmanager
async def led(hub: Hub, folder: Path, seed: int, *, autofix: str = AUTOFIX) -> AsyncIterator[Life]:
    """A life that goes on for as long as the block runs."""
    for name in ("requests", "pushes", "merges"):
        setattr(hub.world, name, Told())
    files = configuration(reviewer="command:lint", autofix=autofix)
    config = files[".github/dursor.yml"].replace(*LINTED)
    files[".github/dursor.yml"] = config.replace("output: sarif}", "output: sarif, levels: {error: info}}")
    repo = await hub.create_repository("octo/widgets", files)
    async with process.serving(hub, folder, DURSOR_MAX_PARALLEL_RUNS=str(IN_FLIGHT)) as server:
        life = Life(hub, server, repo, seed)
        going = asyncio.create_task(life.go_on())
        try:
            yield life
        finally:
            going.cancel()
            (broken,) = await asyncio.gather(going, return_exceptions=True)
            if isinstance(broken, Exception):
                raise broken


def _is_idle(db: Connection) -> bool:
    jobs = db.execute("SELECT count(*) FROM jobs WHERE status IN ('queued', 'running')").fetchone()[0]
    pending = db.execute("SELECT count(*) FROM webhook_deliveries WHERE status = 'pending'").fetchone()[0]
    return not (jobs or pending or agentic_runs.live(db))


def _stuck(db: Connection) -> str:
    """The history of each run that did not end completed, and the jobs that are left."""
    lines = []
    for row in db.execute("SELECT id, phase, pr_number, note FROM agentic_runs ORDER BY id"):
        if row["phase"] != Phase.COMPLETED:
            past = " > ".join(f"{one['action']}:{one['phase']}" for one in audit.of_run(db, row["id"]))
            lines.append(f"#{row['pr_number']} {row['phase']} {row['note']}: {past}")
    left = db.execute("SELECT kind, status, run_after, attempts, error FROM jobs WHERE status IN ('queued', 'failed')")
    return "\n".join([*lines, *(str(tuple(job)) for job in left)])
