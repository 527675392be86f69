"""A hundred runs at each level, each ended in one of all ways at a drawn moment: no process of theirs is left."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.executors import process, sandbox
from tests.executors.programs import Marker, until

AT_ONCE = 8
SERVERS, OF_A_SERVER = 4, 4  # each takes the runs along that it has

# Detaches a sleeper in each way there is; some ignore every signal that can be ignored, none has another variable.
PROGRAM = """
{trap}
sleeper() {{ exec env -i MARKER={marker} sleep 600; }}
(trap '' HUP INT TERM; sleeper) &
setsid env -i MARKER={marker} sleep 600 &
(setsid sh -c 'env -i MARKER={marker} sleep 600 & exit 0' &)
(nohup setsid sh -c '(trap "" TERM; exec env -i MARKER={marker} sleep 600) & exit 0' >/dev/null 2>&1 &)
wait
while :; do sleep 0.1; done
"""
SERVER = """
import asyncio, sys
from pathlib import Path
from app.executors import process, sandbox
async def main(level, folder, *scripts):
    await asyncio.gather(*(process.run(process.Program(
        ("sh", "-c", script), Path(folder, "tree"), Path(folder, f"state{number}"), 600, box=sandbox.Sandbox(level),
    ), lambda line: None) for number, script in enumerate(scripts)))
asyncio.run(main(*sys.argv[1:]))
"""


def script(draw: random.Random, marker: Marker) -> str:
    return PROGRAM.format(trap=draw.choice(["", "trap '' TERM HUP INT"]), marker=marker.value)


async def end_a_run(level: sandbox.Level, draw: random.Random, folder: Path) -> None:
    marker, moment = Marker(), draw.uniform(0, 0.6)
    how = draw.choice(["cancel", "deadline", "idle", "first guard", "second guard"])
    program = process.Program(
        ("sh", "-c", script(draw, marker)), folder / "tree", folder / "state", moment if how == "deadline" else 600,
        idle_seconds=moment if how == "idle" else None, grace_seconds=draw.choice([0.0, 0.1]),
        box=sandbox.Sandbox(level),
    )  # fmt: skip
    run = asyncio.create_task(process.run(program, lambda _: None))
    if how == "cancel":
        await asyncio.sleep(moment)
        run.cancel()
    elif "guard" in how:
        await until(lambda: len(guards(marker)) == 2)
        await asyncio.sleep(moment)
        os.kill(guards(marker)[how == "second guard"], signal.SIGKILL)
    with contextlib.suppress(asyncio.CancelledError):
        ended = await run
        assert ended.ended == {"deadline": "timeout", "idle": "idle"}.get(how, "lost"), ended
    assert marker.carriers() == [], how


async def end_a_server(level: sandbox.Level, draw: random.Random, folder: Path) -> None:
    markers = [Marker() for _ in range(OF_A_SERVER)]
    with subprocess.Popen(  # noqa: ASYNC220
        [sys.executable, "-c", SERVER, level, str(folder), *(script(draw, marker) for marker in markers)],
        env={**os.environ, "PYTHONPATH": str(Path.cwd())}, stderr=subprocess.DEVNULL,
    ) as server:  # fmt: skip
        await until(lambda: all(len(guards(marker)) == 2 for marker in markers))
        await asyncio.sleep(draw.uniform(0, 0.6))
        server.send_signal(draw.choice([signal.SIGTERM, signal.SIGKILL]))
        await until(lambda: server.poll() is not None)
    for marker in markers:
        await marker.gone()


def guards(marker: Marker) -> list[int]:
    """The guards of a marked program, the first one first."""
    found = {}
    for pid in marker.carriers():
        with contextlib.suppress(OSError):
            if b"reaper.main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found[pid] = int(Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[1])
    return sorted(found, key=lambda pid: found[pid] in found)


@pytest.mark.parametrize("level", sandbox.levels())
async def test_after_each_of_a_hundred_seeded_ends_nothing_is_left(level: sandbox.Level, tmp_path: Path) -> None:
    room = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        draw, folder = random.Random(f"{level} {number}"), tmp_path / str(number)
        async with room:
            (folder / "tree").mkdir(parents=True)
            await (end_a_server if number < SERVERS else end_a_run)(level, draw, folder)

    async with asyncio.TaskGroup() as group:
        for number in range(SERVERS + 100 - SERVERS * OF_A_SERVER):
            group.create_task(one(number))
