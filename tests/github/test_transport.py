"""What may go wrong between us and GitHub, over real sockets."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from app import errors, redact
from app.github import client, failures, limits
from tests.github import scripted
from tests.github.conftest import APP_ID, INSTALLATION

PULLS = "repos/octo/widgets/pulls"


async def test_a_request_says_who_asks_and_which_version(server, repo):
    server.on(f"GET {PULLS}/1", scripted.reply({"number": 1}))

    assert await repo.get("pulls/1") == {"number": 1}

    asked = server.seen[-1].headers
    assert asked["authorization"].startswith("Bearer ghs_")
    assert asked["x-github-api-version"] == "2022-11-28"
    assert asked["accept"] == "application/vnd.github+json"
    assert asked["user-agent"].startswith("dursor/")


FAULTS = [
    scripted.raw(b"<html>Unicorn!</html>", 502, "text/html"),
    scripted.raw(b"<html>Please log in</html>", 200, "text/html"),
    scripted.raw(b'{"number": 1', 200),
    scripted.raw(b"\xff\xfe", 200),
    scripted.raw(b"{}", 200, "application/json; charset=klingon"),
    scripted.raw(b"[" * 100_000, 200),
    scripted.truncated(b'{"number": 1'),
    scripted.reset(),
    scripted.reply({"message": "Server Error"}, 500),
]


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_broken_answer_to_a_read_is_passing_trouble(server, repo, fault):
    server.on(f"GET {PULLS}/1", fault)

    with pytest.raises(errors.Transient) as raised:
        await repo.get("pulls/1")
    assert type(raised.value) is errors.Transient


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_a_broken_answer_to_a_write_leaves_its_effect_open_and_is_asked_for_once(server, repo, fault, method):
    server.on(f"{method} {PULLS}/1/merge", fault)

    with pytest.raises(errors.UnknownEffect):
        await repo.write(method, "pulls/1/merge", {})
    assert server.paths(method).count(f"{PULLS}/1/merge") == 1


async def test_a_write_that_found_nobody_listening_was_never_made(private_key_pem):
    async with client.GitHub(APP_ID, private_key_pem, "http://127.0.0.1:1/api/v3") as github:
        with pytest.raises(errors.Transient) as raised:
            await github.redeliver(1)
    assert type(raised.value) is errors.Transient


async def test_an_answer_that_never_ends_is_cut_off(server, repo):
    server.on(f"GET {PULLS}/1", scripted.endless())

    with pytest.raises(errors.Transient, match="too long"):
        await repo.get("pulls/1")


async def test_a_slow_answer_is_given_up(server, private_key_pem):
    never = asyncio.Event()
    server.on("GET app", scripted.held(never, scripted.reply({})))
    patience = aiohttp.ClientTimeout(total=0.2)
    async with client.GitHub(APP_ID, private_key_pem, server.api_url, timeout=patience) as github:
        with pytest.raises(errors.Transient, match="TimeoutError"):
            await github.app()
    never.set()


async def test_a_read_follows_a_renamed_repository_on_the_same_host(server, repo):
    moved = f"{server.api_url}/repositories/1001/pulls/1"
    server.on(f"GET {PULLS}/1", scripted.redirect(301, moved))
    server.on("GET repositories/1001/pulls/1", scripted.reply({"number": 1}))

    assert await repo.get("pulls/1") == {"number": 1}


async def test_a_read_never_carries_its_credential_to_another_host(server, repo):
    async with scripted.serving() as stranger:
        server.on(f"GET {PULLS}/1", scripted.redirect(302, f"{stranger.api_url}/anything"))

        with pytest.raises(errors.Refused, match="another host"):
            await repo.get("pulls/1")
        assert stranger.seen == []


@pytest.mark.parametrize("location", ["", "http://[", "ftp://127.0.0.1/x", "http://127.0.0.1:99999/"])
async def test_a_redirect_to_nowhere_is_an_error_of_ours(server, repo, location):
    server.on(f"GET {PULLS}/1", scripted.redirect(302, location))

    with pytest.raises(errors.DursorError):
        await repo.get("pulls/1")


async def test_redirects_in_a_circle_end(server, repo):
    server.on(f"GET {PULLS}/1", scripted.redirect(302, f"{server.api_url}/{PULLS}/1"))

    with pytest.raises(errors.Transient, match="circle"):
        await repo.get("pulls/1")
    assert len(server.paths("GET")) == 4


@pytest.mark.parametrize("status", [301, 307, 308])
async def test_a_write_to_an_old_name_is_made_once_under_the_new_one(server, repo, status):
    server.on(f"POST {PULLS}", scripted.redirect(status, f"{server.api_url}/repositories/1001/pulls"))
    server.on("GET repositories/1001", scripted.reply({"id": 1001, "full_name": "octo/gadgets"}))
    server.on("POST repos/octo/gadgets/pulls", scripted.reply({"number": 2}, 201))

    assert await repo.write("POST", "pulls", {"title": "t"}) == {"number": 2}
    assert server.seen[-1].data == {"title": "t"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_s108_a_write_is_never_turned_into_a_read_by_a_redirect(server, repo, status, method):
    elsewhere = f"{server.api_url}/elsewhere"
    server.on(f"{method} app/hook/deliveries/1/attempts", scripted.redirect(status, elsewhere))

    with pytest.raises(failures.Moved) as raised:
        await repo.app.calls.write(method, "app/hook/deliveries/1/attempts")
    assert raised.value.location == elsewhere
    assert server.paths("GET") == []


async def test_an_error_never_holds_the_token(server, repo):
    server.on(f"GET {PULLS}/1", scripted.reply({"message": "fine"}))
    await repo.get("pulls/1")
    token = server.seen[-1].token
    server.on(f"POST {PULLS}", scripted.reply({"message": f"bad token {token}"}, 422))

    with pytest.raises(errors.Invalid) as raised:
        await repo.write("POST", "pulls", {})
    assert token not in str(raised.value)
    assert redact.MASK in str(raised.value)


async def test_the_certificate_of_the_far_side_is_checked(server, private_key_pem):
    address = server.api_url.replace("http:", "https:")
    async with client.GitHub(APP_ID, private_key_pem, address, pace=limits.Pace()) as github:
        with pytest.raises(errors.Transient):
            await github.app()


async def test_an_installations_requests_all_go_out_with_its_own_token(server, github):
    server.on("GET repos/octo/a/x", scripted.reply({}))
    server.on("GET repos/octo/b/x", scripted.reply({}))

    await github.repository(INSTALLATION, 1, "octo/a").get("x")
    await github.repository(INSTALLATION, 2, "octo/b").get("x")

    one, two = (request.token for request in server.seen if request.method == "GET")
    assert one != two
    assert [request.data["repository_ids"] for request in server.minted()] == [[1], [2]]
