"""What providers do to each real agent: it ends within seconds, of the right kind, in words, and never as completed."""

from __future__ import annotations

import socket

import pytest

from app.executors import base
from tests import providers
from tests.providers import Always, Broken, Refuse, Say, Script, Silence, Status


@pytest.mark.parametrize(
    ("code", "kind", "says"),
    [
        (401, "auth", "Check the key and the account: `dursor model test`"),
        (429, "rate_limit", "It can go on when the limit ends."),
        (500, "server", "That mostly passes"),
        (400, "protocol", "ended without a usable result"),
    ],
)
async def test_a_refusal_ends_it_with_its_kind_and_what_to_do(bench, code, kind, says):
    async with providers.serve(Script(Always(Status(code)))) as provider:
        result = await bench.run(provider)
    assert (result.status, result.kind) == ("failed", kind), result.error
    assert says in (result.error or "")
    assert (result.error or "").startswith(bench.way.dialect.title)
    assert result.duration_seconds < 45  # minutes, where the agent's own patience is not bounded
    assert "    at " not in bench.log


async def test_a_limit_that_ends_soon_is_waited_for(bench):
    bench.way = bench.patient
    async with providers.serve(Script(Status(429, {"retry-after": "1"}), Say("Hello."))) as provider:
        result = await bench.run(provider)
    assert (result.status, result.summary) == ("completed", "Hello.")
    assert len(bench.seen(base.Retry)) == 1


@pytest.mark.parametrize("damage", ["garbage", "empty", "truncate", "reset"])
async def test_an_answer_that_breaks_is_never_a_success(bench, damage):
    async with providers.serve(Script(Always(Broken(damage)))) as provider:
        result = await bench.run(provider)
    assert result.status == "failed"
    assert result.kind in {"network", "protocol", "server"}
    assert "it gave no reason" not in (result.error or "")


async def test_a_model_that_declines_has_not_completed_anything(bench):
    async with providers.serve(Script(Always(Refuse()))) as provider:
        result = await bench.run(provider)
    assert (result.status, result.kind) == ("failed", "protocol")


async def test_a_provider_that_is_not_there_is_no_reason_to_wait_for_ever(bench):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        result = await bench.run(f"http://127.0.0.1:{nobody.getsockname()[1]}")
    assert (result.status, result.kind) == ("failed", "network"), result.error
    assert "Check the network and the model's address" in (result.error or "")


async def test_silence_in_the_middle_of_an_answer_is_ended(bench):
    async with providers.serve(Script(Always(Silence()))) as provider:
        result = await bench.run(provider, idle_seconds=12.0)
    assert len(provider.answered) == 1
    assert (result.status, result.kind) == ("timed_out", "idle")
    assert "no output for 12 seconds" in (result.error or "")
