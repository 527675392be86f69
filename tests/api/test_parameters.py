"""Parameters of a query and headers that are wrong are named, and never guessed at."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=-1", "limit=", "limit=1e1", "limit=1_0", "limit=%2B5", "limit=99999999999999999999",
     "limit=%D9%A3", "limit=1&limit=1", "offset=3", "kanban_status=nowhere", "repo_id=%00", "repo_id=a%20b", "repo_id=",
     "cursor=", "cursor=a%2Bb", "%FF=1", "limit=1&%ED%A0%80=2", "cursor=" + "a" * 5000],
)  # fmt: skip
async def test_a_parameter_that_is_wrong_is_named(shared, query):
    problem = await shared.refused(400, "invalid-parameter", "GET", f"/tasks?{query}")
    assert problem["errors"][0]["pointer"]
    assert len(json.dumps(problem)) < 1000


@pytest.mark.parametrize("cursor", ["a", "AAAA", "dGFza3M6", "cmVwb3M6eA", "____", "dGFza3M6AA"])
async def test_a_cursor_that_is_not_of_this_list_is_refused(shared, cursor):
    await shared.refused(400, "bad-cursor", "GET", f"/tasks?cursor={cursor}")


@pytest.mark.parametrize("key", ["", " ", "a b", "ü", "x" * 256, "a\tb"])
async def test_a_key_that_is_none_is_refused(shared, key):
    await shared.refused(
        400,
        "invalid-header",
        "POST",
        "/backlog-items",
        {"repo_id": shared.ids["repo_id"], "title": "Once"},
        Idempotency_Key=key,
    )
