"""What executors and reviewers cost, and what is set aside for those that go on: read of `runs` and `reviews`.

Nothing is booked anywhere else, so a row that ends is settled by its end alone, whatever ended it.
"""

from __future__ import annotations

from typing import cast

from app.store.connection import Connection, Row

_OPEN = "status IN ('queued', 'running')"
_UNTOLD = "started_at IS NOT NULL AND (cost_usd IS NULL OR coalesce(submissions, 0) > 1)"
"""It worked, and nobody told the cost, or only that of its last beginning after an interruption."""

_ROWS = f"""SELECT {_OPEN} AS is_open,
                   coalesce(cost_usd, 0) AS cost,
                   CASE WHEN {_OPEN} OR {_UNTOLD}
                        THEN max(0, coalesce(reserved_usd, 0) - coalesce(cost_usd, 0)) ELSE 0 END AS beyond
            FROM {{table}} WHERE {{which}}"""
_SUMS = """coalesce(sum(CASE WHEN is_open THEN 0 ELSE cost + beyond END), 0) AS settled,
           coalesce(sum(CASE WHEN is_open THEN cost + beyond ELSE 0 END), 0) AS reserved,
           coalesce(sum(CASE WHEN is_open THEN 0 ELSE beyond END), 0) AS unknown"""
_FIRST = "(SELECT coalesce(parent_id, id) FROM tasks WHERE id = :task)"
_FAMILY = f"task_id IN (SELECT {_FIRST} UNION ALL SELECT id FROM tasks WHERE parent_id = {_FIRST})"
_MONTH = "created_at >= :month AND +task_id IN (SELECT id FROM tasks WHERE repo_id = :repo)"
"""The plus has the month looked up and not the tasks, of which there are more with every month."""


def of_task(db: Connection, task_id: str) -> Row:
    """`settled`, `reserved` and `unknown` dollars of a task, its candidates included, and `more` that people added.

    `unknown` is the part of `settled` for which what was set aside counts.
    """
    return _only(
        db,
        f"""SELECT {_SUMS}, (SELECT coalesce(sum(more_usd), 0) FROM agentic_runs WHERE {_FAMILY}) AS more
            FROM ({_work(_FAMILY)})""",
        task=task_id,
    )


def of_month(db: Connection, repo_id: str) -> Row:
    """`settled`, `reserved` and `unknown` dollars of what was begun in a repository this calendar month, in UTC.

    What goes on since an earlier month is that month's.
    """
    return _only(
        db,
        f"SELECT {_SUMS} FROM ({_work(_MONTH)})",
        month=f"{db.now[:7]}-01",
        repo=repo_id,
    )


def add(db: Connection, run_id: str, dollars: float) -> None:
    """Add to what the pull request of a run may cost."""
    db.execute("UPDATE agentic_runs SET more_usd = coalesce(more_usd, 0) + ? WHERE id = ?", (dollars, run_id))


def _work(which: str) -> str:
    """What is known of the executor runs and reviews that meet a condition, found by an index of each table."""
    return " UNION ALL ".join(_ROWS.format(table=table, which=which) for table in ("runs", "reviews"))


def _only(db: Connection, query: str, **values: object) -> Row:
    return cast(Row, db.execute(query, values).fetchone())  # an aggregate has one row
