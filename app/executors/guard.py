"""The server's end of the guards: starts a program under them, and knows when everything of it is dead.

The guards and their protocol are in `reaper.py`. The socket to them does most of the work: closing it, or
dying with it open, kills every process of the run; its end of file says that all of them are dead.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.executors import reaper, sandbox

_ROOT = str(Path(reaper.__file__).parents[2])
_GUARD = """import sys
sys.path.append(sys.argv[1])
from app.executors import reaper
sys.exit(reaper.main(sys.argv[2:]))"""

_PIPE_BYTES = 1024 * 1024  # what Linux allows everyone

Feed = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """setrlimit(2) for the program and its descendants.

    `processes` counts those of the whole user, and does not bind root.
    """

    core_bytes: int = 0
    file_bytes: int = 4 * 1024**3
    processes: int = 4096

    def __str__(self) -> str:
        return f"core={self.core_bytes},fsize={self.file_bytes},nproc={self.processes}"


class Guard:
    """One program and its guards, from the start until nothing of them is left."""

    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket) -> None:
        self._process = process
        self._control = control
        self._pumps: list[_Pump] = []
        self.streams: list[asyncio.Future[None]] = []
        self.over = asyncio.create_task(self._until_over())

    def terminate(self) -> None:
        """SIGTERM to the program's process group."""
        with contextlib.suppress(OSError):
            self._control.send(b"T")

    def kill(self) -> None:
        """SIGKILL to everything; `over` is done when it has worked."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_WR)

    async def pump(self, descriptor: int, feed: Feed) -> None:
        """Read a pipe into `feed`; adds to `streams` what is done at its end, failed if `feed` raised."""
        pump = _Pump(feed)
        self._pumps.append(pump)
        self.streams.append(pump.done)
        pipe = os.fdopen(descriptor, "rb", buffering=0)
        await asyncio.get_running_loop().connect_read_pipe(lambda: pump, pipe)

    def close(self) -> None:
        """Let go of everything: what still runs is killed, what is not read yet is lost."""
        self.over.cancel()
        self._control.close()
        for pump in self._pumps:
            pump.close()

    async def _until_over(self) -> str:
        """What the guards had to say, when both are gone."""
        loop, said = asyncio.get_running_loop(), b""
        with contextlib.suppress(ConnectionResetError):  # gone without having read our last word
            while data := await loop.sock_recv(self._control, 4096):
                said += data
        await asyncio.to_thread(self._process.wait)
        return said.decode()


async def start(
    cell: sandbox.Cell,
    *,
    cwd: Path,
    env: Mapping[str, str],
    stdin: IO[bytes] | None,
    limits: Limits,
    stdout: Feed,
    stderr: Feed,
) -> Guard:
    """Start a program with its output going to two functions. Raises OSError or ValueError."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    out, err = os.pipe(), os.pipe()
    with contextlib.suppress(AttributeError, OSError):  # programs on Node.js lose what is left unread when they end
        fcntl.fcntl(out[1], fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    try:
        process = subprocess.Popen(  # noqa: ASYNC220 (a vfork; nothing here waits for the program)
            wrapped(cell, control=theirs.fileno(), cwd=cwd, limits=limits),
            stdin=subprocess.DEVNULL if stdin is None else stdin,
            stdout=out[1],
            stderr=err[1],
            cwd="/",
            env=dict(env),
            pass_fds=[theirs.fileno(), *(() if cell.ruleset is None else (cell.ruleset,))],
            start_new_session=True,
        )
    except BaseException:
        ours.close()
        os.close(out[0])
        os.close(err[0])
        raise
    finally:
        theirs.close()
        os.close(out[1])
        os.close(err[1])
    guard = Guard(process, ours)
    await guard.pump(out[0], stdout)
    await guard.pump(err[0], stderr)
    return guard


def wrapped(cell: sandbox.Cell, *, control: int, cwd: Path, limits: Limits) -> list[str]:
    """The argument list that runs a program under the guards."""
    ruleset = -1 if cell.ruleset is None else cell.ruleset
    confined = f"ruleset={ruleset},nested={cell.is_nested:d},drop={cell.drops_privileges:d}"
    return [sys.executable, "-I", "-S", "-c", _GUARD, _ROOT, str(control), str(cwd), str(limits), confined, *cell.argv]


class _Pump(asyncio.Protocol):
    def __init__(self, feed: Feed) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._feed = feed
        self._transport: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        try:
            self._feed(data)
        except Exception as error:  # noqa: BLE001 (a bug of the reader's: it travels by the future)
            if not self.done.done():
                self.done.set_exception(error)
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
