"""Numbers for the status page and the health checks, read from partial indexes, never by scanning the inbox."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.store.connection import Connection, iso, parse
from app.store.rows import one


def everything(db: Connection) -> dict[str, dict[str, Any]]:
    """All of them, for whoever asks how it goes."""
    return {
        "inbox": inbox(db),
        "outbox": outbox(db),
        "runs": runs_by_phase(db),
        "executor_runs": executor_runs(db),
    }


def inbox(db: Connection) -> dict[str, Any]:
    """How many deliveries wait, failed or were of no use, and how long the oldest has waited, in seconds."""
    oldest = one(db, "SELECT received_at FROM webhook_deliveries WHERE status = 'pending' ORDER BY sequence LIMIT 1")
    return {
        "pending": _count(db, "webhook_deliveries WHERE status = 'pending'"),
        "failed": _count(db, "webhook_deliveries WHERE status = 'failed'"),
        "ignored_today": _ignored_since(db, db.moment - timedelta(days=1)),
        "oldest_seconds": _age(db, oldest["received_at"]) if oldest else 0.0,
    }


def outbox(db: Connection) -> dict[str, Any]:
    """How many jobs wait, run or are dead letters, and how long the oldest due one has waited, in seconds."""
    oldest = one(db, "SELECT min(run_after) AS due FROM jobs WHERE status = 'queued'")
    return {
        "queued": _count(db, "jobs WHERE status = 'queued'"),
        "running": _count(db, "jobs WHERE status = 'running'"),
        "failed": _count(db, "jobs WHERE status = 'failed'"),
        "oldest_seconds": max(0.0, _age(db, oldest["due"])) if oldest and oldest["due"] else 0.0,
    }


def runs_by_phase(db: Connection) -> dict[str, int]:
    """How many runs there are in each phase."""
    rows = db.execute("SELECT phase, count(*) AS n FROM agentic_runs GROUP BY phase ORDER BY phase")
    return {row["phase"]: row["n"] for row in rows}


def executor_runs(db: Connection) -> dict[str, int]:
    """How many executor runs are queued or running."""
    rows = db.execute("SELECT status, count(*) AS n FROM runs WHERE status IN ('queued', 'running') GROUP BY status")
    return {"queued": 0, "running": 0} | {row["status"]: row["n"] for row in rows}


def last_delivery(db: Connection) -> str | None:
    """When the newest delivery came."""
    row = one(db, "SELECT received_at FROM webhook_deliveries ORDER BY sequence DESC LIMIT 1")
    return row["received_at"] if row else None


def _ignored_since(db: Connection, moment: datetime) -> int:
    sql = "SELECT count(*) FROM webhook_deliveries WHERE status = 'ignored' AND received_at > ?"
    return int(db.execute(sql, (iso(moment),)).fetchone()[0])


def _count(db: Connection, what: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {what}").fetchone()[0])


def _age(db: Connection, moment: str) -> float:
    return round((db.moment - parse(moment)).total_seconds(), 3)
