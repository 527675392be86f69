"""Runs `git http-backend` as the CGI program it is (RFC 3875) behind ASGI, streaming both ways."""

from __future__ import annotations

import asyncio
import asyncio.subprocess
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence

from starlette.types import Receive, Send

_CHUNK = 64 * 1024  # bytes
_LONGEST_COMPLAINT = 64 * 1024  # bytes kept of what the program writes to its standard error


async def serve(
    receive: Receive,
    send: Send,
    environment: Mapping[str, str],
    *,
    fds: Sequence[int] = (),
    outlive: bool = False,
    before_end: Callable[[], Awaitable[None]] | None = None,
    on_stderr: Callable[[str], None] | None = None,
) -> None:
    """Answer one HTTP request with the program's response.

    A client that goes away gets the program and all its children killed; with `outlive` only as long as its
    request is incomplete. `before_end` is awaited when the program is done, before the response ends.
    """
    process = await asyncio.create_subprocess_exec(
        "git",
        "http-backend",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
        pass_fds=fds,
        start_new_session=True,
    )
    stdin, stdout, stderr = process.stdin, process.stdout, process.stderr
    if not (stdin and stdout and stderr):
        raise AssertionError("all three were asked for as pipes")
    feeding = asyncio.create_task(_feed(receive, stdin, process, outlive=outlive))
    complaining = asyncio.create_task(_complaint(stderr))
    try:
        await _answer(stdout, send)
        await process.wait()
        if on_stderr and (complaint := await complaining):
            on_stderr(complaint)
        if before_end:
            await before_end()
    finally:
        feeding.cancel()
        complaining.cancel()
        _kill(process)
        await process.wait()
        await asyncio.gather(feeding, complaining, return_exceptions=True)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _feed(
    receive: Receive, stdin: asyncio.StreamWriter, process: asyncio.subprocess.Process, *, outlive: bool
) -> None:
    """Pass the request body on as it comes, then wait for the client to go away."""
    complete = False
    while (message := await receive())["type"] != "http.disconnect":
        if complete:
            continue
        with contextlib.suppress(ConnectionError):  # the program may have heard enough
            stdin.write(message.get("body", b""))
            await stdin.drain()
        if complete := not message.get("more_body", False):
            stdin.close()
    if not (complete and outlive):
        _kill(process)


async def _answer(stdout: asyncio.StreamReader, send: Send) -> None:
    """Send status, headers and body of the program's response, all but the end."""
    status, headers = 500, []
    while (line := (await stdout.readline()).rstrip(b"\r\n")) and b":" in line:
        name, _, value = line.partition(b":")
        if name.lower() == b"status":
            status = int(value.split()[0])
        else:
            headers.append((name.lower(), value.strip()))
            status = 200 if status == 500 else status
    await send({"type": "http.response.start", "status": status, "headers": headers})
    while chunk := await stdout.read(_CHUNK):
        await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _complaint(stderr: asyncio.StreamReader) -> str:
    kept = b""
    while chunk := await stderr.read(_CHUNK):
        kept = (kept + chunk)[-_LONGEST_COMPLAINT:]
    return kept.decode("utf-8", "replace")


def _kill(process: asyncio.subprocess.Process) -> None:
    """Kill the program's whole session; nothing happens when all of it has ended."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
