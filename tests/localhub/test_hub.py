"""The hub as a guest in a test's event loop: it starts, stops, and owns up to what went wrong meanwhile."""

from __future__ import annotations

import asyncio
import signal

import aiohttp
import pytest

from app.localhub.hub import Hub

HOME = "/repos/octo/widgets"


async def test_a_stopped_hub_frees_its_port_for_the_next(tmp_path):
    async with Hub(tmp_path / "one") as hub:
        port = hub.port
    async with Hub(tmp_path / "two", port=port) as again, aiohttp.ClientSession() as session:
        assert again.port == port
        async with session.get(f"{again.api_url}/meta") as answer:
            assert answer.status == 200


async def test_a_hub_leaves_the_signals_to_its_host(tmp_path):
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    async with Hub(tmp_path):
        assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


async def test_what_fails_in_the_background_is_raised_when_the_hub_stops(tmp_path):
    async def fail() -> None:
        raise RuntimeError("in the background")

    hub = Hub(tmp_path)
    await hub.start()
    hub.world.spawn(fail())
    await hub.quiet()
    with pytest.raises(RuntimeError, match="in the background"):
        await hub.stop()


async def test_two_hubs_know_nothing_of_each_other(tmp_path):
    async with Hub(tmp_path / "one") as one, Hub(tmp_path / "two") as two:
        await one.create_repository("octo/widgets")
        assert (len(one.world.repositories), len(two.world.repositories)) == (1, 0)


async def test_of_two_merges_at_once_one_is_done(repo, hub, app):
    pull = await hub.open_pull_request(repo)
    body = {"sha": pull.head_sha}
    answers = await asyncio.gather(*(app.call("PUT", f"{HOME}/pulls/1/merge", body) for _ in range(2)))
    assert sorted(answer.status for answer in answers) == [200, 405]
    assert len(hub.merges) == 1


async def test_a_page_for_people_shows_the_conversation_and_runs_nothing_of_it(repo, hub, app):
    pull = await hub.open_pull_request(repo, title="<b>bold</b>", files={"a.py": "A = 1\n"})
    hub.comment(pull, "**loud** <script>alert(1)</script> <!-- hidden -->\n\n- [x] done")
    await hub.review(pull, "COMMENTED", "See below.", "bob", comments=[{"path": "a.py", "line": 1, "body": "Why?"}])
    page = await app.call("GET", f"{hub.url}/octo/widgets/pull/1", token="")
    assert page.status == 200
    assert "<script>" not in page.body
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "&lt;b&gt;bold" in page.body
    for shown in ("<strong>loud</strong>", "☑ done", "See below.", "<b>a.py</b> line 1", "+A = 1", "Why?"):
        assert shown in page.body
    assert (await app.call("GET", f"{hub.url}/octo/widgets/pull/2", token="")).status == 404
