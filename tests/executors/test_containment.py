"""Nothing outlives a run: however it ends, and whoever is killed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.executors import sandbox
from tests.executors.programs import Marker, Runner, until

# A program that detaches a process in each way there is, tells when all are there, and does `then`.
# The detached ones carry the marker in their arguments, and no environment at all.
ESCAPES = """
sleeper() {{ exec env -i "$PYTHON" -c 'import signal, time; [signal.signal(s, signal.SIG_IGN) for s in (1, 2, 15)];
open("ready/" + __import__("sys").argv[2], "w").close(); time.sleep(600)' {marker} "$1"; }}
mkdir -p ready
(sleeper background) &
(sleeper second) & (sleeper third) &
setsid sh -c '"$0" "$@" & exit 0' "$PYTHON" -c 'import os, time
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
open("ready/daemon", "w").close(); time.sleep(600)' {marker}
nohup setsid "$PYTHON" -c 'import time; open("ready/nohup", "w").close(); time.sleep(600)' {marker} >/dev/null 2>&1 &
while [ "$(ls ready | wc -l)" -lt 5 ]; do sleep 0.02; done
touch ready/all
{then}
"""


def escapes(marker: Marker, then: str) -> tuple[str, ...]:
    return ("bash", "-c", ESCAPES.format(marker=marker.value, then=then))


@pytest.fixture(autouse=True)
def _python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")


async def test_what_a_successful_run_leaves_behind_is_killed_and_counted(runner: Runner, marker: Marker) -> None:
    ended = await runner.run(*escapes(marker, "echo done"), env={"PYTHON": sys.executable})

    assert (ended.ended, ended.code) == ("exited", 0)
    assert ended.left >= 5
    assert marker.carriers() == []


# Gets a new process id, and in the second form a new session, some thousand times a second.
HYDRA = """
import os
if os.fork(): os._exit(0)
while True:
    if os.fork(): os._exit(0)
    {session}
"""


@pytest.mark.parametrize("session", ["pass", "os.setsid()"])
async def test_a_process_that_keeps_replacing_itself_is_caught(runner: Runner, marker: Marker, session: str) -> None:
    hydra = HYDRA.format(session=session)

    ended = await runner.run(sys.executable, "-I", "-S", "-c", hydra, marker.value)

    assert (ended.ended, ended.code) == ("exited", 0)
    assert marker.carriers() == []


async def test_a_fork_bomb_is_caught(runner: Runner, marker: Marker) -> None:
    bomb = "import os, time\nfor _ in range(9): os.fork()\ntime.sleep(600)"  # 512 processes

    ended = await runner.run(sys.executable, "-I", "-S", "-c", bomb, marker.value, timeout_seconds=3)

    assert ended.ended == "timeout"
    assert marker.carriers() == []


@pytest.mark.parametrize("then", ["wait", "trap '' TERM INT HUP; while :; do sleep 0.1; done"])
async def test_a_canceled_run_is_dead_before_the_cancellation_leaves(runner: Runner, marker: Marker, then: str) -> None:
    run = asyncio.create_task(runner.run(*escapes(marker, then), env={"PYTHON": sys.executable}, grace_seconds=0.2))
    await until((runner.worktree / "ready/all").exists)
    assert len(marker.carriers()) >= 5

    run.cancel()

    with pytest.raises(asyncio.CancelledError):
        await run
    assert marker.carriers() == []


async def test_a_second_cancellation_does_not_leave_processes_behind(runner: Runner, marker: Marker) -> None:
    run = asyncio.create_task(
        runner.run(*escapes(marker, "trap '' TERM; wait"), env={"PYTHON": sys.executable}, grace_seconds=0.5)
    )
    await until((runner.worktree / "ready/all").exists)

    run.cancel()
    await asyncio.sleep(0)
    run.cancel()

    with pytest.raises(asyncio.CancelledError):
        await run
    assert marker.carriers() == []


async def test_a_run_canceled_while_it_starts_leaves_nothing(runner: Runner, marker: Marker) -> None:
    run = asyncio.create_task(runner.run("sleep", "600", env={"MARKER": marker.value}))
    await asyncio.sleep(0)

    run.cancel()

    with pytest.raises(asyncio.CancelledError):
        await run
    assert marker.carriers() == []


@pytest.mark.parametrize("limit", ["timeout_seconds", "idle_seconds"])
async def test_a_run_over_its_time_is_dead_when_it_returns(runner: Runner, marker: Marker, limit: str) -> None:
    limits: dict[str, Any] = {limit: 5.0}

    ended = await runner.run(
        *escapes(marker, "trap '' TERM; wait"), env={"PYTHON": sys.executable}, grace_seconds=0.2, **limits
    )

    assert ended.ended == limit.removesuffix("_seconds")
    assert (runner.worktree / "ready/all").exists()
    assert marker.carriers() == []


async def test_sigterm_comes_before_sigkill(runner: Runner) -> None:
    ended = await runner.run(
        "bash", "-c", "trap 'echo bye; exit 7' TERM; echo up; while :; do sleep 0.05; done", timeout_seconds=1
    )

    assert (ended.ended, ended.code) == ("timeout", 7)
    assert runner.text()[-1] == "bye"


SERVER = """
import asyncio, sys
from pathlib import Path
from typing import Any
from app.executors import process
program = process.Program(tuple(sys.argv[2:]), Path(sys.argv[1]), Path(sys.argv[1]) / "state", 600)
program = __import__("dataclasses").replace(program, env={"PYTHON": sys.executable})
asyncio.run(process.run(program, lambda line: None))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
async def test_a_killed_server_takes_everything_along(worktree: Path, marker: Marker, number: signal.Signals) -> None:
    with subprocess.Popen(  # noqa: ASYNC220
        [sys.executable, "-c", SERVER, str(worktree), *escapes(marker, "trap '' TERM; wait")],
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        stderr=subprocess.DEVNULL,
    ) as server:
        await until((worktree / "ready/all").exists)

        server.send_signal(number)

        await until(lambda: server.poll() is not None)
    await marker.gone()


@pytest.mark.parametrize("which", ["first", "second"])
async def test_a_killed_guard_takes_everything_along(runner: Runner, marker: Marker, which: str) -> None:
    run = asyncio.create_task(runner.run(*escapes(marker, "trap '' TERM; wait"), env={"PYTHON": sys.executable}))
    await until((runner.worktree / "ready/all").exists)
    first, second = guards_of(marker)

    os.kill({"first": first, "second": second}[which], signal.SIGKILL)

    ended = await run
    assert ended.ended == "lost"
    assert ended.problem is not None
    assert "guards" in ended.problem
    assert marker.carriers() == []


def guards_of(marker: Marker) -> tuple[int, int]:
    """The two guards: the processes above the marked program that run the reaper."""
    reapers = [pid for pid in marker.carriers() if b"reaper.main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    parents = {pid: int(Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[1]) for pid in reapers}
    (second,) = [pid for pid in reapers if parents[pid] in reapers]
    return parents[second], second


def test_this_machine_has_the_strong_guards() -> None:
    expected = "subreaper" if sys.platform == "linux" else "process-group"

    assert sandbox.level("off") == expected
