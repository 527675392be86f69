"""The stand-in speaks each protocol whole and in pieces, fails in every way it is told to, and takes all down."""

from __future__ import annotations

import asyncio
import json
from typing import Any, NamedTuple

import aiohttp
import pytest

from tests import providers
from tests.providers import Always, Broken, Patch, Provider, Refuse, Say, Script, Silence, Status, Tool, Turn, Usage


class Way(NamedTuple):
    """How a protocol is asked for an answer, whole and in pieces."""

    whole: str
    stream: str
    header: str
    tools: list[dict[str, Any]]


WAYS = {
    "anthropic": Way("/v1/messages", "/v1/messages", "x-api-key", [{"name": "Edit"}]),
    "openai": Way("/v1/responses", "/v1/responses", "authorization", [{"type": "function", "name": "Edit"}]),
    "google": Way(
        "/v1beta/models/m:generateContent", "/v1beta/models/m:streamGenerateContent?alt=sse", "x-goog-api-key",
        [{"functionDeclarations": [{"name": "Edit"}]}],
    ),
}  # fmt: skip
TURN = Turn((Say("First."), Tool("Edit", {"a": 1}), Tool("Edit", {"a": 2})), Usage(10, 20, 5))


@pytest.fixture(params=WAYS)
def way(request) -> Way:
    return WAYS[request.param]


@pytest.fixture
async def client():
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(60)) as session:
        yield session


async def test_an_answer_holds_the_text_every_call_and_the_count_of_tokens(way, client):
    async with providers.serve(Script(TURN, TURN)) as provider:
        whole = json.dumps(await (await ask(client, provider, way)).json())
        streamed = await (await ask(client, provider, way, stream=True)).text()
    for answer in (whole, streamed):
        assert answer.count('"Edit"') >= 2
        assert "20" in answer
    assert "First." in whole
    assert "Fir" in streamed
    assert streamed.startswith(("event: ", "data: "))


async def test_every_event_of_a_stream_is_json(way, client):
    async with providers.serve(Script(TURN)) as provider:
        streamed = await (await ask(client, provider, way, stream=True)).text()
    blocks = streamed.strip().split("\n\n")
    data = [json.loads(block.rpartition("data: ")[2]) for block in blocks]
    assert all(isinstance(event, dict) for event in data)
    assert "First." in "".join(text(event) for event in data)


async def test_a_refusal_says_so_in_the_protocols_own_words(way, client):
    async with providers.serve(Script(Refuse())) as provider:
        answer = await (await ask(client, provider, way)).text()
    assert any(word in answer for word in ('"refusal"', '"SAFETY"'))


async def test_an_error_has_its_status_headers_and_a_body(way, client):
    script = Script(Status(429, {"Retry-After": "7"}, "slow down"), Status(502, body="<html>"))
    async with providers.serve(script) as provider:
        limited = await ask(client, provider, way, stream=True)
        assert (limited.status, limited.headers["retry-after"]) == (429, "7")
        assert (await limited.json())["error"]["message"] == "slow down"
        assert await (await ask(client, provider, way)).text() == "<html>"


@pytest.mark.parametrize(
    ("kind", "holds"),
    [("garbage", "this is no JSON"), ("html", "<html>"), ("sse_error", "rror"), ("nofinish", "This text")],
)
async def test_a_broken_answer_that_ends(way, client, kind, holds):
    async with providers.serve(Script(Broken(kind))) as provider:
        assert holds in await (await ask(client, provider, way, stream=True)).text()


async def test_an_empty_answer_is_a_success_without_a_byte(way, client):
    async with providers.serve(Script(Broken("empty"))) as provider:
        answer = await ask(client, provider, way, stream=True)
        assert (answer.status, await answer.read()) == (200, b"")


async def test_a_cut_answer_begins_and_does_not_end(way, client):
    async with providers.serve(Script(Broken("truncate"))) as provider:
        answer = await ask(client, provider, way, stream=True)
        assert b"This text" in await answer.content.readuntil(b"This text")
        with pytest.raises(aiohttp.ClientError):
            await answer.read()


