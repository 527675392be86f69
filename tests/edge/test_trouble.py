"""A disk that is full, a database that is locked: GitHub is told to come again, and everything goes on afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import subprocess
import sys

from tests.edge.front import ADMIN, Front

HOLD = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""
BEARER = f"Bearer {ADMIN}"


@contextlib.contextmanager
def a_full_disk():
    """No file of this process may grow beyond what the database has by now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextlib.contextmanager
def another_process_holding(front: Front):
    command = [sys.executable, "-c", HOLD, str(front.database.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        yield
        other.communicate()


async def test_s119_a_full_disk_is_said_and_passes(front):
    assert (await front.post({"a": 0}, guid="before")).status == 202
    await front.handled()
    with a_full_disk():
        refused = await front.post({"a": 1, "filler": "x" * 50_000}, guid="g")
        ready = await front.ask("GET", "/readyz", Authorization=BEARER)
    assert refused.status == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert ready.status == 503
    assert ready.json["checks"]["database:write"][0]["status"] == "fail"
    assert (await front.post({"a": 1}, guid="g")).status == 202
    assert (await front.ask("GET", "/readyz")).status == 200
    assert [row["guid"] for row in (await front.handled())["ignored"]] == ["g", "before"]


async def test_s119_a_lock_that_somebody_else_holds_is_said_and_passes(front):
    await front.database._writer.run(lambda db: db.execute("PRAGMA busy_timeout = 50"))
    with another_process_holding(front):
        many = [front.post({"a": number}, guid=f"{number}") for number in range(20)]
        refused = await asyncio.gather(*many)
        ready = await front.ask("GET", "/readyz")
        status = await front.ask("GET", "/status")
    assert {answer.status for answer in refused} == {503}
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in refused)
    assert ready.status == 503
    assert status.status == 200
    assert await front.kept() == 0
    assert (await front.post({"a": 1}, guid="1")).status == 202
    assert (await front.ask("GET", "/readyz")).status == 200


async def test_s119_a_delivery_that_could_not_be_marked_is_handled_when_the_lock_is_gone(front):
    await front.database._writer.run(lambda db: db.execute("PRAGMA busy_timeout = 50"))
    await front.post({"a": 1}, guid="g")
    with another_process_holding(front):
        pass
    assert [row["guid"] for row in (await front.handled())["ignored"]] == ["g"]
