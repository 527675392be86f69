"""What a token opens: one provider's few paths, while its run goes on, in a request that means one thing only."""

from __future__ import annotations

import asyncio

import pytest

from app.executors.providers import ALL
from tests import providers
from tests.executors.gateway.conftest import KEY
from tests.providers import Script

CLOSED = {
    "anthropic": [
        "/v1/models", "/v1/messages/batches", "/v1/organizations/users", "/v1/messages/../models", "/v1/messages%2f..",
        "/v1/messages/", "//v1/messages", "/v1/responses", "/v1/messages;x", "/v1/messages%3Fbeta",
    ],
    "openai": ["/v1/files", "/v1/responses/resp_1", "/v1/chat/../files", "/v1/v1/responses", "/v1/messages"],
    "google": [
        "/v1beta/models", "/v1beta/files", "/v1beta/models/a:batchGenerateContent", "/v1beta/cachedContents",
        "/v1beta/models/../files:countTokens", "/v1beta/models/a/b:generateContent",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("name", "path"), [(name, path) for name, paths in CLOSED.items() for path in paths])
async def test_no_other_path_is_open(gateway, name, path):
    async with providers.serve(Script()) as provider:
        with gateway.granted("run", ALL[name], KEY, provider.url) as grant:
            said = await raw(
                gateway, f"POST {path} HTTP/1.1", *shown(name, grant.token), "Content-Length: 2", body="{}"
            )
    assert said.startswith("HTTP/1.1 404 ")
    assert provider.requests == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PUT", "OPTIONS"])
async def test_no_other_method_is_open(gateway, method):
    async with providers.serve(Script()) as provider:
        with gateway.granted("run", ALL["anthropic"], KEY, provider.url) as grant:
            said = await raw(gateway, f"{method} /v1/messages HTTP/1.1", *shown("anthropic", grant.token))
    assert said.startswith("HTTP/1.1 404 ")
    assert provider.requests == []


async def test_another_host_cannot_be_named(gateway):
    async with providers.serve(Script()) as provider:
        with gateway.granted("run", ALL["anthropic"], KEY, "http://127.0.0.1:9") as grant:
            line = f"POST {provider.url}/v1/messages HTTP/1.1"
            said = await raw(gateway, line, *shown("anthropic", grant.token), "Content-Length: 2", body="{}")
    assert not said.startswith("HTTP/1.1 2")
    assert provider.requests == []


@pytest.mark.parametrize("headers", [
    [], ["x-api-key: "], ["x-api-key: dursor-run-guess"], ["x-api-key: {key}"], ["x-api-key: {token}x"],
    ["x-api-key: {token}", "Authorization: Bearer other"], ["x-api-key: {token}", "x-api-key: other"],
    ["x-api-key: {token}", "x-goog-api-key: {other}"], ["Cookie: {token}"],
])  # fmt: skip
async def test_nothing_but_the_token_opens_it(gateway, headers):
    async with providers.serve(Script()) as provider:
        with (
            gateway.granted("run", ALL["anthropic"], KEY, provider.url) as grant,
            gateway.granted("another", ALL["google"], KEY, provider.url) as other,
        ):
            lines = [line.format(key=KEY, token=grant.token, other=other.token) for line in headers]
            said = await raw(gateway, "POST /v1/messages HTTP/1.1", *lines, "Content-Length: 2", body="{}")
    assert said.startswith("HTTP/1.1 401 ")
    assert provider.requests == []


async def test_a_token_opens_only_its_own_run_s_provider(gateway):
    async with providers.serve(Script()) as provider:
        with (
            gateway.granted("run", ALL["anthropic"], KEY, provider.url),
            gateway.granted("another", ALL["google"], "another-key", provider.url) as other,
        ):
            said = await raw(
                gateway, "POST /v1/messages HTTP/1.1", *shown("anthropic", other.token), "Content-Length: 0"
            )
    assert said.startswith("HTTP/1.1 404 ")
    assert provider.requests == []


async def test_a_token_opens_nothing_once_its_run_has_ended(gateway):
    with gateway.granted("run", ALL["anthropic"], KEY) as grant:
        pass
    said = await raw(gateway, "POST /v1/messages HTTP/1.1", *shown("anthropic", grant.token), "Content-Length: 0")
    assert said.startswith("HTTP/1.1 401 ")


@pytest.mark.parametrize("headers", [
    ["Content-Length: 2", "Transfer-Encoding: chunked"], ["Content-Length: 2", "Content-Length: 30"],
    ["Content-Length: +2"], ["Transfer-Encoding: chunked, identity"], ["X Y: z"],
])  # fmt: skip
async def test_a_request_that_two_servers_could_read_differently_goes_nowhere(gateway, headers):
    async with providers.serve(Script()) as provider:
        with gateway.granted("run", ALL["anthropic"], KEY, provider.url) as grant:
            second = f"POST /v1/messages HTTP/1.1\r\nHost: x\r\nx-api-key: {grant.token}\r\n\r\n"
            said = await raw(
                gateway,
                "POST /v1/messages HTTP/1.1",
                *shown("anthropic", grant.token),
                *headers,
                body=f"0\r\n\r\n{second}",
            )
    assert said.split()[1] == "400"
    assert provider.requests == []


def shown(name: str, token: str) -> list[str]:
    return [f"{header}: {value}" for header, value in ALL[name].credential(token).items()]


async def raw(gateway, *lines: str, body: str = "") -> str:
    """The answer to a request that is written by hand."""
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway._port)
    writer.write("\r\n".join([*lines, "Host: x", "Connection: close", "", body]).encode())
    async with asyncio.timeout(20):
        answer = await reader.read()
    writer.close()
    return answer.decode(errors="replace")
