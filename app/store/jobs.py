"""jobs, the outbox: queued -> running -> done | failed; a lease that runs out makes one queued again.

A key is unique among queued jobs, and a job is not claimed while another with its key or its lane runs.
So a wake-up that comes while its twin is at work is kept for afterwards, and is never lost.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.store.connection import Connection, Row, iso

DEADLY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed job. `lease` is the fence: it is another for every claim, and only its holder may settle the job."""

    id: str
    kind: str
    key: str
    payload: dict[str, Any]
    lane: str | None
    attempts: int
    lease: str


def enqueue(
    db: Connection,
    kind: str,
    key: str,
    payload: Mapping[str, Any],
    *,
    lane: str | None = None,
    delay: float = 0,
) -> None:
    """Queue a job, `delay` seconds from now; if its key is queued already, the earlier time of the two holds.

    Nothing is queued for a day after a job of this key was set aside because it ended server after server.
    """
    run_after = iso(db.moment + timedelta(seconds=delay))
    db.execute(
        """INSERT INTO jobs (id, kind, key, payload, lane, run_after, created_at, updated_at)
           SELECT ?, ?, ?, ?, ?, ?, ?, ?
           WHERE NOT EXISTS (SELECT 1 FROM jobs AS deadly WHERE deadly.status = 'failed' AND deadly.key = ?
                             AND deadly.interruptions IS NOT NULL AND deadly.updated_at > ?)
           ON CONFLICT (key) WHERE status = 'queued' DO UPDATE
           SET run_after = min(run_after, excluded.run_after), payload = excluded.payload""",
        (db.new_id(), kind, key, json.dumps(payload), lane, run_after, db.now, db.now, key, iso(db.moment - DEADLY)),
    )


def claim(db: Connection, worker: str, lease_seconds: float) -> Job | None:
    """queued -> running: the job that is due longest and whose key and lane are free, under a lease."""
    lease = f"{worker}:{db.new_id()}"
    row = db.execute(
        """UPDATE jobs SET status = 'running', attempts = attempts + 1, lease_until = ?, leased_by = ?, updated_at = ?
           WHERE id = (
               SELECT id FROM jobs AS due
               WHERE status = 'queued' AND run_after <= ?
                 AND NOT EXISTS (SELECT 1 FROM jobs AS busy WHERE busy.status = 'running'
                                 AND (busy.key = due.key OR busy.lane = due.lane))
               ORDER BY run_after, id LIMIT 1)
           RETURNING id, kind, key, payload, lane, attempts""",
        (iso(db.moment + timedelta(seconds=lease_seconds)), lease, db.now, db.now),
    ).fetchone()
    if row is None:
        return None
    return Job(row["id"], row["kind"], row["key"], json.loads(row["payload"]), row["lane"], row["attempts"], lease)


def extend(db: Connection, job: Job, lease_seconds: float) -> bool:
    """Keep a lease for longer; False when the job is no longer ours."""
    until = iso(db.moment + timedelta(seconds=lease_seconds))
    return _ours(db, job, "lease_until = ?", until)


def finish(db: Connection, job: Job) -> bool:
    """running -> done; False when somebody else has it by now."""
    return _ours(db, job, "status = 'done', lease_until = NULL, error = NULL")


def wait_in(db: Connection, lane: str, kinds: Sequence[str]) -> bool:
    """Whether a job of one of these kinds is queued in this lane."""
    marks = ", ".join("?" * len(kinds))
    found = db.execute(
        f"SELECT 1 FROM jobs WHERE lane = ? AND status = 'queued' AND kind IN ({marks}) LIMIT 1", (lane, *kinds)
    )
    return found.fetchone() is not None


