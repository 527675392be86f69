"""However a run of a real agent ends, nothing of it is left running, and its session can be gone on with."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable

from app.executors import sandbox
from tests import providers
from tests.executors import agent_scenarios, programs
from tests.executors.agent_scenarios import TASK, Bench
from tests.providers import Always, Provider, Say, Script, Silence, Turn


async def test_it_is_canceled_in_the_middle_of_a_tool(bench, marker):
    async with providers.serve(Script(Turn((Say("I begin."), bench.way.shell(_sleep(marker)))))) as provider:
        await _cancel_when(bench, provider, lambda: agent_scenarios.processes(f"sleep(300) {marker.value}"), marker)


async def test_it_is_canceled_in_the_middle_of_an_answer(bench, marker):
    async with providers.serve(Script(Always(Silence()))) as provider:
        await _cancel_when(bench, provider, lambda: provider.answered, marker)


async def test_what_a_tool_leaves_behind_is_ended_with_the_run(bench, marker):
    left = f"(setsid nohup {_sleep(marker)} >/dev/null 2>&1 &) ; echo begun"
    for level in [level for level in sandbox.levels() if level in {"namespaces", "landlock"}]:
        bench.level = level
        async with providers.serve(Script(bench.way.shell(left), Say("It runs."))) as provider:
            result = await bench.run(provider, env=_marked(marker))
        assert (result.status, marker.carriers()) == ("completed", [])
        assert "begun" in provider.answered[-1].text


async def test_a_deadline_ends_it_and_all_of_it(bench, marker):
    async with providers.serve(Script(bench.way.shell(_sleep(marker)), Say("Done."))) as provider:
        result = await bench.run(provider, timeout_seconds=8.0, env=_marked(marker))
    assert (result.status, result.kind) == ("timed_out", "timeout")
    assert marker.carriers() == []


async def test_killed_from_outside_it_has_failed_and_its_session_goes_on(bench, marker):
    async with providers.serve(Script(Say("First."), Silence(), Say("Second."))) as provider:
        first = await bench.run(provider)
        running = asyncio.create_task(bench.run(provider, session_id=first.session_id, env=_marked(marker)))
        await provider.asked(2)
        for number in marker.carriers():
            if bench.is_agent(number):
                os.kill(number, signal.SIGKILL)
        killed = await running
        second = await bench.run(provider, session_id=killed.session_id, instruction="Go on.")
    assert (killed.status, killed.kind) == ("failed", "exit")
    assert "SIGKILL" in (killed.error or "")
    assert (second.status, second.summary, second.session_id) == ("completed", "Second.", first.session_id)
    assert all(words in provider.answered[-1].text for words in (TASK, "First.", "Go on."))
    assert marker.carriers() == []


async def _cancel_when(bench: Bench, provider: Provider, holds: Callable[[], object], marker: programs.Marker) -> None:
    running = asyncio.create_task(bench.run(provider, env=_marked(marker)))
    await programs.until(holds, 60)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
        raise AssertionError("a canceled run has no result")
    assert running.cancelled()
    assert marker.carriers() == []


def _sleep(marker: programs.Marker) -> str:
    return f"python3 -c 'import time; time.sleep(300)' {marker.value}"


def _marked(marker: programs.Marker) -> dict[str, str]:
    return {"DURSOR_TEST_MARKER": marker.value}
