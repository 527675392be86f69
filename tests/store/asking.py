"""Short ways to ask the store: how SQLite answers a query, and the outbox without its details."""

from __future__ import annotations

from app.store import jobs
from app.store.connection import Connection


def plan(db: Connection, function, *arguments) -> list[str]:
    """How SQLite goes about every query that `function` runs: the lines of EXPLAIN QUERY PLAN."""
    queries: list[str] = []
    db.set_trace_callback(queries.append)
    function(db, *arguments)
    db.set_trace_callback(None)
    return [row[3] for query in queries for row in db.execute(f"EXPLAIN QUERY PLAN {query}")]


def queue(db: Connection, key: str = "k", **more) -> None:
    """Queue a job."""
    jobs.enqueue(db, "ReadCi", key, {"run_id": "r"}, **more)


def claim(db: Connection, seconds: float = 60.0):
    """Claim whatever is due, or None."""
    return jobs.claim(db, "here", seconds)


def states(db: Connection) -> list[tuple[str, str, int]]:
    """Key, status and attempts of every job, oldest first."""
    return [tuple(row) for row in db.execute("SELECT key, status, attempts FROM jobs ORDER BY id")]
