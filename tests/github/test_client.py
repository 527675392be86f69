"""The app's own calls: deliveries, installations, its account."""

from __future__ import annotations

import datetime

import pytest

from app import errors
from app.github import failures, shape
from tests.github import scripted, shapes

DELIVERIES = "app/hook/deliveries"


def delivery(number, hour, **changes):
    return {
        "id": number,
        "guid": f"guid-{number}",
        "event": "pull_request",
        "action": "opened",
        "status_code": 502,
        "delivered_at": f"2026-11-22T{hour:02}:00:00.123Z",
        "redelivery": False,
        "installation_id": 42,
        "repository_id": None,
    } | changes


async def all_of(deliveries):
    return [found async for found in deliveries]


async def test_deliveries_are_read_back_to_a_moment(server, github):
    link = f'<{server.api_url}/{DELIVERIES}?cursor=v1_2>; rel="next"'
    pages = [[delivery(4, 12), delivery(3, 11)], [delivery(2, 10), delivery(1, 9)], [delivery(0, 8)]]
    server.on(f"GET {DELIVERIES}", *(scripted.reply(page, link=link) for page in pages))
    since = datetime.datetime(2026, 11, 22, 10, tzinfo=datetime.UTC)

    found = await all_of(github.deliveries(since))

    assert [(one.id, one.guid, one.status_code) for one in found] == [
        (4, "guid-4", 502),
        (3, "guid-3", 502),
        (2, "guid-2", 502),
    ]
    assert len(server.seen) == 2


async def test_deliveries_without_a_status_or_an_action_are_read(server, github):
    odd = delivery(1, 9, action=None, status_code=0, installation_id=None)
    server.on(f"GET {DELIVERIES}", scripted.reply([odd]))

    (found,) = await all_of(github.deliveries(only_failed=True))

    assert (found.action, found.status_code, found.installation_id) == (None, 0, None)
    assert server.seen[-1].query["status"] == "failure"


@pytest.mark.parametrize("moment", ["yesterday", "2026-11-22T10:00:00", None])
async def test_a_delivery_at_no_time_is_passing_trouble(server, github, moment):
    server.on(f"GET {DELIVERIES}", scripted.reply([delivery(1, 9, delivered_at=moment)]))

    with pytest.raises(errors.Transient, match="delivered_at"):
        await all_of(github.deliveries())


async def test_a_delivery_is_asked_for_again_as_the_app(server, github):
    server.on(f"POST {DELIVERIES}/5/attempts", scripted.reply({}, 202))

    await github.redeliver(5)

    assert server.seen[-1].token.count(".") == 2
    assert server.minted() == []


INSTALLATION = {"id": 42, "account": shapes.ALICE, "repository_selection": "all", "permissions": {"checks": "write"}}


async def test_installations_are_listed_suspended_ones_marked(server, github):
    suspended = {"id": 43, "account": None, "suspended_at": "2026-01-01T00:00:00Z"}
    server.on("GET app/installations", scripted.reply([INSTALLATION, suspended]))
    server.on("GET app/installations/42", scripted.reply(INSTALLATION))

    first, second = await github.installations()

    assert first == await github.installation(42)
    assert (first.account.login, first.permissions, first.is_suspended) == ("alice", {"checks": "write"}, False)
    assert (second.account.login, second.permissions, second.is_suspended) == (None, {}, True)


async def test_the_account_of_the_app_is_found_by_its_slug(server, github):
    server.on("GET app/installations", scripted.reply([{**INSTALLATION, "suspended_at": "x"}, INSTALLATION]))
    server.on("GET users/dursor%5Bbot%5D", scripted.reply(shapes.BOT))

    assert await github.bot_user("dursor") == shape.User("dursor[bot]", 77, is_bot=True)
    assert server.seen[-1].token.startswith("ghs_")


async def test_before_the_first_installation_the_account_is_asked_for_without_a_credential(server, github):
    server.on("GET app/installations", scripted.reply([]))
    server.on("GET users/dursor%5Bbot%5D", scripted.reply(shapes.BOT), scripted.reply({"message": "no"}, 401))

    assert (await github.bot_user("dursor")).id == 77
    assert "authorization" not in server.seen[-1].headers
    with pytest.raises(failures.Unauthorized):
        await github.bot_user("dursor")


async def test_the_repositories_of_an_installation_are_listed_with_a_token_for_all_of_it(server, github):
    found = {"repositories": [{"id": 1, "full_name": "octo/a"}, {"id": 2, "full_name": "octo/b"}]}
    server.on("GET installation/repositories", scripted.reply(found))

    repositories = await github.installation_repositories(42)

    assert [one.full_name for one in repositories] == ["octo/a", "octo/b"]
    assert [request.data for request in server.minted()] == [{}]
