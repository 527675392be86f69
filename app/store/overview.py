"""What the status page and the command line list: joined for reading, never written here."""

from __future__ import annotations

from typing import Any

from app.store.connection import Connection
from app.store.rows import from_json, one


def runs(db: Connection, limit: int) -> list[dict[str, Any]]:
    """The runs with their pull requests, live ones first, then the newest."""
    rows = db.execute(
        """SELECT agentic_runs.id, repos.full_name AS repository, agentic_runs.pr_number AS number, tasks.title,
                  agentic_runs.mode, agentic_runs.phase, agentic_runs.paused, agentic_runs.wait, agentic_runs.note,
                  agentic_runs.iteration, agentic_runs.current_sha AS sha, agentic_runs.last_review_score AS score,
                  agentic_runs.error, agentic_runs.started_at, agentic_runs.last_activity
           FROM agentic_runs JOIN tasks ON tasks.id = agentic_runs.task_id JOIN repos ON repos.id = tasks.repo_id
           ORDER BY agentic_runs.phase IN ('completed', 'failed', 'canceled'), agentic_runs.last_activity DESC
           LIMIT ?""",
        (limit,),
    )
    return [dict(row) for row in rows]


def tasks(db: Connection, limit: int) -> list[dict[str, Any]]:
    """The newest tasks with their repository."""
    rows = db.execute(
        """SELECT tasks.id, repos.full_name AS repository, tasks.title, tasks.coding_mode AS mode, tasks.kanban_status,
                  tasks.created_at, tasks.updated_at
           FROM tasks JOIN repos ON repos.id = tasks.repo_id ORDER BY tasks.updated_at DESC LIMIT ?""",
        (limit,),
    )
    return [dict(row) for row in rows]


def executor_runs(db: Connection, limit: int) -> list[dict[str, Any]]:
    """The newest executor runs, without patches and logs."""
    rows = db.execute(
        """SELECT id, task_id, executor, work, attempt, status, summary, error, commit_sha, created_at, started_at,
                  completed_at
           FROM runs ORDER BY created_at DESC LIMIT ?""",
        (limit,),
    )
    return [dict(row) for row in rows]


def log(db: Connection, key: str) -> list[str] | None:
    """The log lines of an executor run, of a review, or of all that a run had made, oldest first; None: no such id."""
    rows = db.execute(
        """SELECT logs, created_at FROM runs WHERE id = ? OR agentic_run_id = ?
           UNION ALL SELECT logs, created_at FROM reviews WHERE id = ? OR agentic_run_id = ? ORDER BY created_at""",
        (key, key, key, key),
    ).fetchall()
    if not rows and not one(db, "SELECT 1 FROM agentic_runs WHERE id = ?", key):
        return None
    return [line for row in rows for line in _lines(row["logs"])]


def config_errors(db: Connection) -> list[dict[str, Any]]:
    """Repositories whose configuration cannot be used."""
    rows = db.execute("SELECT full_name AS repository, config_error AS error FROM repos WHERE config_error IS NOT NULL")
    return [dict(row) for row in rows]


def _lines(logs: str | None) -> list[str]:
    try:
        return [str(line) for line in from_json(logs, [])]
    except ValueError:  # an earlier dursor may have written it otherwise
        return str(logs).splitlines()
