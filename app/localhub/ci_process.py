"""Runs one script of a workflow as its own process group, which never outlives it."""

from __future__ import annotations

import asyncio
import asyncio.subprocess
import contextlib
import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path

SHELL = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail")
"""How a script is run, with the name of its file after it."""

_CHUNK = 64 * 1024  # bytes
_PATIENCE = 1.0  # seconds for the last output, when a process that left the group still holds the pipe


async def run(
    script: Path,
    directory: Path,
    environment: Mapping[str, str],
    output: Callable[[bytes], None],
    timeout: float | None,
) -> int | None:
    """Run `script` and hand on what it writes; its exit code, or None if `timeout` seconds were not enough.

    A signal that ended it counts 128 and its number, as in the shell. Raises OSError when it cannot be started.
    The whole process group is killed when the script has ended, runs out of time or is cancelled.
    """
    # A pipe of our own: asyncio lets a process with one of its pipes end only when all heirs have closed it.
    read_end, write_end = os.pipe()
    reading = asyncio.create_task(_read(read_end, output))
    try:
        process = await asyncio.create_subprocess_exec(
            *SHELL,
            str(script),
            cwd=directory,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=write_end,
            stderr=write_end,
            start_new_session=True,
        )
    finally:
        os.close(write_end)
    code: int | None = None
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                code = await process.wait()
    finally:
        _kill(process.pid)
        await process.wait()
        await asyncio.wait([reading], timeout=_PATIENCE)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
    return 128 - code if code is not None and code < 0 else code


async def _read(read_end: int, output: Callable[[bytes], None]) -> None:
    reader = asyncio.StreamReader()
    pipe = os.fdopen(read_end, "rb", buffering=0)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), pipe
    )
    try:
        while data := await reader.read(_CHUNK):
            output(data)
    finally:
        transport.close()


def _kill(group: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
