"""Deliveries get lost: they are asked for again within bounds, and what left no trace is found by looking."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from app.lifecycle.run import Phase, Wait
from app.reconcile import looking, lost
from app.reconcile.memory import Memory
from app.store import redeliveries
from tests.stories import scenes
from tests.stories.server import configuration, running


class Clock:
    """The machine's, and as far ahead as a test says."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def asked_again(hub) -> Counter[str]:
    """By GUID, how often GitHub was asked to deliver once more."""
    guids = {str(item["id"]): item["guid"] for item in hub.deliveries.list(1000)[0]}
    posts = [one.path for one in hub.world.requests if one.method == "POST" and one.path.endswith("/attempts")]
    return Counter(guids[path.split("/")[-2]] for path in posts)


async def test_s10_what_failed_is_asked_for_once_and_what_came_since_not_at_all(hub, server):
    pull = await scenes.working_on(hub, server)
    async with scenes.held_back(hub) as lost_ones:
        hub.comment(pull, "/dursor pause", author="alice")
        hub.label(pull, "urgent")
    await scenes.let_go(hub, lost_ones[:1])

    await scenes.swept(server)
    await scenes.swept(server)

    guids = [hub.deliveries.get(number)["guid"] for number in lost_ones]
    assert asked_again(hub) == Counter(guids[1:])
    assert (await server.until(pull)).paused


@pytest.mark.parametrize("status", [404, 413])
async def test_a_delivery_that_we_refused_by_mistake_is_asked_for_as_well(hub, server, status):
    pull = await scenes.working_on(hub, server)
    url = server.url
    hub.target(f"{url}/nowhere" if status == 404 else hub.api_url)
    hub.comment(pull, "/dursor pause", author="alice")
    await hub.quiet()
    hub.target(f"{url}/webhooks/github")

    await scenes.swept(server)

    await server.until(pull, paused=True)


async def test_a_delivery_that_always_fails_is_not_asked_for_for_ever(hub, tmp_path):
    clock = Clock()
    async with running(hub, tmp_path / "data", clock=clock) as server:
        pull = await scenes.working_on(hub, server)
        async with scenes.held_back(hub):
            hub.label(pull, "urgent")
        url, memory = server.url, Memory()
        hub.target("http://127.0.0.1:1/nobody-listens")
        for _ in range(12):
            await scenes.swept(server, memory)
            clock.ahead += timedelta(hours=5)
        assert set(asked_again(hub).values()) == {redeliveries.MAX_TRIES}
        hub.target(f"{url}/webhooks/github")


async def test_many_lost_deliveries_are_asked_for_little_by_little_the_oldest_first(hub, server, monkeypatch):
    monkeypatch.setattr(lost, "AT_ONCE", 2)
    pull = await scenes.working_on(hub, server)
    async with scenes.held_back(hub) as numbers:
        for name in ("a", "b", "c", "d", "e"):
            hub.label(pull, name)
    guids = [hub.deliveries.get(number)["guid"] for number in numbers]

    seen = []
    for _ in range(3):
        await scenes.swept(server)
        seen.append(sorted(map(guids.index, asked_again(hub))))

    assert seen == [[0, 1], [0, 1, 2, 3], [0, 1, 2, 3, 4]]


async def test_a_sweep_where_nothing_changed_costs_one_request_for_a_repository_and_those_for_comments(hub, tmp_path):
    clock = Clock()
    async with running(hub, tmp_path / "data", clock=clock) as server:
        repo = await hub.create_repository("octo/widgets", configuration("semi_auto"))
        pulls = []
        for name in ("one", "two", "three"):
            pulls.append(await hub.open_pull_request(repo, files=scenes.CLEAN, branch=name))
            await hub.finish_check(pulls[-1], "test", "success")
            await server.until(pulls[-1], wait=Wait.APPROVAL)
        memory = Memory()
        clock.ahead += timedelta(minutes=2)
        await scenes.swept(server, memory)

        before = len(hub.world.requests)
        await scenes.swept(server, memory)
        quiet = [one.path for one in hub.world.requests[before:]]
        assert not [path for path in quiet if "/pulls/1" in path or "check" in path or "graphql" in path], quiet
        assert len([path for path in quiet if path.startswith("/repos/")]) <= 3

        async with scenes.held_back(hub):
            hub.close(pulls[1])
        await scenes.swept(server, memory)
        assert (await server.until(pulls[1])).phase is Phase.CANCELED

        async with scenes.held_back(hub):
            hub.deliveries.faults.vanish = 1.0
            await hub.finish_check(pulls[0], "test", "failure")
            hub.deliveries.faults.vanish = 0.0
        clock.ahead += looking.EVERYTHING_AFTER
        await scenes.swept(server, memory)
        assert (await server.until(pulls[0])).wait is not Wait.APPROVAL


COMMANDS = {"take": "/dursor take", "approve": "/dursor approve", "mode": "/dursor mode interactive"}


@pytest.mark.parametrize("said", COMMANDS.values(), ids=COMMANDS.keys())
async def test_a_command_whose_delivery_was_lost_is_obeyed_once_even_when_it_comes_later(hub, server, said):
    pull = await scenes.waiting_for_approval(hub, server)
    if said == COMMANDS["take"]:
        pull = await hub.open_pull_request(pull.repository, files={"z.py": "Z = 1\n"}, branch="other", author="bob")
        await server.rest()
    memory = Memory()
    await scenes.swept(server, memory)
    hub.deliveries.faults.coming = ["lose"]
    comment = hub.comment(pull, said, author="bob" if said == COMMANDS["take"] else "alice")
    hub.set_permission(pull.repository, "bob", "write")
    await hub.quiet()
    number = next(item["id"] for item in hub.deliveries.list(1)[0])

    await looking.look_again(server.world, memory)
    await server.rest()
    obeyed = await scenes.rows(server, "SELECT kind, key FROM jobs WHERE kind = 'ObeyComment'")
    assert len(obeyed) == 1
    assert "eyes" in scenes.reactions(comment)
    history = await server.history(pull)
    assert history

    await scenes.let_go(hub, [number])
    await server.rest()

    assert await scenes.rows(server, "SELECT kind, key FROM jobs WHERE kind = 'ObeyComment'") == obeyed
    assert await server.history(pull) == history
