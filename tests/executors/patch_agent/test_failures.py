"""What goes wrong between the patch agent and its provider, over real HTTP and with the provider's own client."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from app.executors import base
from app.executors.patch_agent import loop
from tests import providers
from tests.executors import programs
from tests.executors.patch_agent import working
from tests.providers import Always, Broken, Refuse, Say, Silence, Status, Tool, Turn

pytestmark = pytest.mark.usefixtures("patient")
DAMAGES = ["garbage", "empty", "html", "truncate", "nofinish", "reset", "sse_error"]


@pytest.fixture
def patient(monkeypatch):
    """Tries again without waiting long."""
    monkeypatch.setattr(loop, "_PAUSE", 0.01)


async def test_a_refused_key_ends_the_run_at_once(work):
    result, provider = await work.against(Always(Status(401)))
    assert (result.status, result.kind) == ("failed", "auth")
    assert "refuses the key" in result.summary
    assert len(provider.answered) == 1


async def test_a_limit_with_a_long_wait_is_told_with_its_time(work):
    result, provider = await work.against(Always(Status(429, {"retry-after": "3600"})))
    assert (result.status, result.kind, result.retry_after) == ("failed", "rate_limit", 3600)
    assert len(provider.answered) == 1


async def test_a_limit_with_a_short_wait_is_waited_for(work):
    result, _ = await work.against(Status(429, {"retry-after": "0"}), Say("Done."))
    assert (result.status, result.summary) == ("completed", "Done.")
    [retry] = work.heard(base.Retry)
    assert "limits how much" in retry.why


async def test_googles_own_way_to_tell_a_wait_is_read(tmp_path):
    work = working.made(tmp_path, "google")
    body = (
        '{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "Quota.", "details": [{"@type": '
        '"type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "43.5s"}]}}'
    )
    result, _ = await work.against(Always(Status(429, {"content-type": "application/json"}, body=body)))
    assert (result.kind, result.retry_after) == ("rate_limit", 43.5)


async def test_an_account_without_credit_is_no_limit_that_ends(tmp_path):
    work = working.made(tmp_path, "openai")
    body = (
        '{"error": {"message": "You exceeded your quota.", "type": "insufficient_quota", "code": "insufficient_quota"}}'
    )
    result, _ = await work.against(Always(Status(429, {"content-type": "application/json"}, body=body)))
    assert result.kind == "auth"


@pytest.mark.parametrize("code", [500, 503, 529])
async def test_a_server_in_trouble_is_asked_three_times(work, code):
    result, provider = await work.against(Always(Status(code)))
    assert (result.status, result.kind) == ("failed", "server")
    assert len(provider.answered) == 3
    assert len(work.heard(base.Retry)) == 2


async def test_a_request_that_is_refused_is_not_repeated(work):
    result, provider = await work.against(Always(Status(400, message="no such model")))
    assert (result.status, result.kind) == ("failed", "protocol")
    assert "no such model" in result.summary
    assert len(provider.answered) == 1


@pytest.mark.parametrize("kind", DAMAGES)
async def test_an_answer_that_is_none_is_asked_for_again(work, kind):
    result, _ = await work.against(Broken(kind), Say("Done."))
    assert (result.status, result.summary) == ("completed", "Done.")


@pytest.mark.parametrize("kind", DAMAGES)
async def test_a_provider_that_never_answers_rightly_is_given_up(work, kind):
    result, provider = await work.against(Always(Broken(kind)))
    assert result.status == "failed"
    assert result.kind in {"network", "server", "protocol"}
    assert result.error
    assert len(provider.answered) == 3


async def test_calls_of_an_answer_that_broke_off_are_not_carried_out(work):
    await work.against(Turn((Tool("create", {"path": "made.txt", "content": ""}),)), Broken("truncate"), Say("Done."))
    result, _ = await work.against(Broken("truncate"), Say("Done."))
    assert result.status == "completed"
    assert sorted(path.name for path in work.tree.glob("*.txt")) == ["link.txt", "made.txt"]


async def test_silence_ends_the_run(work):
    result, _ = await work.against(Always(Silence()), idle_seconds=0.5)
    assert (result.status, result.kind) == ("timed_out", "idle")
    assert "said nothing for 0.5 seconds" in result.summary


async def test_the_deadline_ends_the_run(work):
    result, _ = await work.against(Always(Silence()), timeout_seconds=6)
    assert (result.status, result.kind) == ("timed_out", "timeout")


async def test_a_refused_connection_is_told(work):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        result = await work.run(f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert (result.status, result.kind) == ("failed", "network")


async def test_cancelled_in_the_middle_it_leaves_no_connection_and_keeps_what_was_said(work):
    script = providers.Script(Tool("create", {"path": "made.txt", "content": "x"}), Always(Silence()))
    async with providers.serve(script) as provider:
        task = asyncio.create_task(work.run(provider.url))
        await provider.asked(2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        port = int(provider.url.rpartition(":")[2])
        await programs.until(lambda: not connected(port), 10)
    assert (work.tree / "made.txt").read_text() == "x"
    assert len([*work.state.rglob("*.json")]) == 1


async def test_a_model_that_declines_is_told_as_such(work):
    result, _ = await work.against(Refuse())
    assert (result.status, result.kind) == ("failed", "protocol")
    assert "declines" in result.summary


async def test_a_model_that_does_not_think_is_asked_without_thoughts(tmp_path):
    work = working.made(tmp_path, "openai")
    refused = Status(400, message="Encrypted content is not supported with this model.")
    result, provider = await work.against(refused, Say("Done."))
    assert result.status == "completed"
    assert [request.body["include"] for request in provider.answered] == [["reasoning.encrypted_content"], []]


async def test_a_conversation_that_is_too_long_after_all_is_cut_and_sent_again(one):
    one.settings["room"] = 60_000
    (one.tree / "long.txt").write_text("some words\n" * 2_000)
    result, provider = await one.against(
        Tool("read", {"path": "long.txt"}), Tool("list"), Status(400, message="prompt is too long: 300000 tokens"),
        Say("Done."),
    )  # fmt: skip
    assert result.status == "completed"
    before, after = [len(request.text) for request in provider.answered[-2:]]
    assert after < before - 10_000


def connected(port: int) -> bool:
    """Whether a connection to a port of this machine is open from this process."""
    rows = [line.split() for line in Path("/proc/self/net/tcp").read_text().splitlines()[1:]]
    return any(row[2].endswith(f":{port:04X}") and row[3] == "01" for row in rows)
