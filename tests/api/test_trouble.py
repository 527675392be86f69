"""When the server has trouble of its own, a client is told to come back, or that it was not to blame."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import aiohttp
import pytest

from app.web.api.table import OPERATIONS
from tests.api import server
from tests.api.conftest import PROBLEM


async def test_a_database_that_cannot_be_written_is_busy_and_reading_goes_on(api):
    other = sqlite3.connect(api.front.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = await api.ask("POST", "/tasks/{task_id}/messages", {"content": "now"})
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json["type"] == "urn:dursor:problem:busy"
    assert (await api.ask("GET", "/tasks")).status == 200
    other.close()
    assert (await api.ask("POST", "/tasks/{task_id}/messages", {"content": "now"})).status == 201


@pytest.mark.parametrize("name", ["getTask", "createBacklogItem"])
async def test_a_bug_is_told_without_its_traceback_and_undone(tmp_path, name):
    def breaks(db, call):
        if name != "getTask":
            db.execute("DELETE FROM backlog_items")
        raise RuntimeError("secret words of a bug")

    operations = [replace(one, handler=breaks) if one.name == name else one for one in OPERATIONS]
    headers = {"Authorization": f"Bearer {server.TOKEN}"}
    with server.running(tmp_path / "data", operations) as served:
        async with aiohttp.ClientSession(headers=headers) as session:
            if name == "getTask":
                answer = await session.get(f"{served.url}/tasks/{served.ids['task_id']}")
            else:
                body = {"repo_id": served.ids["repo_id"], "title": "x"}
                answer = await session.post(f"{served.url}/backlog-items", json=body)
            told = await answer.json(content_type=PROBLEM)
            there = await (await session.get(f"{served.url}/backlog-items")).json()
    assert (answer.status, told["type"]) == (500, "urn:dursor:problem:broken")
    assert "secret words" not in str(told)
    assert [item["id"] for item in there["items"]] == [served.ids["item_id"]]
