"""The contract of every engine: a new one is one more parameter of the fixture."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from app import errors
from app.executors import engine, local_engine
from tests.executors import engines
from tests.executors.programs import until


def local(execute: engine.Execute, sink: engine.Sink) -> engine.Engine:
    return local_engine.LocalEngine(execute, sink, {"agents": 2}, sink_pause=0.001)


@pytest.fixture(params=[local], ids=["local"])
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[engines.Bench]:
    bench = engines.Bench(request.param)
    yield bench
    await bench.engine.close()


async def test_a_run_gives_one_result(bench: engines.Bench) -> None:
    await bench.submit("a", args={"say": "hi"})
    assert bench.engine.knows("a", 1)
    bench.finish("a")

    await bench.answers(1)

    assert bench.results == [engine.RunResult("a", 1, "done", args={"echo": "hi"})]
    await until(lambda: not bench.engine.knows("a", 1))


async def test_the_same_run_and_attempt_again_changes_nothing_before_and_after_its_end(bench: engines.Bench) -> None:
    await bench.submit("a")
    await bench.submit("a")
    bench.finish("a")
    await bench.answers(1)
    await bench.submit("a")
    await bench.submit("b")
    bench.finish("b")

    assert await bench.answers(2) == {"a": "done", "b": "done"}
    assert bench.started == ["a", "b"]


async def test_another_attempt_is_another_run(bench: engines.Bench) -> None:
    bench.doors["a"] = asyncio.Event()
    bench.finish("a")
    await bench.submit("a", attempt=1)
    await bench.submit("a", attempt=2)

    await bench.answers(2)

    assert [result.attempt for result in bench.results] == [1, 2]


async def test_a_canceled_run_says_so_whether_it_runs_or_waits(bench: engines.Bench) -> None:
    await bench.submit("a", lane="one")
    await bench.submit("b", lane="one")
    await until(lambda: bench.running)

    await bench.engine.cancel("b", 1)
    assert await bench.answers(1) == {"b": "canceled"}
    await bench.engine.cancel("a", 1)

    assert await bench.answers(2) == {"a": "canceled", "b": "canceled"}
    assert bench.started == ["a"]


async def test_canceling_what_is_unknown_or_over_does_nothing(bench: engines.Bench) -> None:
    await bench.submit("a")
    bench.finish("a")
    await bench.answers(1)

    await bench.engine.cancel("a", 1)
    await bench.engine.cancel("a", 2)
    await bench.engine.cancel("nobody", 1)

    assert await bench.answers(1) == {"a": "done"}


async def test_a_run_over_its_time_is_timed_out(bench: engines.Bench) -> None:
    await bench.submit("a", timeout_s=0.05)

    assert await bench.answers(1) == {"a": "timeout"}
    assert not bench.running


async def test_waiting_in_a_lane_costs_no_time_of_the_run(bench: engines.Bench) -> None:
    await bench.submit("a", lane="one")
    await bench.submit("b", lane="one", timeout_s=0.05)
    await until(lambda: bench.running)
    await bench.submit("c", timeout_s=0.1)
    await bench.answers(1)  # more time has gone by than b may take
    bench.finish("a", "b")

    assert await bench.answers(3) == {"a": "done", "b": "done", "c": "timeout"}


async def test_runs_of_one_lane_go_one_after_another_in_order(bench: engines.Bench) -> None:
    for run_id in "abcd":
        await bench.submit(run_id, lane="one")
    bench.finish(*"abcd")

    await bench.answers(4)

    assert bench.started == list("abcd")
    assert bench.most == 1


async def test_no_more_run_at_once_than_the_resource_allows(bench: engines.Bench) -> None:
    for run_id in "abcde":
        await bench.submit(run_id)
    await until(lambda: len(bench.running) == 2)
    bench.finish(*"abcde")

    await bench.answers(5)

    assert bench.most == 2


async def test_a_run_that_waits_for_its_lane_takes_no_slot(bench: engines.Bench) -> None:
    for run_id in "abc":
        await bench.submit(run_id, lane="one")
    await bench.submit("other")
    bench.finish("other")

    assert await bench.answers(1) == {"other": "done"}


@pytest.mark.parametrize(
    ("kind", "detail"),
    [("refused", "no"), ("bug", "Internal error: LookupError."), ("slow", "Something that the run waited for")],
)
async def test_what_is_raised_is_an_error_without_a_traceback(bench: engines.Bench, kind: str, detail: str) -> None:
    await bench.submit("a", args={"raise": kind})
    bench.finish("a")

    assert await bench.answers(1) == {"a": "error"}
    assert bench.results[0].detail.startswith(detail)


async def test_a_sink_that_fails_is_tried_again(bench: engines.Bench) -> None:
    bench.sink_fails = 3
    await bench.submit("a")
    bench.finish("a")

    assert await bench.answers(1) == {"a": "done"}
    assert bench.sink_tried == 4


async def test_a_run_whose_sink_never_works_may_be_submitted_again(bench: engines.Bench) -> None:
    bench.sink_fails = 10_000
    await bench.submit("a")
    bench.finish("a")
    await until(lambda: not bench.engine.knows("a", 1))
    bench.sink_fails = 0
    await bench.submit("a")

    assert await bench.answers(1) == {"a": "done"}
    assert bench.started == ["a", "a"]


async def test_a_run_that_was_put_off_may_be_submitted_again(bench: engines.Bench) -> None:
    await bench.submit("a", args={"status": "put_off"})
    bench.finish("a")
    await bench.answers(1)
    await until(lambda: not bench.engine.knows("a", 1))
    await bench.submit("a")

    assert await bench.answers(2) == {"a": "done"}
    assert bench.started == ["a", "a"]


async def test_closing_stops_everything_and_reports_nothing(bench: engines.Bench) -> None:
    await bench.submit("a", lane="one")
    await bench.submit("b", lane="one")
    await until(lambda: bench.running)

    await bench.engine.close()

    assert not bench.running
    assert not bench.engine.knows("a", 1)
    assert bench.results == []
    with pytest.raises(errors.Transient):
        await bench.submit("c")


async def test_an_unknown_resource_is_refused(bench: engines.Bench) -> None:
    with pytest.raises(errors.ConfigError, match="gpus"):
        await bench.submit("a", resource="gpus")
