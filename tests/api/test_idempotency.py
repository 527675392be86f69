"""A creating request with a key does its work once, however often and however quickly it is sent."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from app.store import idempotency
from app.store.connection import iso

ITEM = {"title": "Once"}


def item(api) -> dict[str, str]:
    return ITEM | {"repo_id": api.ids["repo_id"]}


async def count(api) -> int:
    return len((await api.get("/backlog-items?limit=100"))["items"])


async def test_the_same_again_gets_the_same_answer_and_does_nothing(api):
    before = await count(api)
    first, again = [await api.ask("POST", "/backlog-items", item(api), Idempotency_Key="a-key") for _ in range(2)]
    assert (first.status, first.body, first.headers["Location"]) == (
        again.status,
        again.body,
        again.headers["Location"],
    )
    assert (first.headers.get("Idempotency-Replayed"), again.headers.get("Idempotency-Replayed")) == (None, "true")
    assert await count(api) == before + 1


async def test_requests_at_the_same_moment_make_one_row(api):
    before = await count(api)
    answers = await asyncio.gather(
        *(api.ask("POST", "/backlog-items", item(api), Idempotency_Key="at-once") for _ in range(12))
    )
    assert {(answer.status, answer.body) for answer in answers} == {(201, answers[0].body)}
    assert await count(api) == before + 1


async def test_without_a_key_each_request_makes_a_row_of_its_own(api):
    before = await count(api)
    for _ in range(2):
        assert (await api.ask("POST", "/backlog-items", item(api))).status == 201
    assert await count(api) == before + 2


async def test_another_body_with_the_same_key_is_refused(api):
    await api.ask("POST", "/backlog-items", item(api), Idempotency_Key="k")
    before = await count(api)
    other = item(api) | {"title": "Twice"}
    await api.refused(422, "key-reused", "POST", "/backlog-items", other, Idempotency_Key="k")
    assert await count(api) == before


async def test_a_key_counts_for_one_path(api):
    message = {"content": "more"}
    for path in ("/backlog-items", "/tasks/{task_id}/messages"):
        body = item(api) if path == "/backlog-items" else message
        assert (await api.ask("POST", path, body, Idempotency_Key="one-key")).status == 201


async def test_a_request_that_was_refused_may_be_mended_under_its_key(api):
    wrong = item(api) | {"repo_id": "nobody"}
    await api.refused(409, "conflict", "POST", "/backlog-items", wrong, Idempotency_Key="mended")
    assert (await api.ask("POST", "/backlog-items", item(api), Idempotency_Key="mended")).status == 201


async def test_what_is_kept_of_a_request_tells_nobody_a_key(api):
    body = {"provider": "openai", "model_name": "gpt", "api_key": "sk-0123456789abcdef"}
    await api.ask("POST", "/models", body, Idempotency_Key="with-a-secret")
    [row] = await api.front.database.read(lambda db: db.execute("SELECT * FROM idempotency_keys").fetchall())
    assert not [value for value in tuple(row) if "0123456789abcdef" in str(value)]
    assert row["created_at"]


async def test_a_key_is_forgotten_after_a_day(api):
    def age(db):
        db.execute("UPDATE idempotency_keys SET created_at = ?", (iso(db.moment - timedelta(hours=25)),))

    first = await api.ask("POST", "/backlog-items", item(api), Idempotency_Key="old")
    await api.front.database.write(age)
    again = await api.ask("POST", "/backlog-items", item(api), Idempotency_Key="old")
    assert again.json["id"] != first.json["id"]
    await api.front.database.write(age)
    assert await api.front.database.write(idempotency.forget) == 1
