"""Opening the database file: its mode, and files that are too new, another program's, damaged or out of reach."""

from __future__ import annotations

import os
import sqlite3
import stat

import pytest

from app.errors import DatabaseUnusable
from app.store.connection import connect
from app.store.database import Database
from tests.store import reference


async def refusal(path, clock) -> str:
    with pytest.raises(DatabaseUnusable) as refused:
        await Database.open(path, clock)
    return str(refused.value)


async def test_the_file_its_log_and_its_folder_are_the_owner_s_alone(path, clock):
    before = os.umask(0)
    try:
        database = await Database.open(path, clock)
        await database.write(lambda db: reference.insert(db, "repos", reference.row("repos")))
    finally:
        os.umask(before)
    modes = {found.name: stat.S_IMODE(found.stat().st_mode) for found in [path.parent, *path.parent.iterdir()]}
    await database.close()
    assert modes == {"data": 0o700, "dursor.db": 0o600, "dursor.db-wal": 0o600, "dursor.db-shm": 0o600}


async def test_a_file_that_others_may_read_is_closed_to_them(path, clock):
    path.parent.mkdir()
    path.touch(0o666)
    await (await Database.open(path, clock)).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_writer_is_durable_and_keeps_foreign_keys(database):
    def settings(db):
        return [db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")]

    assert await database._writer.run(settings) == ["wal", 2, 1]


async def test_a_newer_file_is_refused_with_both_versions_and_left_as_it_is(path, clock):
    await (await Database.open(path, clock)).close()
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 4711")
    newer.close()
    before = path.read_bytes()
    said = await refusal(path, clock)
    assert "version 4711" in said
    assert "newer dursor" in said
    assert path.read_bytes() == before


@pytest.mark.parametrize("table", ["bookmarks", "messages"])
async def test_another_program_s_file_is_refused_and_left_as_it_is(path, clock, table):
    path.parent.mkdir()
    with sqlite3.connect(path) as foreign:
        foreign.execute("CREATE TABLE bookmarks (url TEXT)")
        foreign.execute(f"CREATE TABLE IF NOT EXISTS {table} (url TEXT)")
        foreign.execute(f"INSERT INTO {table} VALUES ('https://example.com')")
    foreign.close()
    before = path.read_bytes()
    assert "another program's tables (bookmarks)" in await refusal(path, clock)
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", [b"not a database, but long enough to look like one" * 30, b"SQLite format 3\0" * 9])
async def test_a_file_that_is_no_database_is_refused_with_words(path, clock, damage):
    path.parent.mkdir()
    path.write_bytes(damage)
    assert "cannot be used: file is not a database" in await refusal(path, clock)
    assert path.read_bytes() == damage


async def test_a_damaged_file_is_refused_with_words(path, clock):
    await (await Database.open(path, clock)).close()
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    assert "malformed" in await refusal(path, clock)


async def test_a_path_that_cannot_hold_a_file_is_refused_with_words(tmp_path, clock):
    (tmp_path / "file").write_text("in the way")
    assert "cannot be made" in await refusal(tmp_path / "file" / "dursor.db", clock)
    assert "cannot be opened" in await refusal(tmp_path, clock)


def test_a_reader_does_not_make_a_file_that_is_missing(path, clock):
    path.parent.mkdir()
    with pytest.raises(DatabaseUnusable, match="cannot be opened"):
        connect(path, clock, readonly=True)
    assert not path.exists()


async def test_a_reader_cannot_write(database):
    with pytest.raises(Exception, match="readonly"):
        await database.read(lambda db: db.execute("DELETE FROM jobs"))