async def test_a_reset_comes_before_any_answer(way, client):
    async with providers.serve(Script(Always(Broken("reset")))) as provider:
        with pytest.raises(aiohttp.ClientError):
            await ask(client, provider, way, stream=True)


async def test_silence_follows_a_beginning_and_lasts_until_the_agent_goes(way, client):
    async with providers.serve(Script(Silence())) as provider:
        answer = await ask(client, provider, way, stream=True)
        assert await answer.content.readline()
        reading = asyncio.create_task(answer.read())
        await provider.asked(1)
        assert not reading.done()
        answer.close()
        await asyncio.gather(reading, return_exceptions=True)


async def test_silence_may_be_short(way, client):
    async with providers.serve(Script(Silence(0.01))) as provider:
        assert await (await ask(client, provider, way, stream=True)).read()


async def test_requests_are_kept_with_their_key_model_and_tools(way, client):
    async with providers.serve(Script(Say("Yes."))) as provider:
        await ask(client, provider, way, key="Bearer secret" if way.header == "authorization" else "secret")
        [request] = provider.answered
    assert request.key == "secret"
    assert provider.keys == {"secret"}
    assert (request.model, request.tools) == ("m", ("Edit",))
    assert "the question" in request.text


async def test_conversations_at_once_have_scripts_of_their_own(way, client):
    choose = providers.by_word({"apples": Script(Say("red"), Say("green")), "skies": Script(Say("blue"))})
    async with providers.serve(choose) as provider:
        asked = [ask(client, provider, way, about=word) for word in ("apples", "skies", "apples")]
        answers = sorted([await answer.text() for answer in await asyncio.gather(*asked)], key=len)
    assert [sum(word in answer for answer in answers) for word in ("red", "green", "blue")] == [1, 1, 1]


async def test_a_script_that_is_over_says_so_and_counts(way, client):
    script = Script()
    async with providers.serve(script) as provider:
        assert "The script is over." in await (await ask(client, provider, way)).text()
    assert script.overrun == 1


@pytest.mark.parametrize("protocol", ["anthropic", "google"])
async def test_a_script_that_a_protocol_cannot_speak_is_an_error_of_the_test(client, protocol):
    with pytest.raises(TypeError, match="has no Patch"):
        async with providers.serve(Script(Patch("*** Begin Patch"))) as provider:
            await ask(client, provider, WAYS[protocol])


async def test_what_agents_ask_on_the_side_takes_no_step(client):
    script = Script(Say("Yes."))
    async with providers.serve(script) as provider:
        for path in ("/v1/messages/count_tokens", "/v1beta/models/m:countTokens"):
            assert (await client.post(provider.url + path, json={})).status == 200
        assert (await client.get(provider.url + "/v1/models")).status == 200
        assert (await client.head(provider.url + "/api/hello")).status == 200
        title = await client.post(provider.url + "/v1/messages", json={}, headers={"user-agent": "claude-cli/2"})
        assert "A title" in await title.text()
        assert (await client.post(provider.url + "/elsewhere", json={})).status == 404
    assert len(script.left) == 1


async def ask(
    client: aiohttp.ClientSession, provider: Provider, way: Way, *, stream=False, key="k", about="the question"
) -> aiohttp.ClientResponse:
    body = {"model": "m", "input": about, "tools": way.tools, **({"stream": True} if stream else {})}
    return await client.post(provider.url + (way.stream if stream else way.whole), json=body, headers={way.header: key})


def text(event: Any) -> str:
    """The pieces of text in one event of a stream."""
    if event.get("type") == "response.output_text.delta":
        return str(event["delta"])
    if event.get("type") == "content_block_delta":
        return str(event["delta"].get("text", ""))
    parts = event.get("candidates", [{"content": {"parts": []}}])[0]["content"]["parts"]
    return "".join(part.get("text", "") for part in parts)
