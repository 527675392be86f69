"""A delivery that was acknowledged is on disk, whenever the server is killed."""

from __future__ import annotations

import asyncio
import random
import signal

import pytest

from tests.crash import images
from tests.crash.posting import Client
from tests.crash.process import ROOT, SERVE, Process

SEEDS = [11, 12, 13]
ROUNDS = 10
HASTY = (str(ROOT / "tests" / "crash" / "hasty_server.py"),)


def server_of(folder, app_pem, serve=SERVE):
    """A server whose GitHub is out of reach: all it can do is receive."""
    nowhere = {"DURSOR_GITHUB_API_URL": "http://127.0.0.1:1/api/v3", "DURSOR_SWEEP_SECONDS": "3600"}
    return Process(folder, serve=serve, DURSOR_GITHUB_APP_ID="1", DURSOR_GITHUB_PRIVATE_KEY=app_pem, **nowhere)


async def crash(server, client, chance):
    """One life of the server, ended by SIGKILL in the middle of what the client sends."""
    if chance.random() < 0.2:  # and now and then one that is over before it began
        await server.spawn()
        await asyncio.sleep(chance.uniform(0.0, 1.0))
        await server.kill()
    await server.start()
    delay = chance.choice([0.0, 0.0, chance.uniform(0.0, 0.004)])

    def then():
        if delay:
            asyncio.get_running_loop().call_later(delay, server.shoot)
        else:
            server.shoot()

    await client.post_until(server.url, chance.randrange(150), then)
    await server.ended()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("seed", SEEDS)
async def test_no_acknowledged_delivery_is_lost_or_doubled_by_kill_9(tmp_path, app_pem, seed):
    chance = random.Random(seed)
    client = Client(chance)
    server = server_of(tmp_path / "data", app_pem)
    for number in range(ROUNDS):
        await crash(server, client, chance)
        image = images.take(server.database, tmp_path / f"image{number}")
        found = images.problems(image, client, client.acknowledged)
        assert not found, (
            f"seed {seed}, round {number} (rerun: pytest tests/crash -k 'kill_9 and {seed}'): {found[:20]}"
        )
    await server.start()
    server.signal(signal.SIGTERM)
    assert await server.ended() == 0
    assert not images.problems(server.database, client, client.acknowledged), f"seed {seed}, after the last start"
    assert server.kills >= ROUNDS
    assert len(client.acknowledged) > ROUNDS


async def test_a_server_that_answers_before_it_commits_is_found_out(tmp_path, app_pem):
    chance = random.Random(20)
    client = Client(chance)
    server = server_of(tmp_path / "data", app_pem, HASTY)
    found = []
    for number in range(10):
        await crash(server, client, chance)
        found = images.problems(images.take(server.database, tmp_path / f"image{number}"), client, client.acknowledged)
        if found:
            break
    assert found
    assert all(problem.endswith("was acknowledged and is lost") for problem in found)


async def test_what_is_on_disk_at_any_instant_holds_all_that_was_acknowledged_before_it(tmp_path, app_pem):
    """The server is stopped between two instructions, its files copied as a crash would leave them, and goes on."""
    chance = random.Random(30)
    client = Client(chance)
    server = server_of(tmp_path / "data", app_pem)
    await server.start()
    posting = asyncio.create_task(client.post_until(server.url, 10**9, server.shoot))
    for number in range(12):
        await asyncio.sleep(chance.uniform(0.0, 0.1))
        server.signal(signal.SIGSTOP)
        acknowledged = set(client.acknowledged)
        image = images.take(server.database, tmp_path / f"image{number}")
        server.signal(signal.SIGCONT)
        found = images.problems(image, client, acknowledged)
        assert not found, f"image {number} of seed 30: {found}"
    await server.kill()
    await posting
    assert len(client.acknowledged) > 12
