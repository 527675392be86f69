"""Watches one push while git receives it: which ref updates are asked for, refused, and made in the end.

git's own hooks report over a socket that receive-pack inherits (`git_hook` is their far end), so that what is
told is exact even when several pushes run at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import shlex
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.localhub import git_hook

_LONGEST_LINE = 64 * 1024 * 1024  # bytes; a mirror push of very many refs is one line


@dataclass(frozen=True, slots=True)
class RefUpdate:
    """One ref of a push: `old` or `new` is all zeros where the ref is made or deleted.

    `credential` is the password of whoever pushes.
    """

    ref: str
    old: str
    new: str
    credential: str | None = field(default=None, repr=False)


Refuse = Callable[[RefUpdate], Awaitable[str | None]]


@dataclass(slots=True)
class Push:
    """A push that is being received: the socket and settings its git needs, the updates made so far."""

    channel: socket.socket
    settings: dict[str, str]
    updates: list[RefUpdate]

    @property
    def environment(self) -> dict[str, str]:
        """What tells the hooks which inherited socket is theirs."""
        return {"HUB_CHANNEL": str(self.channel.fileno())}


def write_hooks(directory: Path) -> None:
    """Make the directory of hooks that every repository of a hub is served with."""
    directory.mkdir(parents=True, exist_ok=True)
    for name in ("proc-receive", "post-receive"):
        command = shlex.join([sys.executable, "-IS", git_hook.__file__, name])
        (directory / name).write_text(f"#!/bin/sh\nexec {command}\n")
        (directory / name).chmod(0o700)


@contextlib.asynccontextmanager
async def watch(hooks: Path, credential: str | None, refuse: Refuse) -> AsyncIterator[Push]:
    """Serve the hooks of one receive-pack that gets the yielded channel, environment and settings."""
    ours, theirs = socket.socketpair()
    with theirs:
        reader, writer = await asyncio.open_connection(sock=ours, limit=_LONGEST_LINE)
        push = Push(theirs, {"core.hooksPath": str(hooks), "receive.procReceiveRefs": "refs/"}, [])
        answering = asyncio.create_task(_answer(reader, writer, push, credential, refuse))
        try:
            yield push
        finally:
            answering.cancel()
            writer.close()
            await asyncio.gather(answering, return_exceptions=True)


async def _answer(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    push: Push,
    credential: str | None,
    refuse: Refuse,
) -> None:
    while line := await reader.readline():
        told: dict[str, list[str]] = json.loads(line)
        updates = [
            RefUpdate(ref, old, new, credential)
            for old, new, ref in (words.split(" ", 2) for lines in told.values() for words in lines)
        ]
        refused: dict[str, str] = {}
        if "pushed" in told:
            push.updates += updates
        else:
            reasons = {update.ref: await refuse(update) for update in updates}
            refused = {ref: reason for ref, reason in reasons.items() if reason}
        writer.write(json.dumps(refused).encode() + b"\n")
        await writer.drain()
