"""What goes through the gateway: the right key instead of the token, as it comes, and nothing that no agent needs."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from app.executors.gateway import proxy
from app.executors.providers import ALL
from tests import providers
from tests.executors.gateway.conftest import KEY
from tests.providers import Say, Script, Silence, Status

ASKED = {
    "anthropic": ("/v1/messages?beta=true", {"model": "m", "messages": []}),
    "openai": ("/responses", {"model": "m", "input": "hello"}),
    "google": ("/v1beta/models/gemini-2.5-pro:generateContent?alt=sse&key=mine", {"contents": []}),
}


def base_url(provider: providers.Provider, name: str) -> str:
    return provider.url + ALL[name].base_path


@pytest.mark.parametrize("name", ASKED)
async def test_the_provider_sees_its_key_and_no_token(gateway, http, name):
    path, body = ASKED[name]
    async with providers.serve(Script(Say("Hello."))) as provider:
        with gateway.granted("run", ALL[name], KEY, base_url(provider, name)) as grant:
            headers = {
                **ALL[name].credential(grant.token), "X-HTTP-Method-Override": "DELETE", "Cookie": "a=b",
                "X-Forwarded-For": "1.2.3.4", "anthropic-version": "2023-06-01",
            }  # fmt: skip
            async with http.post(grant.url + path, json=body, headers=headers) as answer:
                assert (answer.status, "Hello." in await answer.text()) == (200, True)
    (request,) = provider.answered
    assert provider.keys == {KEY}
    assert request.body == body
    assert grant.token not in str(request)
    assert not {"x-http-method-override", "cookie", "x-forwarded-for"} & request.headers.keys()
    assert "key" not in request.query
    assert request.headers["anthropic-version"] == "2023-06-01"


async def test_an_answer_comes_through_piece_by_piece_and_is_cut_when_the_run_ends(gateway, http):
    async with providers.serve(Script(Silence())) as provider:
        with gateway.granted("run", ALL["anthropic"], KEY, provider.url) as grant:
            answer = await http.post(
                f"{grant.url}/v1/messages", json={"stream": True, "model": "m"}, headers={"x-api-key": grant.token}
            )
            first = await answer.content.readuntil(b"\n\n")
        with pytest.raises(aiohttp.ClientPayloadError):
            await asyncio.wait_for(answer.read(), 20)
    assert b"message_start" in first


async def test_a_body_goes_out_while_it_comes_in(gateway, http):
    arrived = asyncio.Event()

    async def take(request: web.Request) -> web.Response:
        assert await request.content.readexactly(5) == b"first"
        arrived.set()
        return web.Response(body=b"got " + await request.content.read())

    async def body():
        yield b"first"
        await asyncio.wait_for(arrived.wait(), 20)
        yield b"second"

    async with serving(take) as url:
        with gateway.granted("run", ALL["anthropic"], KEY, url) as grant:
            async with http.post(f"{grant.url}/v1/messages", data=body(), headers={"x-api-key": grant.token}) as answer:
                assert await answer.text() == "got second"


async def test_a_refusal_is_passed_on_as_it_is_and_known(gateway, http):
    script = Script(Status(429, {"retry-after": "17", "x-should-retry": "true"}, "slow down"), Say("Yes."))
    async with providers.serve(script) as provider:
        with gateway.granted("run", ALL["anthropic"], KEY, provider.url) as grant:
            async with ask(http, grant) as answer:
                assert (answer.status, answer.headers["retry-after"]) == (429, "17")
                assert answer.headers["x-should-retry"] == "true"
                assert (await answer.json())["error"] == {"type": "rate_limit_error", "message": "slow down"}
            assert grant.refusal is not None
            assert (grant.refusal.kind, grant.refusal.status, grant.refusal.seconds) == ("rate_limit", 429, 17)
            assert grant.answers == 0
            async with ask(http, grant) as answer:
                assert answer.status == 200
            assert (grant.refusal, grant.answers) == (None, 1)


async def test_a_redirect_is_not_followed_and_not_passed_on(gateway, http):
    seen = []

    async def away(request: web.Request) -> web.Response:
        seen.append(request.path)
        return web.Response(status=307, headers={"location": "/elsewhere"})

    async with serving(away) as url:
        with gateway.granted("run", ALL["anthropic"], KEY, url) as grant:
            async with ask(http, grant, allow_redirects=False) as answer:
                assert answer.status == 502
                assert "location" not in answer.headers
    assert seen == ["/v1/messages"]


async def test_a_provider_that_repeats_the_key_tells_it_to_nobody(gateway, http):
    async def repeat(request: web.Request) -> web.Response:
        shown = request.headers["x-api-key"]
        return web.Response(status=401, text=f"no such key: {shown}", headers={"x-seen": shown, "set-cookie": "a=b"})

    async with serving(repeat) as url:
        with gateway.granted("run", ALL["anthropic"], KEY, url) as grant, capture_logs() as logs:
            async with ask(http, grant) as answer:
                said = f"{await answer.text()} {answer.headers}"
            shown = f"{grant!r} {logs}"
    assert "no such key: [redacted]" in said
    assert "a=b" not in said
    assert KEY not in said + shown
    assert grant.token not in shown
    assert grant.refusal is not None
    assert grant.refusal.kind == "auth"


@pytest.mark.parametrize("is_told", [True, False])
async def test_a_body_beyond_the_limit_is_refused(gateway, http, monkeypatch, is_told):
    monkeypatch.setattr(proxy, "MAX_BODY", 1000)

    async def body():
        for _ in range(20):
            yield b"x" * 100

    async with providers.serve(Script()) as provider:
        with gateway.granted("run", ALL["anthropic"], KEY, provider.url) as grant:
            data = b"x" * 2000 if is_told else body()
            async with http.post(f"{grant.url}/v1/messages", data=data, headers={"x-api-key": grant.token}) as answer:
                assert answer.status == 413
    assert provider.answered == []


async def test_a_provider_that_is_not_there_is_said(gateway, http):
    with gateway.granted("run", ALL["anthropic"], KEY, "http://127.0.0.1:9") as grant:
        async with ask(http, grant) as answer:
            assert answer.status == 502
            assert (await answer.json())["error"]["type"] == "dursor_gateway"


def ask(http, grant, **options):
    body = {"model": "m", "messages": []}
    return http.post(f"{grant.url}/v1/messages", json=body, headers={"x-api-key": grant.token}, **options)


class serving:  # noqa: N801
    """A provider of one function."""

    def __init__(self, handler) -> None:
        self._runner = web.ServerRunner(web.Server(handler), shutdown_timeout=1.0)

    async def __aenter__(self) -> str:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def __aexit__(self, *error: object) -> None:
        await self._runner.cleanup()
