"""Reads what a merge rests on: before the gates are looked at, and again in the transaction that records the intent."""

from __future__ import annotations

from app.lifecycle.grounds import Grounds
from app.store import agentic_runs, findings, prs, repos, reviews, tasks
from app.store.connection import Connection


def of(db: Connection, run_id: str) -> Grounds | None:
    """The grounds as they are stored now; None where there is no such run."""
    run, row = agentic_runs.find(db, run_id), agentic_runs.row_of(db, run_id)
    task = tasks.find(db, row["task_id"]) if row else None
    if run is None or row is None or task is None:
        return None
    repo, pull, review = repos.by_id(db, task["repo_id"]), prs.of_task(db, task["id"]), reviews.latest(db, run_id)
    return Grounds(
        is_merging=run.is_merging,
        head_sha=run.head_sha,
        mode=run.mode,
        human_approved=run.human_approved,
        approved_by=row["approved_by"],
        config=repo["config"] if repo else None,
        review=review["id"] if review else None,
        findings=tuple((one["number"], one["status"]) for one in findings.of_pull(db, pull["id"])) if pull else (),
    )
