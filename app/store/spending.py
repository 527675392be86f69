"""What executors and reviewers cost, and what is set aside for those that go on: read of `runs` and `reviews`.

Nothing is booked anywhere else, so a row that ends is settled by its end alone, whatever ended it.
"""

from __future__ import annotations

from app.store.connection import Connection, Row
from app.store.rows import one

_OPEN = "status IN ('queued', 'running')"
_UNTOLD = "started_at IS NOT NULL AND (cost_usd IS NULL OR coalesce(submissions, 0) > 1)"
"""It worked, and nobody told the cost, or only that of its last beginning after an interruption."""

_ROWS = f"""SELECT task_id, created_at, {_OPEN} AS is_open,
                   coalesce(cost_usd, 0) AS cost,
                   CASE WHEN {_OPEN} OR {_UNTOLD}
                        THEN max(0, coalesce(reserved_usd, 0) - coalesce(cost_usd, 0)) ELSE 0 END AS beyond
            FROM {{table}}"""
_WORK = f"{_ROWS.format(table='runs')} UNION ALL {_ROWS.format(table='reviews')}"
_SUMS = """coalesce(sum(CASE WHEN is_open THEN 0 ELSE cost + beyond END), 0) AS settled,
           coalesce(sum(CASE WHEN is_open THEN cost + beyond ELSE 0 END), 0) AS reserved,
           coalesce(sum(CASE WHEN is_open THEN 0 ELSE beyond END), 0) AS unknown"""
_FAMILY = """SELECT id FROM tasks WHERE coalesce(parent_id, id) =
             (SELECT coalesce(parent_id, id) FROM tasks WHERE id = ?)"""


def of_task(db: Connection, task_id: str) -> Row:
    """`settled`, `reserved` and `unknown` dollars of a task, its candidates included, and `more` that people added.

    `unknown` is the part of `settled` for which what was set aside counts.
    """
    return _only(
        db,
        f"""SELECT {_SUMS}, (SELECT coalesce(sum(more_usd), 0) FROM agentic_runs WHERE task_id IN ({_FAMILY})) AS more
            FROM ({_WORK}) WHERE task_id IN ({_FAMILY})""",
        task_id, task_id,
    )  # fmt: skip


def of_month(db: Connection, repo_id: str) -> Row:
    """`settled`, `reserved` and `unknown` dollars of what was begun in a repository this calendar month, in UTC.

    What goes on since an earlier month is that month's.
    """
    return _only(
        db,
        f"SELECT {_SUMS} FROM ({_WORK}) WHERE created_at >= ? AND task_id IN (SELECT id FROM tasks WHERE repo_id = ?)",
        f"{db.now[:7]}-01", repo_id,
    )  # fmt: skip


def add(db: Connection, run_id: str, dollars: float) -> None:
    """Add to what the pull request of a run may cost."""
    db.execute("UPDATE agentic_runs SET more_usd = coalesce(more_usd, 0) + ? WHERE id = ?", (dollars, run_id))


def _only(db: Connection, query: str, *values: object) -> Row:
    found = one(db, query, *values)
    if found is None:
        raise LookupError("an aggregate has one row")
    return found