def put_back(db: Connection, job: Job, *, delay: float, error: str | None, spent: bool) -> bool:
    """running -> queued, `delay` seconds from now; `spent` says whether the attempt counts.

    When its key was queued again in the meantime, that one does the work and this one is done.
    """
    twin = db.execute("SELECT id FROM jobs WHERE key = ? AND status = 'queued'", (job.key,)).fetchone()
    if twin:
        return finish(db, job)
    return _ours(
        db, job,
        "status = 'queued', lease_until = NULL, interruptions = NULL, run_after = ?, error = ?, "
        "attempts = attempts - ?",
        iso(db.moment + timedelta(seconds=delay)), error, 0 if spent else 1,
    )  # fmt: skip


def give_up(db: Connection, job: Job, error: str) -> bool:
    """running -> failed: a dead letter, kept until a person retries it."""
    return _ours(db, job, "status = 'failed', lease_until = NULL, interruptions = NULL, error = ?", error)


def retry(db: Connection, job_id: str) -> bool:
    """failed | canceled -> queued, with fresh attempts; False when there is no such job or its key is queued."""
    return bool(
        db.execute(
            """UPDATE jobs SET status = 'queued', attempts = 0, interruptions = NULL, error = NULL, run_after = ?,
                               updated_at = ?
               WHERE id = ? AND status IN ('failed', 'canceled')
                 AND NOT EXISTS (SELECT 1 FROM jobs AS twin WHERE twin.key = jobs.key AND twin.status = 'queued')""",
            (db.now, db.now, job_id),
        ).rowcount
    )


def expire(db: Connection) -> int:
    """running -> queued (or done, where a twin waits) for every lease that ran out; returns how many."""
    db.execute(
        """UPDATE jobs SET status = 'done', lease_until = NULL, updated_at = ?
           WHERE status = 'running' AND lease_until < ?
             AND EXISTS (SELECT 1 FROM jobs AS twin WHERE twin.key = jobs.key AND twin.status = 'queued')""",
        (db.now, db.now),
    )
    return db.execute(
        """UPDATE jobs SET status = 'queued', lease_until = NULL, run_after = ?, updated_at = ?,
                           error = 'interrupted: the lease ran out'
           WHERE status = 'running' AND lease_until < ?""",
        (db.now, db.now, db.now),
    ).rowcount


def is_open(db: Connection, key: str) -> bool:
    """Whether a job with this key is queued or running."""
    return bool(
        db.execute("SELECT 1 FROM jobs WHERE key = ? AND status = 'queued'", (key,)).fetchone()
        or db.execute("SELECT 1 FROM jobs WHERE key = ? AND status = 'running'", (key,)).fetchone()
    )


def next_due(db: Connection, *, later: bool = False) -> datetime | None:
    """When the next queued job may run; `later` leaves out what is due and only waits for its lane."""
    after = db.now if later else ""
    row = db.execute(
        "SELECT min(run_after) AS due FROM jobs WHERE status = 'queued' AND run_after > ?", (after,)
    ).fetchone()
    return datetime.fromisoformat(row["due"]) if row["due"] else None


def listed(db: Connection, limit: int, status: str | None = None) -> list[Row]:
    """The newest jobs, without payloads."""
    which = _WITH_STATUS[status] if status else ""
    return db.execute(
        f"""SELECT id, kind, key, lane, run_after, attempts, status, error, created_at, updated_at FROM jobs
            {which} ORDER BY {"updated_at" if status == "failed" else "id"} DESC LIMIT ?""",
        (limit,),
    ).fetchall()


def forget_done(db: Connection, older_than: datetime) -> int:
    """Delete finished jobs; dead letters stay."""
    return db.execute(
        "DELETE FROM jobs WHERE status IN ('done', 'canceled') AND updated_at < ?", (iso(older_than),)
    ).rowcount


def _ours(db: Connection, job: Job, change: str, *values: object) -> bool:
    return bool(
        db.execute(
            f"UPDATE jobs SET {change}, updated_at = ? WHERE id = ? AND status = 'running' AND leased_by = ?",
            (*values, db.now, job.id, job.lease),
        ).rowcount
    )


# Partial indexes are only used for a status that stands in the query itself.
_WITH_STATUS = {status: f"WHERE status = '{status}'" for status in ("queued", "running", "done", "failed", "canceled")}
