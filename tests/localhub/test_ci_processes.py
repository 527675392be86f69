"""The scripts of the hub's CI run as they would on GitHub's runners, and nothing outlives its step."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from tests.localhub import waiting
from tests.localhub.ci_project import Watch, load, one, run, said


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    directory = tmp_path / "checkout"
    directory.mkdir()
    return directory


def _busy(tmp_path: Path) -> tuple[str, Path]:
    """A script that leaves a child behind and goes on for ever, and the file with the child's id."""
    pid = tmp_path / "pid"
    return f"sleep 1000 & echo $! >{pid}.new; mv {pid}.new {pid}; echo going; wait", pid


async def test_a_job_that_takes_too_long_times_out_and_leaves_no_process(checkout: Path, tmp_path: Path) -> None:
    script, pid = _busy(tmp_path)
    workflow = load(f"""\
        build:
          timeout-minutes: 0.01
          steps: [{{run: "{script}"}}, {{run: "true"}}]
    """)
    (result,) = (await run(workflow, checkout)).values()
    assert result.conclusion == "timed_out"
    assert [step.conclusion for step in result.steps] == ["success", "cancelled", "success"]
    assert "going" in said(result)
    assert result.annotations[-1].message == "The job has exceeded the maximum execution time of 0.01 minutes."
    await waiting.until(lambda: not waiting.is_alive(pid))


async def test_a_step_that_takes_too_long_is_a_failure(checkout: Path, tmp_path: Path) -> None:
    script, pid = _busy(tmp_path)
    (result,) = (await run(one(script, "name: Slow\ntimeout-minutes: 0.01"), checkout)).values()
    assert result.conclusion == "failure"
    assert result.annotations[-1].message == "The action 'Slow' has timed out after 0.01 minutes."
    await waiting.until(lambda: not waiting.is_alive(pid))


async def test_a_process_left_behind_ends_with_its_step(checkout: Path, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    (result,) = (await run(one(f"sleep 1000 & echo $! >{pid}"), checkout)).values()
    assert result.conclusion == "success"
    await waiting.until(lambda: not waiting.is_alive(pid))


async def test_a_cancelled_run_reports_its_jobs_and_leaves_no_process(checkout: Path, tmp_path: Path) -> None:
    script, pid = _busy(tmp_path)
    workflow = load(f"""\
        build: {{steps: [{{run: "{script}"}}]}}
        after: {{needs: build, steps: [{{run: "true"}}]}}
    """)
    watch = Watch()
    running = asyncio.create_task(run(workflow, checkout, watch))
    await waiting.until(pid.exists)
    assert waiting.is_alive(pid)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert {id_: result.conclusion for id_, result in watch.finished.items()} == {
        "build": "cancelled",
        "after": "cancelled",
    }
    assert "##[error]The operation was canceled." in said(watch.finished["build"])
    await waiting.until(lambda: not waiting.is_alive(pid))


async def test_a_script_killed_by_a_signal_fails(checkout: Path) -> None:
    (result,) = (await run(one("kill -KILL $$"), checkout)).values()
    assert result.annotations[-1].message == f"Process completed with exit code {128 + signal.SIGKILL}."


async def test_a_pipeline_fails_with_its_first_part_and_a_script_at_its_first_error(checkout: Path) -> None:
    (result,) = (await run(one("false | true\necho unreachable"), checkout)).values()
    assert result.conclusion == "failure"
    assert "unreachable" not in said(result)


async def test_a_missing_working_directory_fails_the_step(checkout: Path) -> None:
    (result,) = (await run(one("true", "working-directory: nowhere"), checkout)).values()
    assert result.conclusion == "failure"
    assert result.annotations[0].message.endswith("in nowhere: No such file or directory")
