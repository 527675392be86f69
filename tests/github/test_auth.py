"""Installation tokens: minted once, narrow, renewed, redacted, given up when refused."""

from __future__ import annotations

import asyncio
import datetime

import pytest

from app import errors, redact
from app.github import client, failures
from tests.github import scripted
from tests.github.conftest import APP_ID, INSTALLATION

MINT = f"POST app/installations/{INSTALLATION}/access_tokens"
THING = "GET repos/octo/widgets/thing"


@pytest.fixture
async def github(server, private_key_pem, clock):
    async with client.GitHub(APP_ID, private_key_pem, server.api_url, now=clock) as github:
        yield github


def in_minutes(clock, minutes):
    return datetime.datetime.fromtimestamp(clock.time + 60 * minutes, datetime.UTC).isoformat()


async def test_twenty_who_ask_at_once_share_one_token(server, github):
    tokens = await asyncio.gather(*(github.auth.token(INSTALLATION, 1001) for _ in range(20)))

    assert len({token.value for token in tokens}) == 1
    assert len(server.minted()) == 1


async def test_a_token_is_for_one_repository_and_the_permissions_asked_for(server, github):
    await github.auth.token(INSTALLATION, 1001, {"contents": "read"})
    await github.auth.token(INSTALLATION, 1001)
    await github.auth.token(INSTALLATION)

    assert [request.data for request in server.minted()] == [
        {"repository_ids": [1001], "permissions": {"contents": "read"}},
        {"repository_ids": [1001]},
        {},
    ]


async def test_a_token_with_less_than_ten_minutes_to_live_is_renewed(server, github, clock):
    server.token_life = in_minutes(clock, 60)
    first = await github.auth.token(INSTALLATION, 1001)

    clock.time += 49 * 60
    assert await github.auth.token(INSTALLATION, 1001) == first
    clock.time += 2 * 60
    assert await github.auth.token(INSTALLATION, 1001) != first


async def test_a_minted_token_never_leaves_in_clear_until_it_has_expired(server, github, clock):
    server.on(MINT, scripted.token("an-unusual-token-form", in_minutes(clock, 60)))
    token = await github.auth.token(INSTALLATION, 1001)
    assert redact.text(f"cloning with {token.value}") == "cloning with [redacted]"
    assert token.value not in repr(token)

    clock.time += 55 * 60
    server.on(MINT, scripted.token("the-next-unusual-token", in_minutes(clock, 60)))
    await github.auth.token(INSTALLATION, 1001)
    assert redact.holds_secret("an-unusual-token-form")

    clock.time += 55 * 60
    await github.auth.token(INSTALLATION, 1001)
    assert not redact.holds_secret("an-unusual-token-form")
    assert redact.holds_secret("the-next-unusual-token")


async def test_a_refused_token_is_dropped_and_minted_once(server, github):
    server.on(THING, scripted.reply({"message": "Bad credentials"}, 401), scripted.reply({"fine": True}))

    assert await github.repository(INSTALLATION, 1001, "octo/widgets").get("thing") == {"fine": True}
    first, second = (request.token for request in server.seen if request.path.endswith("/thing"))
    assert first != second


async def test_a_token_refused_twice_is_given_up(server, github):
    server.on(THING, scripted.reply({"message": "Bad credentials"}, 401))

    with pytest.raises(failures.Unauthorized, match="Bad credentials"):
        await github.repository(INSTALLATION, 1001, "octo/widgets").get("thing")
    assert len(server.minted()) == 2


async def test_many_requests_with_one_refused_token_mint_one_new_one(server, github):
    repo = github.repository(INSTALLATION, 1001, "octo/widgets")
    old = (await repo.token()).value

    async def accept_new_tokens(request):
        is_old = request.headers["authorization"].endswith(old)
        return await scripted.reply({"message": "Bad credentials"} if is_old else {}, 401 if is_old else 200)(request)

    server.on(THING, accept_new_tokens)
    await asyncio.gather(*(repo.get("thing") for _ in range(8)))

    assert len(server.minted()) == 2


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (scripted.reply({"message": "Not Found"}, 404), errors.NotFound),
        (scripted.reply({"message": "This installation has been suspended"}, 403), errors.Forbidden),
        (scripted.reply({"message": "The permissions requested are not granted"}, 422), errors.Forbidden),
        (scripted.reply({"message": "There is at least one repository that does not exist"}, 422), errors.NotFound),
        (scripted.raw(b"<html>", 502, "text/html"), errors.Transient),
        (scripted.reset(), errors.Transient),
        (scripted.reply({"token": "x"}, 201), errors.Transient),
        (scripted.reply({"token": "x", "permissions": {}, "expires_at": "soon"}, 201), errors.Transient),
    ],
)
async def test_a_token_that_cannot_be_had_says_why(server, github, answer, kind):
    server.on(MINT, answer)

    with pytest.raises(errors.DursorError) as raised:
        await github.auth.token(INSTALLATION, 1001)
    assert type(raised.value) in {kind, *([] if kind is not errors.Transient else kind.__subclasses__())}
    assert not isinstance(raised.value, errors.UnknownEffect)


async def test_one_who_gives_up_waiting_does_not_take_the_token_from_the_others(server, github):
    go = asyncio.Event()
    server.on(MINT, scripted.held(go, scripted.token("token-for-the-patient", "2099-01-01T00:00:00Z")))
    hasty = asyncio.create_task(github.auth.token(INSTALLATION, 1001))
    patient = asyncio.create_task(github.auth.token(INSTALLATION, 1001))
    await server.until(lambda: bool(server.minted()))

    hasty.cancel()
    go.set()

    assert (await patient).value == "token-for-the-patient"


REVOKE = "DELETE installation/token"


async def test_the_tokens_of_a_repository_can_be_revoked_and_are_not_used_again(server, github):
    server.on(REVOKE, scripted.reply(None, 204))
    whole = await github.auth.token(INSTALLATION, 1001)
    narrow = await github.auth.token(INSTALLATION, 1001, {"contents": "read"})
    other = await github.auth.token(INSTALLATION, 1002)

    assert await github.release(INSTALLATION, 1001) == 2

    assert [request.token for request in server.seen if request.method == "DELETE"] == [whole.value, narrow.value]
    assert await github.auth.token(INSTALLATION, 1001) != whole
    assert await github.auth.token(INSTALLATION, 1002) == other
    assert await github.release(INSTALLATION, 1003) == 0


async def test_a_token_that_has_ended_needs_no_revoking(server, github, clock):
    server.on(REVOKE, scripted.reply({"message": "Bad credentials"}, 401))
    server.token_life = in_minutes(clock, 60)
    await github.auth.token(INSTALLATION, 1001)

    assert await github.release(INSTALLATION, 1001) == 1
    await github.auth.token(INSTALLATION, 1001)
    clock.time += 3601
    assert await github.release(INSTALLATION, 1001) == 0
    assert server.paths("DELETE") == ["installation/token"]


async def test_a_token_that_could_not_be_revoked_is_not_used_again_either(server, github):
    server.on(REVOKE, scripted.reply({"message": "Server Error"}, 500))
    first = await github.auth.token(INSTALLATION, 1001)

    with pytest.raises(errors.Transient):
        await github.release(INSTALLATION, 1001)
    assert await github.auth.token(INSTALLATION, 1001) != first


async def test_what_an_installation_granted_can_be_asked(github):
    assert github.auth.permissions(INSTALLATION) == {}
    await github.auth.token(INSTALLATION, 1001)
    assert github.auth.permissions(INSTALLATION) == {"contents": "write"}
