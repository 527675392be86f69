"""What a client can send as a body to trouble the server gets a problem that says why, and changes nothing."""

from __future__ import annotations

import json

import pytest
import pytest_asyncio

NEW = {"repo_id": "{repo_id}", "title": "Fine", "message": "please"}
MALFORMED = {
    "nothing": b"",
    "not JSON": b"{",
    "two": b"{} {}",
    "not UTF-8": b'{"title": "\xff"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a mark at the beginning": b"\xef\xbb\xbf{}",
    "deep": b"[" * 100_000,
    "deep objects": b'{"a":' * 50_000,
    "a name twice": b'{"title": "a", "title": "b"}',
    "NUL": b'{"title": "a\\u0000b"}',
    "a raw NUL": b'{"title": "a\x00"}',
    "half a pair": b'{"title": "\\ud83d"}',
    "the other half": b'{"title": "\\ude00x"}',
    "NaN": b'{"title": NaN}',
    "infinite": b'{"title": -Infinity}',
    "a name with NUL": b'{"\\u0000": 1}',
    "a huge integer": b'{"title": 1' + b"0" * 5000 + b"}",
}
UNFIT: dict[str, object] = {
    "an array": [], "null": None, "a string": "x", "a number": 7, "no field": {}, "one more": NEW | {"extra": 1},
    "a number as a title": NEW | {"title": 1}, "an empty title": NEW | {"title": ""},
    "long": NEW | {"title": "x" * 301},
    "another mode": NEW | {"coding_mode": "yolo"}, "an id with a slash": NEW | {"repo_id": "a/b"},
    "an object as a message": NEW | {"message": {}}, "a large number": NEW | {"title": 10**400},
    "a card it may not begin on": NEW | {"kanban_status": "done"}, "a long message": NEW | {"message": "y" * 70_000},
    "a title of null": NEW | {"title": None},
}  # fmt: skip
TYPES = ["text/plain", "", "application/json; charset=latin-1", "application/jsonp", "multipart/form-data"]
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def unchanged(shared):
    """The API, which must have as many tasks afterwards as before."""
    before = await shared.get("/tasks?limit=100")
    yield shared
    assert await shared.get("/tasks?limit=100") == before


@pytest.mark.parametrize("name", MALFORMED)
async def test_a_body_that_cannot_be_read_is_refused(unchanged, name):
    problem = await unchanged.refused(400, "malformed-body", "POST", "/tasks", MALFORMED[name])
    assert len(json.dumps(problem)) < 500


@pytest.mark.parametrize("name", UNFIT)
async def test_a_body_that_does_not_fit_is_refused_with_each_place(unchanged, name):
    problem = await unchanged.refused(422, "invalid-body", "POST", "/tasks", json.dumps(UNFIT[name]).encode())
    assert problem["errors"]
    assert len(json.dumps(problem)) < 3000
    assert "Traceback" not in json.dumps(problem)


@pytest.mark.parametrize("media", TYPES)
async def test_what_is_not_json_in_utf_8_is_refused(unchanged, media):
    await unchanged.refused(415, "unsupported-media-type", "POST", "/tasks", b"{}", Content_Type=media)


@pytest.mark.parametrize("size", [1_048_577, 2_000_000, 8_000_000])
async def test_a_body_that_is_too_large_is_refused_and_the_answer_arrives(unchanged, size):
    await unchanged.refused(413, "body-too-large", "POST", "/tasks", b" " * size)


async def test_an_error_is_told_without_what_was_sent(unchanged):
    secret = "sk-live not a key"
    body = {"provider": "openai", "model_name": "gpt", "api_key": secret, secret: 1}
    problem = await unchanged.refused(422, "invalid-body", "POST", "/models", body | {"api_key": secret})
    [told] = [one for one in problem["errors"] if one["pointer"] == "/api_key"]
    assert secret not in told["detail"]


async def test_text_at_its_bounds_is_taken_and_comes_back_as_it_was(shared):
    title = "𝔘ñí ✓ </script> ' \" \\ \u202e" + "x" * 100
    body = {"repo_id": shared.ids["repo_id"], "title": title, "message": "é" * 65_536}
    made = await shared.ask("POST", "/tasks", body)
    assert made.status == 201
    assert (await shared.get(f"/tasks/{made.json['id']}"))["title"] == title


@pytest.mark.parametrize("part", ["%00", "%0A", "%2F", "..", "%2e%2e", "a%20b", "x" * 73, "%F0%9F%98%80", "-", "'--"])
async def test_an_id_that_cannot_be_one_is_of_nothing(unchanged, part):
    await unchanged.refused(404, "not-found", "GET", f"/tasks/{part}")
    await unchanged.refused(404, "not-found", "GET", f"/tasks/{part}/messages")


async def test_a_method_that_a_path_has_not_is_refused_with_those_it_has(unchanged):
    for method in ("POST", "PUT", "OPTIONS", "TRACE", "FOO", "DELETE"):
        answer = await unchanged.ask(method, "/repos")
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD"), method
    assert (await unchanged.ask("PUT", "/models/{model_id}")).headers["Allow"] == "DELETE, GET, HEAD"
    head = await unchanged.ask("HEAD", "/repos")
    assert (head.status, head.body) == (200, b"")
