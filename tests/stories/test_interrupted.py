"""A server that was killed while an executor's work was on its way back."""

from __future__ import annotations

import asyncio
from pathlib import Path

from app import outbox
from app.lifecycle import effects
from app.lifecycle.run import Phase
from app.store import connection, runs
from tests.stories import scenes
from tests.stories import server as servers


async def test_work_whose_result_is_there_is_not_begun_again_before_it_is_taken_in(hub, tmp_path):
    """As after a kill between the storing of a result and the end of the job that had handed the work out."""
    async with servers.running(hub, tmp_path / "data") as server:
        pull = await scenes.fixing(hub, server)
        async with asyncio.timeout(servers.PATIENCE_SECONDS):
            while not await scenes.rows(server, "SELECT id FROM runs WHERE submissions = 1"):
                await asyncio.sleep(0.02)
        database = server.world.settings.database_path
    db = connection.connect(database)
    (row,) = db.execute("SELECT * FROM runs").fetchall()
    (Path(row["worktree_path"]) / "a.py").write_text("A = 1\n")
    runs.change(db, row["id"], summary="Found 1 error (1 fixed).")
    outbox.enqueue(db, effects.StartWork(row["agentic_run_id"], row["attempt"], row["work"]))
    outbox.enqueue(db, effects.ImportWork(row["agentic_run_id"], row["attempt"]))
    db.close()

    async with servers.running(hub, tmp_path / "data") as server:
        await server.until(pull, phase=Phase.WAITING_CI, iteration=1)
        (row,) = await scenes.rows(server, "SELECT * FROM runs")

    assert (row["status"], row["submissions"]) == ("succeeded", 1)
    assert len(scenes.pushed_by_us(hub)) == 1
