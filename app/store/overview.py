"""What the status page and the command line list: joined for reading, never written here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.store.connection import Connection, Row
from app.store.rows import from_json, one


def runs(db: Connection, limit: int) -> list[dict[str, Any]]:
    """The runs with their pull requests, live ones first, then the newest."""
    work = _work("agentic_run_id = agentic_runs.id")
    rows = db.execute(
        f"""SELECT agentic_runs.id, repos.full_name AS repository, agentic_runs.pr_number AS number, tasks.title,
                  agentic_runs.mode, agentic_runs.phase, agentic_runs.paused, agentic_runs.wait, agentic_runs.note,
                  agentic_runs.iteration, agentic_runs.current_sha AS sha, agentic_runs.last_review_score AS score,
                  agentic_runs.error, agentic_runs.started_at, agentic_runs.last_activity,
                  (SELECT round(sum(cost_usd), 4) FROM ({work})) AS cost_usd,
                  (SELECT provider || ' until ' || retry_at FROM ({work})
                   WHERE status = 'queued' AND retry_at IS NOT NULL LIMIT 1) AS awaiting
           FROM agentic_runs JOIN tasks ON tasks.id = agentic_runs.task_id JOIN repos ON repos.id = tasks.repo_id
           WHERE agentic_runs.id IN (
               SELECT id FROM agentic_runs
               ORDER BY phase IN ('completed', 'failed', 'canceled'), last_activity DESC LIMIT ?)
           ORDER BY agentic_runs.phase IN ('completed', 'failed', 'canceled'), agentic_runs.last_activity DESC""",
        (limit,),
    )
    return [dict(row) for row in rows]


def asked(db: Connection, task_id: str) -> list[Row]:
    """What people asked for that no executor run was given, or none that ended well yet: `author` and `content`."""
    return db.execute(
        """SELECT author, content FROM messages LEFT JOIN runs ON runs.id = messages.run_id
           WHERE messages.task_id = ? AND role = 'user' AND author IS NOT NULL
             AND coalesce(runs.status, 'queued') <> 'succeeded'
           ORDER BY messages.id""",
        (task_id,),
    ).fetchall()


def awaiting(db: Connection) -> list[dict[str, Any]]:
    """The providers whose limits are waited for: until when, and how many runs do."""
    rows = db.execute(
        f"""SELECT provider, max(retry_at) AS until, count(*) AS runs FROM ({_work("status = 'queued'")})
            WHERE provider IS NOT NULL AND retry_at IS NOT NULL
            GROUP BY provider ORDER BY provider"""
    )
    return [dict(row) for row in rows]


def awaited(db: Connection, run_id: str) -> Row | None:
    """The provider that a run waits for, and until when."""
    return one(
        db,
        f"""SELECT provider, retry_at AS until FROM ({_work("agentic_run_id = ?1")})
            WHERE status = 'queued' AND provider IS NOT NULL AND retry_at IS NOT NULL
            ORDER BY id DESC""",
        run_id,
    )


def costs(db: Connection, run_id: str) -> Row:
    """`usd` that executors and reviewers cost a run, null where none told; whether some of it `is_estimate`."""
    found = one(
        db,
        f"""SELECT sum(cost_usd) AS usd, max(coalesce(cost_is_estimate, 0)) AS is_estimate
            FROM ({_work("agentic_run_id = ?1")})""",
        run_id,
    )
    if found is None:
        raise LookupError("an aggregate has one row")
    return found


def _work(which: str) -> str:
    """The executor runs and reviews that meet a condition, found by an index of each table."""
    columns = "id, status, provider, retry_at, cost_usd, cost_is_estimate"
    return " UNION ALL ".join(f"SELECT {columns} FROM {table} WHERE {which}" for table in ("runs", "reviews"))


def tasks(db: Connection, limit: int) -> list[dict[str, Any]]:
    """The newest tasks with their repository."""
    rows = db.execute(
        """SELECT tasks.id, repos.full_name AS repository, tasks.title, tasks.coding_mode AS mode, tasks.kanban_status,
                  tasks.moved_by, tasks.created_at, tasks.updated_at
           FROM tasks JOIN repos ON repos.id = tasks.repo_id ORDER BY tasks.updated_at DESC LIMIT ?""",
        (limit,),
    )
    return [dict(row) for row in rows]


def executor_runs(db: Connection, limit: int) -> list[dict[str, Any]]:
    """The newest executor runs, without patches and logs."""
    rows = db.execute(
        """SELECT id, task_id, executor, work, attempt, status, summary, error, commit_sha, created_at, started_at,
                  completed_at
           FROM runs ORDER BY id DESC LIMIT ?""",
        (limit,),
    )
    return [dict(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Log:
    """What an executor run or a review said: the lines that are kept, and how many before them are `lost`."""

    id: str
    lines: list[str]
    lost: int

    def since(self, number: int) -> list[str]:
        """The lines from this number on, counted from 0 at the beginning of all that was said."""
        return self.lines[max(0, number - self.lost) :]

    @property
    def end(self) -> int:
        """The number of the line that would come next."""
        return self.lost + len(self.lines)


def logs(db: Connection, key: str) -> tuple[list[Log], bool] | None:
    """The logs of an executor run, of a review, or of all that a run had made, oldest first, and whether any goes on.

    None: there is no such id.
    """
    rows = db.execute(
        """SELECT id, logs, logs_lost, status, created_at FROM runs WHERE id = ? OR agentic_run_id = ?
           UNION ALL
           SELECT id, logs, logs_lost, status, created_at FROM reviews WHERE id = ? OR agentic_run_id = ?
           ORDER BY created_at, id""",
        (key, key, key, key),
    ).fetchall()
    run = one(db, "SELECT phase FROM agentic_runs WHERE id = ?", key)
    if run is None and not rows:
        return None
    lives = run is not None and run["phase"] not in {"completed", "failed", "canceled"}
    goes_on = lives or any(row["status"] in {"queued", "running"} for row in rows)
    return [Log(row["id"], _lines(row["logs"]), row["logs_lost"] or 0) for row in rows], goes_on


def config_errors(db: Connection) -> list[dict[str, Any]]:
    """Repositories whose configuration cannot be used."""
    rows = db.execute("SELECT full_name AS repository, config_error AS error FROM repos WHERE config_error IS NOT NULL")
    return [dict(row) for row in rows]


def _lines(logs: str | None) -> list[str]:
    try:
        return [str(line) for line in from_json(logs, [])]
    except ValueError:  # an earlier dursor may have written it otherwise
        return str(logs).splitlines()
