"""What nobody needs any more is removed, and nothing else."""

from __future__ import annotations

from datetime import timedelta

from app.lifecycle.run import Phase
from app.reconcile import tidying
from app.store.connection import iso
from tests.stories import scenes


async def test_the_homes_of_executors_go_a_month_after_their_run_ended(hub, server):
    pull = await scenes.working_on(hub, server)
    run = await server.until(pull)
    homes = [server.world.root / "state" / name for name in (run.id, f"{run.id}.review")]
    for home in homes:
        (home / "sessions").mkdir(parents=True)

    async def tidied(phase, ago):
        when = iso(server.world.now() - ago)
        await server.world.database.write(
            lambda db: db.execute("UPDATE agentic_runs SET phase = ?, last_activity = ?", (phase, when))
        )
        await tidying.tidy(server.world)
        return [home.exists() for home in homes]

    assert await tidied(Phase.AWAITING_HUMAN, timedelta(days=60)) == [True, True]
    assert await tidied(Phase.COMPLETED, timedelta(days=29)) == [True, True]
    assert await tidied(Phase.COMPLETED, timedelta(days=31)) == [False, False]
