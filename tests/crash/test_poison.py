"""One delivery or job that kills the process kills it a few times, is set aside with words, and holds up nobody."""

from __future__ import annotations

import pytest

from app.store import connection, restarts
from tests.crash import process
from tests.crash.deadly_server import DEADLY
from tests.stories.server import configuration

pytestmark = pytest.mark.timeout(240)

SERVE = (str(process.ROOT / "tests" / "crash" / "deadly_server.py"),)


async def lives(server, is_over, at_most):
    """Start it whenever it has died, until `is_over`; returns how often it died."""
    for died in range(at_most):
        await server.spawn()
        try:
            await process.until(lambda: server.has_ended or is_over(server), "neither dead nor done")
        except AssertionError:
            raise AssertionError(server.last_words()) from None
        if not server.has_ended:
            return died
    raise AssertionError(f"it still dies:\n{server.last_words()}")


def of(server, sql):
    """What the server's database says; nothing before it has its tables."""
    if not server.database.exists():
        return []
    db = connection.connect(server.database, readonly=True)
    try:
        made = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'installations'").fetchone()
        return [dict(row) for row in db.execute(sql)] if made else []
    finally:
        db.close()


def settings(hub):
    return {
        "DURSOR_GITHUB_API_URL": hub.api_url, "DURSOR_GITHUB_APP_ID": str(hub.app.id),
        "DURSOR_GITHUB_PRIVATE_KEY": hub.private_key_pem, "DURSOR_SWEEP_SECONDS": "3600",
    }  # fmt: skip


async def test_a_delivery_that_kills_the_server_is_set_aside_and_those_behind_it_are_handled(hub, tmp_path):
    server = process.Process(tmp_path / "data", serve=SERVE, **settings(hub))
    hub.target(f"{server.url}/webhooks/github")
    await server.start()
    for zen in (DEADLY, "Keep it logically awesome."):
        await hub.deliveries.send("ping", None, {"zen": zen, "hook_id": 1, "hook": {}}, None, None)
    await hub.quiet()
    await server.ended()

    def is_over(server):
        return of(server, "SELECT 1 FROM webhook_deliveries WHERE status = 'failed'")

    died = await lives(server, is_over, restarts.DELIVERY_INTERRUPTIONS + 2)

    assert 1 <= died <= restarts.DELIVERY_INTERRUPTIONS
    (row,) = of(server, "SELECT error FROM webhook_deliveries WHERE status = 'failed'")
    assert "the server ended" in row["error"]
    server.shoot()
    await server.ended()


async def test_a_job_that_kills_the_server_is_set_aside_and_the_others_get_done(hub, tmp_path):
    repo = await hub.create_repository("octo/widgets", configuration("semi_auto"))
    pull = await hub.open_pull_request(repo, files={"a.py": "A = 1\n"})
    server = process.Process(tmp_path / "data", serve=SERVE, DEADLY_JOBS="1", **settings(hub))
    hub.target(f"{server.url}/webhooks/github")

    def is_over(server):
        return of(server, "SELECT 1 FROM jobs WHERE status = 'failed'")

    died = await lives(server, is_over, 3 * restarts.JOB_INTERRUPTIONS)

    assert died >= restarts.JOB_INTERRUPTIONS
    (row,) = of(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")
    assert row["kind"] == "FindPlaces"
    assert "the server ended 8 times" in row["error"]
    hub.comment(pull, "/dursor status", author="alice")
    await process.until(lambda: of(server, "SELECT 1 FROM jobs WHERE kind = 'ObeyComment'"), "it does nothing more")
    assert not server.has_ended
    server.shoot()
    await server.ended()
