"""A lock that several tasks and several processes respect, and that dies with its holders.

It is a `flock` on a file beside what it guards. The descriptor may be handed to git (`git.run(fds=…)`): then
an orphan that outlived a killed server still holds the lock, and whoever gets it knows that no writer lives.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import weakref
from collections.abc import AsyncIterator
from pathlib import Path

from app import errors

_POLL_SECONDS = 0.05
_tasks: weakref.WeakValueDictionary[Path, asyncio.Lock] = weakref.WeakValueDictionary()


@contextlib.asynccontextmanager
async def hold(path: Path, *, patience: float = 600.0) -> AsyncIterator[int]:
    """Hold the lock file `path`; gives its descriptor. Raises Transient after `patience` seconds."""
    lock = _tasks.setdefault(path, asyncio.Lock())
    async with contextlib.AsyncExitStack() as stack:
        try:
            async with asyncio.timeout(patience):
                await stack.enter_async_context(lock)
                descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                stack.callback(os.close, descriptor)
                while not _taken(descriptor):  # noqa: ASYNC110 the other holder may be a process
                    await asyncio.sleep(_POLL_SECONDS)
        except TimeoutError:
            raise errors.Transient(f"{path.name} is held by another process") from None
        yield descriptor


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
