"""What may be in a signed body, and under which headers: JSON objects of the event's shape, and nothing else."""

from __future__ import annotations

import json
import urllib.parse

import pytest

from tests.edge.front import signature

pytestmark = pytest.mark.asyncio(loop_scope="module")

PULL = {"action": "opened", "pull_request": {"number": 1, "state": "open"}, "repository": {"id": 1, "full_name": "o/r"}}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"[{}]",
        b'"text"',
        b"null",
        b"17",
        b"{",
        b'{"a": }',
        b"{'a': 1}",
        b'{"a": 1} trailing',
        b'{"a": "\x00"}',
        b'{"a": "\xff"}',
        b'\xef\xbb\xbf{"a": 1}',
        json.dumps(PULL).encode("utf-16"),
        json.dumps(PULL).encode("utf-32"),
        "{+ACI-a+ACI-: 1}".encode("utf-7"),
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 100_000 + b'"\\u0000"',
        b'{"a":' * 100_000 + b'"\\ud800"',
        b'{"a": ' + b"9" * 1_000_000 + b"}",
        b'{"a": ' + b"9" * 1_000_000 + b', "b": "\\ud800"}',
    ],
    ids=lambda body: f"{body[:24]!r} of {len(body)}",
)
async def test_what_is_not_a_json_object_is_refused_and_not_kept(shared, body):
    answer = await shared.refused(body)
    assert answer.status == 400
    assert answer.json["message"].startswith("The body is not")


@pytest.mark.parametrize(
    "kind",
    [
        None,
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-7",
        "application/json; charset=utf-16",
        "application/json; charset=nonsense",
        "application/json; charset=" + "x" * 5000,
        "application/jsonp",
    ],
)
async def test_another_content_type_is_refused(shared, kind):
    assert (await shared.refused(PULL, "pull_request", Content_Type=kind)).status == 400


async def test_a_form_is_refused_though_it_is_signed(shared):
    body = urllib.parse.urlencode({"payload": json.dumps(PULL)}).encode()
    kind = "application/x-www-form-urlencoded"
    answer = await shared.refused(body, "pull_request", Content_Type=kind)
    assert answer.status == 400
    assert "application/json" in answer.json["message"]


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"']
)
async def test_json_in_utf_8_is_accepted_however_it_is_spelled(shared, kind):
    assert (await shared.post(PULL, "pull_request", Content_Type=kind)).status == 202


@pytest.mark.parametrize("header", ["X_GitHub_Event", "X_GitHub_Delivery"])
@pytest.mark.parametrize("value", [None, "", " ", "a b", "../x", "ü", "x" * 100, "a;b", "'--"])
async def test_a_delivery_without_a_proper_event_or_guid_is_refused(shared, header, value):
    assert (await shared.refused(PULL, **{header: value})).status == 400


@pytest.mark.parametrize(
    ("event", "body"),
    [
        ("pull_request", {"action": "opened"}),
        ("pull_request", PULL | {"pull_request": None}),
        ("pull_request", PULL | {"pull_request": [1]}),
        ("pull_request", PULL | {"repository": "o/r"}),
        ("pull_request_review", PULL),
        ("issue_comment", PULL),
        ("check_run", PULL),
        ("check_suite", PULL),
        ("workflow_run", PULL),
        ("status", PULL),
        ("status", PULL | {"sha": 5}),
        ("installation", PULL),
        ("repository", {"action": "renamed"}),
    ],
)
async def test_a_body_that_is_not_of_the_event_s_shape_is_refused(shared, event, body):
    answer = await shared.refused(body, event)
    assert answer.status == 400
    assert answer.json["message"].startswith(f"This is not the payload of a {event} event")


async def test_the_headers_are_not_signed_so_they_are_looked_at_after_the_signature(shared):
    body = json.dumps(PULL).encode()
    answer = await shared.refused(body, "nonsense event", X_Hub_Signature_256=signature(body, "x" * 20))
    assert answer.status == 401
