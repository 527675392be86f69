"""One program in a worktree: its environment, deadlines, log and end. What goes wrong is in the `Exit`."""

from __future__ import annotations

import asyncio
import math
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.executors import environment, guard, log, outcome, sandbox

_KILL_SECONDS = 10.0  # how long SIGKILL may take before a process counts as unkillable
_BWRAP = "bwrap: "  # how it begins what it has to say, such as that execve(2) failed
_DRAIN_SECONDS = 2.0  # for a pipe that somebody outside the run holds open


@dataclass(frozen=True, slots=True)
class Program:
    """What to run. `keep_bytes` of standard output are kept whole for who parses it.

    `timeout_seconds` bounds the whole run, `idle_seconds` the time without a byte of output,
    `grace_seconds` the time between SIGTERM and SIGKILL. Without `stdin` there is nothing to read. With
    `reader`, standard output is a machine's: it goes there as it comes, and not to the log. Once `said_all` is
    set, the program has said its last word and is given `linger_seconds` to end. `box` contains it; in there it may
    read `readable` too, and change nothing in `cwd` if that is `read_only`.
    """

    argv: tuple[str, ...]
    cwd: Path
    state_dir: Path
    timeout_seconds: float
    idle_seconds: float | None = None
    grace_seconds: float = 5.0
    env: Mapping[str, str] = field(default_factory=dict)
    stdin: bytes | None = None
    keep_bytes: int = 0
    reader: guard.Feed | None = None
    said_all: asyncio.Event | None = None
    linger_seconds: float = 15.0
    limits: guard.Limits = field(default_factory=guard.Limits)
    box: sandbox.Sandbox = field(default_factory=sandbox.Sandbox)
    read_only: bool = False
    readable: tuple[Path, ...] = ()


async def run(program: Program, write: log.Write) -> outcome.Exit:
    """Run the program to its end. When this returns or raises, CancelledError too, all of it is dead."""
    stop: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    life = asyncio.create_task(_live(program, write, stop))
    try:
        return await asyncio.shield(life)
    except asyncio.CancelledError:
        stop.cancel()
        while not life.done():
            await _next_word_of(life)
        if not life.cancelled() and (error := life.exception()):
            raise error from None
        raise


async def _next_word_of(life: asyncio.Task[outcome.Exit]) -> None:
    """Its end, or one more cancellation: said once already, and leaving now would leave processes behind."""
    try:
        await asyncio.wait({life})
    except asyncio.CancelledError:
        return


async def _live(program: Program, write: log.Write, stop: asyncio.Future[None]) -> outcome.Exit:
    if not program.argv:
        return outcome.Exit("start", problem="There is no command to run.")
    clock = asyncio.get_running_loop().time
    started = clock()
    output = _Output(program, write)
    try:
        guarded = await _start(program, output)
    except sandbox.Unreachable as error:
        return outcome.Exit("start", problem=outcome.not_started(program.argv, error.errno or 0))
    except (OSError, ValueError) as error:
        return outcome.Exit("start", problem=f"`{program.argv[0]}` could not be started: {error}.")
    try:
        ended = await _watch(program, guarded, output, stop)
        await asyncio.wait(guarded.streams, timeout=_DRAIN_SECONDS)
        output.log.finish()
        if guarded.over.done():
            is_nested = program.box.level == "namespaces"
            exit_ = outcome.read(guarded.over.result(), program.argv, program.cwd, is_nested=is_nested)
            if is_nested and exit_.code == 1 and output.log.last.startswith(_BWRAP):
                exit_ = outcome.Exit("start", problem=f"It could not be started in the sandbox: {output.log.last}.")
        else:
            exit_ = outcome.Exit("lost", problem="Some of its processes cannot be killed.")
    finally:
        guarded.close()
    if ended:
        exit_ = replace(exit_, ended=ended[0], problem=ended[1])
    return replace(
        exit_,
        stdout=bytes(output.kept),
        overflowed=output.overflowed,
        last_line=output.log.last,
        seconds=clock() - started,
    )


async def _start(program: Program, output: _Output) -> guard.Guard:
    environment.prepare(program.state_dir)
    env = environment.build(program.state_dir, program.env)
    place = sandbox.Place(program.cwd, program.state_dir, read_only=program.read_only, readable=program.readable)
    with (
        tempfile.TemporaryFile(dir=program.state_dir) as stdin,
        sandbox.cell(program.box, place, program.argv, env) as cell,
    ):
        if program.stdin is not None:
            stdin.write(program.stdin)
            stdin.seek(0)
        return await guard.start(
            cell,
            cwd=program.cwd,
            env=env,
            stdin=stdin if program.stdin is not None else None,
            limits=program.limits,
            stdout=output.stdout,
            stderr=output.stderr,
        )


async def _watch(
    program: Program, guarded: guard.Guard, output: _Output, stop: asyncio.Future[None]
) -> tuple[outcome.Ended, str] | None:
    """Wait for the end; brings it about at a deadline, or when told to. Returns which deadline it was."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + program.timeout_seconds
    idle = program.idle_seconds or math.inf
    last_word = asyncio.ensure_future((program.said_all or asyncio.Event()).wait())
    waiting: set[asyncio.Future[Any]] = {guarded.over, stop, last_word, *guarded.streams}
    ended: tuple[outcome.Ended, str] | None = None
    lingering = math.inf
    while not guarded.over.done():
        if last_word.done() and lingering == math.inf:
            lingering = clock() + program.linger_seconds
        pause = min(deadline, output.heard + idle, lingering) - clock()
        done, _ = await asyncio.wait(waiting, timeout=max(pause, 0), return_when=asyncio.FIRST_COMPLETED)
        waiting -= done
        if guarded.over.done():
            break
        if clock() >= lingering:
            await _end(guarded, program.grace_seconds)
            break
        if clock() >= deadline:
            ended = "timeout", f"It was stopped after {program.timeout_seconds:g} seconds, its time limit."
        elif clock() >= output.heard + idle:
            ended = "idle", f"It was stopped: no output for {idle:g} seconds."
        if ended or stop.done() or any(stream.done() and stream.exception() for stream in guarded.streams):
            await _end(guarded, program.grace_seconds)
            break
    last_word.cancel()
    for stream in guarded.streams:
        if stream.done():
            stream.result()  # who reads the log failed: a bug, and it travels
    return ended


async def _end(guarded: guard.Guard, grace: float) -> None:
    guarded.terminate()
    await asyncio.wait({guarded.over}, timeout=grace)
    guarded.kill()
    await asyncio.wait({guarded.over}, timeout=_KILL_SECONDS)


class _Output:
    """Where the two streams go: the log, and as much of standard output as is to be kept."""

    def __init__(self, program: Program, write: log.Write) -> None:
        self.log = log.Log(write)
        self.kept = bytearray()
        self.overflowed = False
        self.heard = self._now()
        self._keep = program.keep_bytes
        self._reader = program.reader

    def stdout(self, chunk: bytes) -> None:
        room = self._keep - len(self.kept)
        self.kept += chunk[:room]
        self.overflowed = self.overflowed or len(chunk) > room
        self.heard = self._now()
        if self._reader is None:
            self.log.feed("stdout", chunk)
        else:
            self._reader(chunk)

    def stderr(self, chunk: bytes) -> None:
        self.heard = self._now()
        self.log.feed("stderr", chunk)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
