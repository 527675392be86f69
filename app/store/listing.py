"""Lists in pages: what is read of a table for those who look at it from outside, by keyset and never by offset.

A page begins behind the key that the page before ended with, so rows that come or go meanwhile neither double
nor hide another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.store.connection import Connection, Row
from app.store.rows import one


@dataclass(frozen=True, slots=True)
class Listing:
    """A table as it is listed.

    `id` names one row, and `key` is unique and in the order in which rows came. `columns` leaves out what is large
    or secret. `filters` are conditions with one mark each, by the name they go by.
    """

    table: str
    columns: str = "*"
    id: str = "id"
    key: str = "id"
    newest_first: bool = True
    filters: Mapping[str, str] = field(default_factory=dict)


def page(
    db: Connection, listing: Listing, wanted: Mapping[str, object], after: str | int | None, limit: int
) -> list[Row]:
    """`limit` rows at most behind the key `after` that meet every wanted filter; a filter that is None is no filter."""
    chosen = {name: value for name, value in wanted.items() if value is not None}
    conditions = [listing.filters[name] for name in chosen]
    values = list(chosen.values())
    if after is not None:
        conditions.append(f"{listing.key} {'<' if listing.newest_first else '>'} ?")
        values.append(after)
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    order = f"ORDER BY {listing.key} {'DESC' if listing.newest_first else 'ASC'}"
    chosen_keys = f"SELECT {listing.key} FROM {listing.table} {where} {order} LIMIT ?"  # sorted without what is large
    return db.execute(
        f"SELECT {listing.columns} FROM {listing.table} WHERE {listing.key} IN ({chosen_keys}) {order}",
        (*values, limit),
    ).fetchall()


def find(db: Connection, listing: Listing, key: str) -> Row | None:
    """One row by its id, with the same columns."""
    return one(db, f"SELECT {listing.columns} FROM {listing.table} WHERE {listing.id} = ?", key)


_TASK_OF_REPO = "task_id IN (SELECT id FROM tasks WHERE repo_id = ?)"
_RUN = """id, task_id, message_id, model_id, model_name, provider, executor_type, executor, working_branch, session_id,
          base_ref, commit_sha, status, summary, error, created_at, started_at, completed_at, agentic_run_id, attempt,
          work, pushed_at, retry_at, cost_usd, cost_is_estimate, input_tokens, cached_tokens, output_tokens"""

REPOS = Listing("repos", filters={"full_name": "full_name = ?", "active": "coalesce(active, 1) = ?"})
TASKS = Listing(
    "tasks",
    filters={"repo_id": "repo_id = ?", "kanban_status": "kanban_status = ?", "coding_mode": "coding_mode = ?"},
)
MESSAGES = Listing("messages", newest_first=False, filters={"task_id": "task_id = ?"})
RUNS = Listing(
    "runs", _RUN,
    filters={"task_id": "task_id = ?", "agentic_run_id": "agentic_run_id = ?", "status": "status = ?"},
)  # fmt: skip
RUN = Listing("runs", f"{_RUN}, instruction, worktree_path, patch, files_changed, warnings")
PRS = Listing("prs", filters={"repo_id": _TASK_OF_REPO, "task_id": "task_id = ?", "status": "status = ?"})
CI_CHECKS = Listing(
    "ci_checks", "id, task_id, pr_id, status, verdict, workflow_run_id, sha, jobs, signature, created_at, updated_at",
    filters={"pr_id": "pr_id = ?", "task_id": "task_id = ?", "status": "status = ?"},
)  # fmt: skip
CI_CHECK = Listing("ci_checks", f"{CI_CHECKS.columns}, failed_jobs")
REVIEWS = Listing(
    "reviews",
    """id, task_id, target_run_ids, executor_type, executor, model_id, model_name, provider, status, overall_summary,
       overall_score, error, created_at, started_at, completed_at, agentic_run_id, attempt, sha, base_sha, cost_usd,
       cost_is_estimate""",
    filters={"task_id": "task_id = ?", "agentic_run_id": "agentic_run_id = ?", "status": "status = ?"},
)
FEEDBACKS = Listing("review_feedbacks", newest_first=False, filters={"review_id": "review_id = ?"})
FINDINGS = Listing("findings", filters={"pr_id": "pr_id = ?", "status": "status = ?"})
AGENTIC_RUNS = Listing(
    "agentic_runs",
    filters={"repo_id": _TASK_OF_REPO, "task_id": "task_id = ?", "phase": "phase = ?", "mode": "mode = ?"},
)
AUDIT_LOG = Listing("agentic_audit_log", newest_first=False, filters={"agentic_run_id": "agentic_run_id = ?"})
BACKLOG_ITEMS = Listing(
    "backlog_items", filters={"repo_id": "repo_id = ?", "type": "type = ?", "archived": "(archived_at IS NOT NULL) = ?"}
)
MODELS = Listing(
    "model_profiles", "id, provider, model_name, display_name, base_url, tested_at, test_error, created_at",
    filters={"provider": "provider = ?"},
)  # fmt: skip
DELIVERIES = Listing(
    "webhook_deliveries",
    """guid, sequence, event, action, installation, repository, received_at, status, error, attempts, processed_at,
       interruptions""",
    id="guid",
    key="sequence",
    filters={"status": "status = ?", "event": "event = ?"},
)
JOBS = Listing(
    "jobs",
    "id, kind, key, lane, run_after, attempts, status, error, created_at, updated_at, interruptions",
    filters={"status": "status = ?", "kind": "kind = ?"},
)
JOB = Listing("jobs", f"{JOBS.columns}, payload")
