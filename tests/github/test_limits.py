"""Turns and pauses, on a clock that moves only when somebody sleeps."""

from __future__ import annotations

import asyncio

import pytest

from app import errors
from app.github import client, limits
from tests.github import scripted
from tests.github.conftest import APP_ID, INSTALLATION

THING = "repos/octo/widgets/thing"


@pytest.fixture
async def github(server, private_key_pem, clock):
    pace = limits.Pace(clock=clock, sleep=clock.sleep)
    async with client.GitHub(APP_ID, private_key_pem, server.api_url, pace=pace) as github:
        yield github


async def test_writes_are_made_one_by_one_with_a_second_between(server, github, clock):
    repo = github.repository(INSTALLATION, 1001, "octo/widgets")
    began, under_way = [], 0

    async def note(request):
        nonlocal under_way
        began.append(clock.time)
        under_way += 1
        assert under_way == 1
        await asyncio.sleep(0)
        under_way -= 1
        return await scripted.reply({}, 201)(request)

    server.on(f"POST {THING}", note)
    await asyncio.gather(*(repo.write("POST", "thing", {}) for _ in range(5)))

    assert [moment - began[0] for moment in began] == [0.0, 1.0, 2.0, 3.0, 4.0]


async def test_reads_do_not_wait_for_each_other_nor_for_writes(server, github, clock):
    repo = github.repository(INSTALLATION, 1001, "octo/widgets")
    server.on(f"GET {THING}", scripted.reply({}))
    server.on(f"POST {THING}", scripted.reply({}))

    before = clock.time

    await repo.write("POST", "thing", {})
    await asyncio.gather(*(repo.get("thing") for _ in range(20)))

    assert clock.time == before


async def test_ten_requests_of_an_installation_are_under_way_at_most(clock):
    lane = limits.Lane(limits.Pace(clock=clock, sleep=clock.sleep))
    go, begun = asyncio.Event(), []

    async def read(number):
        async with lane.turn(is_write=False):
            begun.append(number)
            await go.wait()

    reads = [asyncio.create_task(read(number)) for number in range(25)]
    for _ in range(100):
        await asyncio.sleep(0)
    assert len(begun) == 10

    go.set()
    await asyncio.gather(*reads)
    assert len(begun) == 25


LIMITED = scripted.reply({"message": "You have exceeded a secondary rate limit"}, 403, retry_after="30")


async def test_a_limit_pauses_its_installation_and_no_other(server, github, clock):
    limited = github.repository(INSTALLATION, 1001, "octo/widgets")
    other = github.repository(INSTALLATION + 1, 2002, "acme/anvils")
    server.on(f"GET {THING}", LIMITED, scripted.reply({"fine": True}))
    server.on("GET repos/acme/anvils/thing", scripted.reply({"fine": True}))

    with pytest.raises(errors.RateLimited) as first:
        await limited.get("thing")
    assert first.value.after == 30
    clock.time += 10
    with pytest.raises(errors.RateLimited) as second:
        await limited.get("thing")
    assert second.value.after == 20
    assert server.paths("GET") == [THING]
    assert github.lane(INSTALLATION).paused_for() == 20

    assert await other.get("thing") == {"fine": True}
    clock.time += 20
    assert await limited.get("thing") == {"fine": True}


async def test_the_pause_holds_for_every_repository_of_the_installation(server, github):
    server.on(f"GET {THING}", LIMITED)
    with pytest.raises(errors.RateLimited):
        await github.repository(INSTALLATION, 1001, "octo/widgets").get("thing")

    with pytest.raises(errors.RateLimited):
        await github.repository(INSTALLATION, 1002, "octo/gadgets").write("POST", "thing")
    assert server.paths("GET") == [THING]


async def test_a_write_that_waited_into_a_pause_is_not_made(server, github, clock):
    repo = github.repository(INSTALLATION, 1001, "octo/widgets")
    server.on(f"POST {THING}", LIMITED, scripted.reply({}))

    outcomes = await asyncio.gather(*(repo.write("POST", "thing") for _ in range(3)), return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [errors.RateLimited] * 3
    assert server.paths("POST").count(THING) == 1


async def test_a_longer_pause_outlasts_a_shorter_one(clock):
    lane = limits.Lane(limits.Pace(clock=clock, sleep=clock.sleep))

    lane.pause(600)
    lane.pause(60)

    assert lane.paused_for() == 600


async def test_a_write_that_failed_still_keeps_its_distance(clock):
    lane, before = limits.Lane(limits.Pace(clock=clock, sleep=clock.sleep)), clock.time
    with pytest.raises(errors.Invalid):
        async with lane.turn(is_write=True):
            raise errors.Invalid("no")

    async with lane.turn(is_write=True):
        assert clock.time == before + 1.0


async def write(lane):
    async with lane.turn(is_write=True):
        pass


async def test_sixty_writes_a_minute_are_made_and_no_more(clock):
    lane, before = limits.Lane(limits.Pace(write_gap=0, clock=clock, sleep=clock.sleep)), clock.time
    for _ in range(60):
        await write(lane)
        clock.time += 0.5

    with pytest.raises(errors.RateLimited) as over:
        await write(lane)
    assert over.value.after == 30.0
    async with lane.turn(is_write=False):
        assert lane.paused_for() == 0.0
    clock.time = before + 60.0
    await write(lane)
    with pytest.raises(errors.RateLimited):
        await write(lane)


async def test_four_hundred_writes_an_hour_are_made_and_no_more(clock):
    lane, before = limits.Lane(limits.Pace(clock=clock, sleep=clock.sleep)), clock.time
    for _ in range(400):
        await write(lane)
        clock.time += 2

    with pytest.raises(errors.RateLimited) as over:
        await write(lane)
    assert over.value.after == before + 3600 - clock.time


async def test_what_is_left_of_the_hour_is_noted(server, github):
    hour = {"x_ratelimit_limit": "5000", "x_ratelimit_remaining": "4321", "x_ratelimit_reset": "1800000000"}
    server.on(f"GET {THING}", scripted.reply({}, **hour))

    await github.repository(INSTALLATION, 1001, "octo/widgets").get("thing")

    assert github.lane(INSTALLATION).rate_limit.remaining == 4321
