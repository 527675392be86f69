"""A database that cannot be written for a while: everybody hears so, nothing is lost, and it passes."""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys

import pytest

from app.store.database import Busy

HOLD = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""
BIG = """INSERT INTO repos (id, repo_url, default_branch, latest_commit, workspace_path, created_at)
         VALUES (?, ?, '', '', '', '')"""


def big(key, size=3_000_000):
    return lambda db: db.execute(BIG, (key, "x" * size)).rowcount


def keys(db):
    return [row[0] for row in db.execute("SELECT id FROM repos ORDER BY id")]


async def impatient(database):
    await database._writer.run(lambda db: db.execute("PRAGMA busy_timeout = 20"))


@pytest.fixture
def held(path, database):
    """Another process holds the database; ending it lets go."""
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout is not None
    assert other.stdout.readline() == b"held\n"
    yield other
    other.communicate()


async def test_while_another_process_holds_the_lock_writers_are_told_and_readers_read(database, held):
    await impatient(database)
    with pytest.raises(Busy, match="database is locked") as busy:
        await database.write(big("a", 10))
    assert busy.value.after
    assert await database.read(keys) == []
    held.communicate()
    await database.write(big("b", 10))
    assert await database.read(keys) == ["b"]


async def test_all_that_wait_behind_a_lock_hear_of_it_together(database, held):
    await impatient(database)
    asked = [database.write(big(f"{number}", 10)) for number in range(500)]
    heard = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(error) for error in heard} == {Busy}
    assert len({id(error) for error in heard}) == 500


async def test_a_full_disk_fails_the_write_and_when_there_is_room_again_it_works(database):
    pages = await database._writer.run(lambda db: db.execute("PRAGMA page_count").fetchone()[0])
    await database._writer.run(lambda db: db.execute(f"PRAGMA max_page_count = {pages + 5}"))
    with pytest.raises(Busy, match="full"):
        await database.write(big("a"))
    await database.write(big("small", 10))
    await database._writer.run(lambda db: db.execute("PRAGMA max_page_count = 1000000"))
    await database.write(big("b"))
    assert await database.read(keys) == ["b", "small"]


async def test_a_log_that_may_not_grow_fails_the_write_and_loses_nothing_before_it(database, path):
    await database.write(big("before", 10))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(Busy):
            await database.write(big("a"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    await database.write(big("after"))
    assert await database.read(keys) == ["after", "before"]


async def test_damaged_pages_are_trouble_for_readers_too(database, path):
    await database.write(lambda db: [big(f"{number}", 20_000)(db) for number in range(50)])
    await database._writer.run(lambda db: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone())
    whole = path.read_bytes()
    with path.open("r+b") as file:
        file.seek(8192)  # every page but the first
        file.write(b"\xff" * (len(whole) - 8192))
    with pytest.raises(Busy, match=r"the database cannot be read: .*malformed"):
        await database.read(lambda db: db.execute("SELECT * FROM repos").fetchall())
