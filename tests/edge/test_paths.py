"""Every other path: health, readiness, status for strangers and for the administrator, and what is not there."""

from __future__ import annotations

import asyncio
import threading

import pytest

from app.store import repos
from tests.edge import front as fronts
from tests.edge.front import ADMIN

BEARER = f"Bearer {ADMIN}"
CALLER = {"repository": {"id": 7, "full_name": "secret-corp/secret-widgets"}, "installation": {"id": 9}}
PULL = CALLER | {"action": "opened", "pull_request": {"number": 1, "state": "open"}}


async def test_healthz_says_that_the_process_lives_and_nothing_else(front):
    answer = await front.ask("GET", "/healthz")
    assert (answer.status, answer.body) == (200, b"ok\n")
    assert "server" not in answer.headers


async def test_readyz_is_a_health_document_with_details_for_the_administrator_only(front):
    answer = await front.ask("GET", "/readyz")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/health+json"
    assert answer.json.keys() == {"status", "version"}
    full = (await front.ask("GET", "/readyz", Authorization=BEARER)).json
    assert {"database:write", "inbox:lag", "disk:free", "inbox:alive", "outbox:alive"} <= full["checks"].keys()


async def test_readyz_fails_while_the_inbox_lags(front, monkeypatch):
    monkeypatch.setattr("app.web.health.INBOX_LAG_SECONDS", -1.0)
    answer = await front.ask("GET", "/readyz", Authorization=BEARER)
    assert (answer.status, answer.json["checks"]["inbox:lag"][0]["status"]) == (503, "fail")


async def test_however_many_ask_whether_it_is_ready_the_database_is_tried_once_at_a_time(front):
    began, go = threading.Barrier(2), threading.Event()
    held = asyncio.create_task(front.database.write(lambda _: (began.wait(30), go.wait(30))))
    await asyncio.to_thread(began.wait, 30)
    asked = [asyncio.create_task(front.ask("GET", "/readyz")) for _ in range(30)]
    while not front.database._waiting.qsize():
        await asyncio.sleep(0.01)
    assert front.database._waiting.qsize() == 1
    go.set()
    assert {answer.status for answer in await asyncio.gather(*asked)} == {200}
    await held


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Bearer wrong", f"Basic {ADMIN}", ADMIN, f"Bearer {ADMIN}x", "Bearer ü"]
)
async def test_status_gives_a_stranger_numbers_and_no_names(front, header):
    await front.post(PULL, "pull_request")
    await front.handled()
    answer = await front.ask("GET", "/status", Authorization=header)
    assert answer.status == 200
    assert answer.json.keys() == {"inbox", "outbox", "runs", "executor_runs", "version", "uptime_seconds"}
    assert b"secret" not in answer.body
    for part in ("inbox", "outbox", "runs", "executor_runs"):
        assert all(isinstance(number, int | float) for number in answer.json[part].values())


async def test_status_gives_the_administrator_everything(front):
    await front.post(PULL | {"pull_request": {"number": "x"}}, "pull_request", guid="broken")
    await front.post(PULL, "pull_request")
    await front.handled()
    await front.database.write(_with_a_config_error)
    full = (await front.ask("GET", "/status", Authorization=BEARER)).json
    assert [row["guid"] for row in full["failed_deliveries"]] == ["broken"]
    assert full["config_errors"] == [{"repository": "secret-corp/secret-widgets", "error": "line 1"}]
    assert full["last_delivery"]
    assert {one["name"]: one["can_start"] for one in full["executors"]}["command"] is True
    assert full["loops"] == dict.fromkeys(full["loops"], True)
    assert {"live_runs", "dead_jobs", "rate_limit_left", "github_clock_ahead_seconds"} <= full.keys()


async def test_without_an_admin_token_nobody_is_the_administrator(tmp_path, pem):
    async with fronts.door(tmp_path, pem, admin_token=None) as front:
        for header in (None, "Bearer ", "Bearer None", "Bearer"):
            assert "loops" not in (await front.ask("GET", "/status", Authorization=header)).json


async def test_a_token_that_is_not_ascii_is_a_token(tmp_path, pem):
    async with fronts.door(tmp_path, pem, admin_token="pässwörd-für-admins") as front:
        answer = await front.ask("GET", "/status", Authorization="Bearer pässwörd-für-admins")
    assert "loops" in answer.json


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/webhooks/github/", "/webhooks", "/status/x", "/%00", "/..%2f..", "//"]
)
async def test_a_path_that_is_not_there_is_404(front, path):
    answer = await front.ask("GET", path)
    assert (answer.status, answer.json) == (404, {"message": "Not Found"})


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/webhooks/github", "POST"),
        ("PUT", "/webhooks/github", "POST"),
        ("POST", "/status", "GET, HEAD"),
        ("DELETE", "/healthz", "GET, HEAD"),
    ],
)
async def test_another_method_is_405_and_says_which_is_right(front, method, path, allowed):
    answer = await front.ask(method, path)
    assert answer.status == 405
    assert sorted(answer.headers["Allow"].split(", ")) == allowed.split(", ")


async def test_a_bug_is_a_500_without_a_word_of_it(front, monkeypatch):
    monkeypatch.setattr("app.web.status.LISTED", "not a number")
    answer = await front.ask("GET", "/status", Authorization=BEARER)
    assert answer.status == 500
    assert answer.json == {"message": "Something broke here; the log says what."}


def _with_a_config_error(db):
    row = repos.find(db, 7)
    assert row is not None
    repos.note_config(db, row["id"], sha=None, config=None, error="line 1")
