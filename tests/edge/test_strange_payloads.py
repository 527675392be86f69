"""What GitHub may send though nobody expects it: null people, deleted forks, huge ids, odd text, new events."""

from __future__ import annotations

import copy
from typing import Any

import pytest

REPOSITORY = {"id": 7, "full_name": "octo/widgets", "default_branch": "main", "html_url": "https://github.com/o/w"}
USER = {"login": "ada", "id": 3, "type": "User"}
SHA = "a" * 40
PULL = {
    "action": "opened", "number": 5, "repository": REPOSITORY, "sender": USER, "installation": {"id": 9},
    "pull_request": {
        "number": 5, "state": "open", "title": "T", "body": "B", "user": USER, "draft": False, "merged": False,
        "head": {"ref": "topic", "sha": SHA, "repo": REPOSITORY, "user": USER},
        "base": {"ref": "main", "sha": SHA, "repo": REPOSITORY, "user": USER},
    },
}  # fmt: skip
COMMENT = {
    "action": "created", "repository": REPOSITORY, "sender": USER, "installation": {"id": 9},
    "issue": {"number": 5, "pull_request": {"url": "u"}},
    "comment": {"id": 11, "body": "/dursor status", "user": USER},
}  # fmt: skip
CHECK = {
    "action": "completed", "repository": REPOSITORY, "sender": USER,
    "check_run": {"id": 1, "head_sha": SHA, "app": {"id": 2}, "pull_requests": [], "conclusion": "failure"},
}  # fmt: skip


def changed(payload: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    payload = copy.deepcopy(payload)
    *parents, last = path.split(".")
    place: Any = payload
    for name in parents:
        place = place[name]
    place[last] = value
    return payload


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("pull_request", changed(PULL, "pull_request.user", None)),
        ("pull_request", changed(PULL, "pull_request.body", None)),
        ("pull_request", changed(PULL, "pull_request.head.repo", None)),
        ("pull_request", changed(PULL, "pull_request.head.user", None)),
        ("pull_request", changed(PULL, "sender", None)),
        ("pull_request", changed(PULL, "installation", None)),
        ("pull_request", changed(PULL, "pull_request.title", "a\0b \ud800 \u202e ' -- ; 🦤")),
        ("pull_request", changed(PULL, "pull_request.head.ref", "$(reboot)\n--upload-pack=x")),
        ("pull_request", changed(PULL, "pull_request.id", 2**63 - 1)),
        ("pull_request", changed(PULL, "pull_request.id", 2**80)),
        ("pull_request", changed(PULL, "repository.id", 2**63 - 1)),
        ("pull_request", changed(PULL, "sender.id", 2**63 - 1)),
        ("issue_comment", changed(COMMENT, "comment.user", None)),
        ("issue_comment", changed(COMMENT, "comment.body", None)),
        ("issue_comment", changed(COMMENT, "comment.id", 2**62)),
        ("issue_comment", changed(COMMENT, "comment.body", "/dursor do \0 \ud800 " + "x" * 60_000)),
        ("issue_comment", changed(COMMENT, "comment.body", "<!--" * 16_000)),
        ("check_run", changed(CHECK, "check_run.app", None)),
        ("check_run", changed(CHECK, "check_run.id", 2**62)),
        ("check_run", changed(CHECK, "sender", None)),
        ("status", {"sha": SHA, "state": "success", "repository": REPOSITORY, "sender": None}),
        (
            "installation",
            {"action": "created", "installation": {"id": 9, "account": {"slug": "big", "id": 4}}, "sender": USER},
        ),
        ("installation", {"action": "created", "installation": {"id": 9, "account": None}, "sender": USER}),
        ("installation_repositories", {"action": "removed", "installation": {"id": 9}, "repositories_removed": None}),
        ("never_heard_of", {"action": "happened"}),
        ("pull_request", changed(PULL, "action", "levitated")),
        ("pull_request", changed(PULL, "action", "x" * 10_000)),
        ("pull_request", changed(PULL, "action", {"a": 1})),
        ("watch", {}),
        ("ping", {"zen": None, "hook": None}),
    ],
)
async def test_it_is_kept_and_never_fails(front, event, payload):
    answer = await front.post(payload, event)
    assert answer.status == (200 if event == "ping" else 202)
    handled = await front.handled()
    assert handled["failed"] == []


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("pull_request", changed(PULL, "pull_request.number", 2**80)),
        ("pull_request", changed(PULL, "pull_request.number", -1)),
        ("pull_request", changed(PULL, "repository.id", 2**64)),
        ("pull_request", changed(PULL, "repository.id", "7")),
        ("pull_request", changed(PULL, "sender.id", 2**64)),
        ("issue_comment", changed(COMMENT, "comment.id", 2**64)),
        ("check_run", changed(CHECK, "check_run.head_sha", "--help")),
        ("check_run", changed(CHECK, "check_run.head_sha", None)),
        ("installation", {"action": "created", "installation": {"id": 2**64}}),
    ],
)
async def test_what_github_never_sends_is_kept_and_never_stops_the_queue(front, event, payload):
    assert (await front.post(payload, event)).status == 202
    assert (await front.post({"after": 1}, guid="after")).status == 202
    handled = await front.handled()
    assert "after" in [row["guid"] for row in handled["ignored"]]
    assert not handled["done"] or not handled["failed"]


@pytest.mark.parametrize("name", ["never_heard_of", "pull_request"])
async def test_what_nobody_listens_to_is_ignored_and_says_so(front, name):
    await front.post(changed(PULL, "action", "levitated"), name)
    [row] = (await front.handled())["ignored"]
    assert row["error"] == f"nothing listens to {name}.levitated"
