"""A server that is killed while work waits for a provider's limit: the next one waits on, and begins no earlier."""

from __future__ import annotations

from app.lifecycle.run import Phase
from app.store import agentic_runs, connection
from app.store.connection import parse
from tests import providers
from tests.crash import process
from tests.stories import agents, scenes
from tests.stories.server import settings


async def test_a_wait_outlives_the_server_and_costs_nothing(hub, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    model = agents.Model(folder, agents.limited(12), first=2)
    async with providers.serve(model) as standin:
        agents.add_model(settings(hub, folder), "anthropic", "claude-sonnet-4-5", standin.url)
        async with process.serving(hub, folder, **agents.CLAUDE) as server:
            pull = await agents.adopted(hub, "claude_code", mode="semi_auto")
            await process.until(lambda: _run(server, pull), "it was not taken")
            await hub.finish_check(pull, "lint", "failure")
            await process.until(lambda: _row(server, "status = 'queued' AND retry_at IS NOT NULL"), "it does not wait")
            wait = _row(server, "waits = 1")
            asked = len(standin.answered)
            for _ in range(2):
                await server.kill()
                await server.start()
            assert _row(server, "waits = 1")["retry_at"] == wait["retry_at"]
            assert len(standin.answered) == asked
            model.limit = None
            await process.until(lambda: _row(server, "status = 'succeeded'"), "it did not go on")
            row = _row(server, "status = 'succeeded'")
            assert (row["attempt"], row["submissions"], row["waits"]) == (1, 1, 1)
            assert parse(row["completed_at"]) > parse(wait["retry_at"])
            assert all("tool_result" in request.text for request in standin.answered[asked:])
            await process.until(lambda: _run(server, pull).phase is Phase.WAITING_CI, "it was not pushed")
            assert _run(server, pull).failures == 0
    assert scenes.pushed_by_us(hub) == [f"refs/heads/{pull.head_ref}"]


def _run(server, pull):
    return _read(server, lambda db: agentic_runs.of_pull(db, pull.repository.id, pull.number))


def _row(server, where):
    return _read(server, lambda db: db.execute(f"SELECT * FROM runs WHERE {where}").fetchone())


def _read(server, work):
    db = connection.connect(server.database, readonly=True)
    try:
        return work(db)
    finally:
        db.close()
