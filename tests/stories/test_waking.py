"""Whatever a live run waits for, and if no event ever came: something wakes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.lifecycle.run import TERMINAL, Phase, Wait
from app.reconcile import deadlines, looking
from app.reconcile.memory import Memory
from tests.stories import scenes
from tests.stories.server import running

STATES = [
    *((phase, None) for phase in Phase if phase not in TERMINAL and phase is not Phase.AWAITING_HUMAN),
    *((Phase.AWAITING_HUMAN, wait) for wait in Wait),
]
TIMED = set(Phase) - TERMINAL - {Phase.AWAITING_HUMAN}
AT_EVERY_SWEEP = {(Phase.WAITING_CI, None), (Phase.AWAITING_HUMAN, Wait.GATE), (Phase.AWAITING_HUMAN, Wait.BASE_RED)}


class Clock:
    """The machine's, and as far ahead as a test says."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


async def test_every_live_run_has_something_that_wakes_it(hub, tmp_path):
    clock = Clock()
    async with running(hub, tmp_path / "data", clock=clock) as server:
        pull = await scenes.waiting_for_approval(hub, server)
        run = await server.until(pull)
        await server.rest()
        hub.target(None)
        for phase, wait in STATES:
            memory = Memory()
            await _put(server, run.id, phase, wait)
            memory.looked[run.id], memory.versions[run.id] = clock(), pull.updated_at
            memory.places_at = clock()
            asked = await _kinds(server, memory, run.id)
            assert ("ReadCi" in asked) is ((phase, wait) in AT_EVERY_SWEEP), (phase, wait, asked)
            assert "ReadPull" not in asked

            await _put(server, run.id, phase, wait)
            memory.looked[run.id] = clock() - looking.EVERYTHING_AFTER - timedelta(seconds=1)
            asked = await _kinds(server, memory, run.id)
            assert {"ReadPull", "ReadReviews"} <= asked, (phase, wait, asked)


@pytest.mark.parametrize("phase", sorted(TIMED))
async def test_every_phase_that_waits_for_no_person_has_a_deadline(hub, tmp_path, phase):
    clock = Clock()
    async with running(hub, tmp_path / "data", clock=clock) as server:
        pull = await scenes.waiting_for_approval(hub, server)
        run = await server.until(pull)
        await server.rest()
        await _put(server, run.id, phase, None)
        since = clock().isoformat()
        await server.world.database.write(
            lambda db: db.execute("UPDATE agentic_runs SET phase_since = ? WHERE id = ?", (since, run.id))
        )
        await deadlines.pass_on(server.world)
        assert (await server.until(pull)).phase is phase

        clock.ahead += timedelta(days=2)
        await deadlines.pass_on(server.world)

        assert (await server.until(pull)).phase in {Phase.FAILED, Phase.AWAITING_HUMAN}


async def _put(server, run_id, phase, wait):
    """Put the run into a state, with nothing queued for it."""

    def put(db):
        db.execute("DELETE FROM jobs")
        db.execute("UPDATE agentic_runs SET phase = ?, wait = ? WHERE id = ?", (phase, wait, run_id))

    await server.world.database.write(put)


async def _kinds(server, memory, run_id):
    """What a sweep queues for the run; it is taken out before anybody performs it."""
    queued: set[str] = set()

    def note(db):
        queued.update(row["kind"] for row in db.execute("SELECT kind FROM jobs WHERE lane = ?", (run_id,)))

    await looking.look_again(server.world, memory)
    await server.world.database.write(note)
    return queued
