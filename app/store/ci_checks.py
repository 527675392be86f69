"""ci_checks: what CI said, one row for each commit of a pull request."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.store.connection import Connection, Row
from app.store.rows import one


@dataclass(frozen=True, slots=True)
class Reading:
    """CI at a commit, read once: `status` for people who know the schema, `verdict` as it was decided on."""

    status: str
    verdict: str
    jobs: Mapping[str, str]
    failed: Sequence[Mapping[str, Any]]
    signature: str | None
    workflow_run_id: int | None
    open_runs: Sequence[int] = ()


def save(db: Connection, *, task_id: str, pr_id: str, sha: str, reading: Reading) -> None:
    """Note CI at a commit as it is now, in place of what was read before."""
    jobs, failed = json.dumps(dict(reading.jobs)), json.dumps(list(reading.failed))
    db.execute(
        """INSERT INTO ci_checks (id, task_id, pr_id, status, workflow_run_id, sha, jobs, failed_jobs,
                                  created_at, updated_at, verdict, signature, open_runs)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (pr_id, sha) WHERE verdict IS NOT NULL DO UPDATE SET
               status = excluded.status, jobs = excluded.jobs, workflow_run_id = excluded.workflow_run_id,
               failed_jobs = excluded.failed_jobs, updated_at = excluded.updated_at,
               verdict = excluded.verdict, signature = excluded.signature, open_runs = excluded.open_runs""",
        (db.new_id(), task_id, pr_id, reading.status, reading.workflow_run_id, sha, jobs, failed,
         db.now, db.now, reading.verdict, reading.signature, json.dumps(list(reading.open_runs))),
    )  # fmt: skip


def ended(db: Connection, pr_id: str, sha: str, check_run_id: int | None) -> bool:
    """Note the end of a check run, if it was one; returns whether none that was under way still is."""
    row = at(db, pr_id, sha)
    known = set(json.loads(row["open_runs"] or "[]")) if row is not None else set()
    still = known - {check_run_id}
    if row is not None and still != known:
        db.execute("UPDATE ci_checks SET open_runs = ? WHERE id = ?", (json.dumps(sorted(still)), row["id"]))
    return not still


def at(db: Connection, pr_id: str, sha: str) -> Row | None:
    """What CI said about a commit; an earlier dursor kept several rows for one, of which the newest speaks."""
    return one(
        db,
        "SELECT * FROM ci_checks WHERE pr_id = ? AND sha = ? ORDER BY verdict IS NULL, updated_at DESC LIMIT 1",
        pr_id, sha,
    )  # fmt: skip


def of_task(db: Connection, task_id: str) -> list[Row]:
    """What CI said about each commit of a task, oldest first."""
    return db.execute("SELECT * FROM ci_checks WHERE task_id = ? ORDER BY id", (task_id,)).fetchall()
