"""The one writer and the readers of the database file.

A transaction is a function of a connection. Those that wait at the same moment share one commit, each
in a savepoint of its own, so that a burst of deliveries costs one sync of the disk and one that fails
takes nobody with it. A caller hears back only when its work is durable (`synchronous = FULL`).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar, cast

import aiosqlite

from app.errors import Transient
from app.store import offline, transactions
from app.store.connection import Clock, Connection, connect, system_clock
from app.store.transactions import Work

T = TypeVar("T")

MAX_WAITING = 2_000
"""Transactions that may wait for the writer; one more is refused, so that memory stays bounded."""

MAX_BATCH = 64


class Busy(Transient):
    """The database cannot take more just now: locked, full, or too much is waiting."""


@dataclass(slots=True)
class _Waiting:
    work: Work[Any]
    done: asyncio.Future[Any]


class _Thread(aiosqlite.Connection):
    """An aiosqlite connection whose thread runs a whole function in one hop."""

    async def run(self, function: Callable[..., T], *arguments: object) -> T:
        return cast(T, await self._execute(function, self._conn, *arguments))  # type: ignore[no-untyped-call]


class Bell:
    """Rings once when something has changed since the bell was taken: no change falls between."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake everybody who waits."""
        self._rung.set()

    async def wait(self, timeout: float) -> None:
        """Return at the next change, or after `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout):
                await self._rung.wait()
        except TimeoutError:
            return


class Database:
    """Open with `await Database.open(path)`; `write` and `read` are the only doors to the file."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self.clock = clock
        self._waiting: asyncio.Queue[_Waiting] = asyncio.Queue(MAX_WAITING)
        self._writer: _Thread
        self._reader: _Thread
        self._loop: asyncio.Task[None]
        self._bell = Bell()

    @classmethod
    async def open(cls, path: Path, clock: Clock = system_clock) -> Self:
        """Open or create the database and bring it to this program's version.

        Raises `DatabaseUnusable` when the file is newer than the program or cannot be brought up to date.
        """
        database = cls(path, clock)
        await asyncio.to_thread(offline.bring_up_to_date, path)
        database._writer = _Thread(lambda: connect(path, clock), iter_chunk_size=64)
        database._reader = _Thread(lambda: connect(path, clock, readonly=True), iter_chunk_size=64)
        await database._writer
        await database._reader
        database._loop = asyncio.create_task(database._write_batches(), name="database writer")
        return database

    async def close(self) -> None:
        """Finish what is waiting, then let go of the file."""
        await self._waiting.join()
        self._loop.cancel()
        await asyncio.gather(self._loop, return_exceptions=True)
        await self._writer.run(_optimize)
        await self._writer.close()
        await self._reader.close()

    async def write(self, work: Work[T]) -> T:
        """Run `work` in a transaction; return when it is on disk, raise what it raised otherwise.

        `work` runs in the writer's thread: it may not await, and should not take long. Raises `Busy` when
        the database is locked or full or too much waits already. A caller that is cancelled does not
        undo what it asked for.
        """
        waiting = _Waiting(work, asyncio.get_running_loop().create_future())
        try:
            self._waiting.put_nowait(waiting)
        except asyncio.QueueFull:
            raise Busy("too many transactions are waiting", after=5) from None
        return cast(T, await asyncio.shield(waiting.done))

    async def read(self, work: Work[T]) -> T:
        """Run `work` on one consistent snapshot. It cannot write; keep it short, it holds back the log.

        Raises `Busy` when the file is in trouble.
        """
        try:
            return await asyncio.shield(asyncio.ensure_future(self._reader.run(transactions.in_snapshot, work)))
        except sqlite3.Error as error:
            if transactions.is_trouble(error):
                raise Busy(f"the database cannot be read: {error}", after=5) from error
            raise

    def bell(self) -> Bell:
        """Take this before looking at the database, and wait for it when there was nothing to do."""
        return self._bell

    async def _write_batches(self) -> None:
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < MAX_BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            try:
                changed, results = await self._writer.run(
                    transactions.commit_together, [waiting.work for waiting in batch]
                )
            except (sqlite3.Error, ValueError) as error:  # ValueError: the writer's thread is gone
                while not self._waiting.empty():  # they waited as long, and need not find out one after another
                    batch.append(self._waiting.get_nowait())
                why = f"the database cannot be written: {error}"
                changed, results = False, [Busy(why, after=5) for _ in batch]
            if changed:
                bell, self._bell = self._bell, Bell()
                bell.ring()
            for waiting, result in zip(batch, results, strict=True):
                if isinstance(result, BaseException):
                    waiting.done.set_exception(result)
                    waiting.done.exception()  # somebody may have stopped waiting: not "never retrieved"
                else:
                    waiting.done.set_result(result)
                self._waiting.task_done()


def _optimize(db: Connection) -> None:
    db.execute("PRAGMA optimize")
