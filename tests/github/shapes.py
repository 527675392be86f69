"""What GitHub answers, cut down to the fields that are read; a test changes what it is about."""

from __future__ import annotations

from typing import Any

ALICE: dict[str, Any] = {"login": "alice", "id": 11, "type": "User"}
BOT: dict[str, Any] = {"login": "dursor[bot]", "id": 77, "type": "Bot"}


def pull(**changes: Any) -> dict[str, Any]:
    side = {"sha": "a" * 40, "ref": "main", "repo": {"id": 1001, "full_name": "octo/widgets"}, "user": ALICE}
    return {
        "number": 3,
        "node_id": "PR_3",
        "state": "open",
        "merged": False,
        "draft": False,
        "title": "A title",
        "body": None,
        "head": {**side, "ref": "topic", "sha": "b" * 40},
        "base": side,
        "user": ALICE,
        "mergeable": None,
        "mergeable_state": "unknown",
        "labels": [{"name": "dursor"}],
        "html_url": "https://github.com/octo/widgets/pull/3",
        "updated_at": "2026-11-22T10:00:00Z",
        "merge_commit_sha": None,
        "changed_files": 1,
        "additions": 2,
        "deletions": 3,
        "locked": False,
        "maintainer_can_modify": False,
        "auto_merge": None,
    } | changes


def comment(number: int, body: str, user: dict[str, Any] | None = BOT) -> dict[str, Any]:
    moment = "2026-11-22T10:00:00Z"
    return {"id": number, "body": body, "user": user, "created_at": moment, "updated_at": moment, "html_url": ""}


def check_run(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": "lint",
        "status": "completed",
        "conclusion": "success",
        "app": {"id": 15368},
        "check_suite": {"id": 5},
        "started_at": "2026-11-22T10:00:00Z",
        "completed_at": "2026-11-22T10:01:00Z",
        "html_url": "https://github.com/octo/widgets/runs/1",
        "details_url": "https://ci.example/1",
        "output": {"title": None, "summary": None},
        "external_id": "",
    } | changes


def review(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "user": ALICE,
        "state": "APPROVED",
        "commit_id": "b" * 40,
        "submitted_at": "2026-11-22T10:00:00Z",
        "body": "",
    } | changes
