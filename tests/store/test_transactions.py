"""The writer: what waits together shares one commit, and what fails, fails alone."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import uuid

import pytest

from app.store import database as databases
from app.store.database import Busy, Database


def note(word):
    return lambda db: (
        db.execute(
            "INSERT INTO installations (id, account, created_at, updated_at) VALUES (?, ?, '', '')", (hash(word), word)
        ).lastrowid
    )


def words(db):
    return [row[0] for row in db.execute("SELECT account FROM installations ORDER BY rowid")]


async def test_what_was_written_is_read(database):
    await database.write(note("one"))
    assert await database.read(words) == ["one"]


async def test_the_result_and_the_error_of_work_come_back_to_who_asked(database):
    assert await database.write(lambda _: 42) == 42
    with pytest.raises(ZeroDivisionError):
        await database.write(lambda _: 1 / 0)


async def test_those_that_wait_share_one_commit(database):
    statements: list[str] = []
    await database._writer.run(lambda db: db.set_trace_callback(statements.append))
    await asyncio.gather(*(database.write(note(f"word {number}")) for number in range(50)))
    assert statements.count("COMMIT") == 1
    assert len(await database.read(words)) == 50


@pytest.mark.parametrize(
    "broken",
    [
        lambda db: db.execute("SELECT no_such_column FROM jobs"),
        lambda db: db.execute("INSERT INTO tasks (id) VALUES ('x')"),
        lambda db: [note("half")(db), 1 / 0],
        lambda db: [note("half")(db), note("half")(db)],
    ],
    ids=["no such column", "not null", "own error", "not unique"],
)
async def test_work_that_fails_is_undone_alone(database, broken):
    done = await asyncio.gather(
        database.write(note("before")), database.write(broken), database.write(note("after")), return_exceptions=True
    )
    assert [isinstance(result, Exception) for result in done] == [False, True, False]
    assert not isinstance(done[1], Busy)
    assert sorted(await database.read(words)) == ["after", "before"]


async def test_a_caller_that_is_cancelled_does_not_undo_what_it_asked_for(database):
    asked = asyncio.create_task(database.write(note("still")))
    await asyncio.sleep(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    await database.write(note("next"))
    assert sorted(await database.read(words)) == ["next", "still"]


async def test_an_error_that_nobody_waits_for_is_no_trouble(database):
    asked = asyncio.create_task(database.write(lambda _: 1 / 0))
    await asyncio.sleep(0)
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    assert await database.write(lambda _: "fine") == "fine"


async def test_more_than_the_bound_is_refused_at_once_and_what_waited_is_done(database):
    began, go = threading.Barrier(2), threading.Event()
    held = asyncio.create_task(database.write(lambda _: (began.wait(20), go.wait(20))))
    await asyncio.to_thread(began.wait, 20)
    waiting = [asyncio.create_task(database.write(note(f"{number}"))) for number in range(databases.MAX_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(Busy, match="too many transactions are waiting"):
        await database.write(note("one more"))
    go.set()
    await asyncio.gather(held, *waiting)
    assert len(await database.read(words)) == databases.MAX_WAITING


async def test_closing_waits_for_what_was_asked(path, clock):
    database = await Database.open(path, clock)
    asked = [asyncio.create_task(database.write(note(f"{number}"))) for number in range(10)]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*asked)
    with sqlite3.connect(path) as db:
        assert len(words(db)) == 10
    db.close()


async def test_a_reading_sees_one_moment(database):
    await database.write(note("one"))
    began, go = threading.Event(), threading.Event()

    def twice(db):
        first = words(db)
        began.set()
        go.wait(20)
        return first, words(db)

    reading = asyncio.create_task(database.read(twice))
    await asyncio.to_thread(began.wait, 20)
    await database.write(note("two"))
    go.set()
    assert await reading == (["one"], ["one"])
    assert len(await database.read(words)) == 2


async def test_the_bell_rings_for_changes_only(database):
    bell = database.bell()
    await database.write(lambda _: None)
    await database.read(words)
    assert not bell._rung.is_set()
    await database.write(note("change"))
    await asyncio.wait_for(bell.wait(timeout=60), 10)
    assert database.bell() is not bell


async def test_ids_are_uuids_of_version_7_and_grow_even_when_the_clock_does_not(db, clock):
    made = [db.new_id() for _ in range(3000)]
    clock.advance(-60)
    made += [db.new_id() for _ in range(10)]
    clock.advance(3600)
    made.append(db.new_id())
    assert made == sorted(set(made))
    for text in made:
        number = uuid.UUID(text)
        assert (number.version, number.variant) == (7, uuid.RFC_4122)
    assert int(made[-1].replace("-", "")[:12], 16) == int(clock().timestamp() * 1000)
