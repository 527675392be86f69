"""A database with rows of every kind, for those who look at them through the API."""

from __future__ import annotations

from typing import Any

from app import advance
from app.lifecycle.run import Mode
from app.store import (
    backlog,
    ci_checks,
    deliveries,
    findings,
    jobs,
    model_profiles,
    prs,
    repos,
    reviews,
    runs,
    tasks,
)
from app.store.connection import Connection

SHA = "c0ffee" + "0" * 34
KEY = "sk-test-that-nobody-may-see"


def everything(db: Connection, keys: list[str]) -> dict[str, str]:
    """One row of each kind at least; returns an id for each name that stands in a path."""
    repo_id = repos.save(
        db, github_id=7, full_name="acme/widgets", installation_id=1, repo_url="https://github.test/acme/widgets",
        default_branch="main", workspace_path="",
    )  # fmt: skip
    task_id = tasks.create(db, repo_id, "Mend the 'ü'", Mode.SEMI_AUTO)
    message_id = tasks.say(db, task_id, "user", "please", source="comment:1:0", author="alice")
    pr_id = prs.create(
        db, task_id, number=3, url="https://github.test/acme/widgets/pull/3", branch="mend", title="Mend", head_sha=SHA
    )
    run = advance.begin(db, task_id, mode=Mode.SEMI_AUTO, pr_number=3, head_sha=SHA)
    run_id = runs.create(
        db, task_id=task_id, agentic_run_id=run.id, attempt=run.attempt, work="ci", executor="command:mend",
        executor_type="command", instruction="mend it", message_id=message_id,
    )  # fmt: skip
    runs.add_log(db, run_id, [f"line {number}" for number in range(7)])
    review_id = reviews.create(
        db, task_id=task_id, agentic_run_id=run.id, attempt=99, target_run_ids=f'["{run_id}"]', executor_type="command",
        executor="command:lint", sha=SHA,
    )  # fmt: skip
    finding_id = findings.open_(db, pr_id, "a-thing")
    feedback: dict[str, Any] = {
        "file_path": "a.py", "line_start": 1, "line_end": 2, "severity": "warning", "category": "bug",
        "title": "Odd", "description": "It is odd.", "finding_id": finding_id, "side": "new",
    }  # fmt: skip
    reviews.end(db, review_id, "succeeded", feedbacks=[feedback, feedback], overall_score=0.5)
    reading = ci_checks.Reading("failure", "red", {"build": "failure"}, [{"name": "build"}], "s", 5, [1])
    ci_checks.save(db, task_id=task_id, pr_id=pr_id, sha=SHA, reading=reading)
    check = ci_checks.at(db, pr_id, SHA)
    assert check is not None
    item_id = backlog.create(db, repo_id, title="Later", tags=["a"], subtasks=[{"title": "One", "completed": True}])
    model_id = model_profiles.add(db, keys, key=KEY, provider="openai", model_name="gpt-9", display_name=None)
    deliveries.store(db, deliveries.pack(deliveries.Delivery("guid-1", "ping", None, None, None, b'{"zen": "ok"}')))
    deliveries.settle(db, "guid-1", "failed", "odd")
    jobs.enqueue(db, "FindPlaces", "FindPlaces", {})
    dead = jobs.claim(db, "test", 60)
    while dead is not None and dead.kind != "FindPlaces":
        dead = jobs.claim(db, "test", 60)
    assert dead is not None
    jobs.give_up(db, dead, "it did not work")
    return {
        "repo_id": repo_id, "task_id": task_id, "pr_id": pr_id, "agentic_run_id": run.id, "run_id": run_id,
        "review_id": review_id, "finding_id": finding_id, "check_id": check["id"], "item_id": item_id,
        "model_id": model_id, "guid": "guid-1", "job_id": dead.id,
    }  # fmt: skip
