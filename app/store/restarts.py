"""What a server had in hand when it ended: put back at the next start, and set aside when that goes on.

A job or a delivery under which the server ends again and again may be what ends it. It is counted here, so that one
that kills the process cannot do so for ever.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import timedelta

from app.store import jobs
from app.store.connection import Connection, iso
from app.store.deliveries import BATCH_LIMIT, Packed

JOB_INTERRUPTIONS = 8
DELIVERY_INTERRUPTIONS = 4
APART_SECONDS = 2.0
"""Between jobs under which the server ended twice or more: so that those that are not to blame get done alone."""


def interrupted_lanes(db: Connection) -> set[str]:
    """The lanes of what was begun and not finished when the last server ended, whichever way and however often."""
    rows = db.execute(
        "SELECT DISTINCT lane FROM jobs WHERE status = 'running' OR (status = 'queued' AND error IS NOT NULL)"
    )
    return {row["lane"] for row in rows if row["lane"] is not None}


def release_jobs(db: Connection) -> list[jobs.Job]:
    """running -> queued for every job: the only server has just started, so nobody holds them.

    The attempt that was cut short does not count: the server's end says nothing about the job. Only those under
    which it ended eight times in a row -> failed; they are returned.
    """
    db.execute(
        """UPDATE jobs SET lease_until = '', attempts = attempts - 1, interruptions = coalesce(interruptions, 0) + 1
           WHERE status = 'running'"""
    )
    db.execute(  # a twin that takes a job's place takes its past over
        """UPDATE jobs SET interruptions = (SELECT max(coalesce(twin.interruptions, 0)) FROM jobs AS twin
                                            WHERE twin.key = jobs.key AND twin.status = 'running')
           WHERE status = 'queued' AND key IN (SELECT key FROM jobs WHERE status = 'running')"""
    )
    jobs.expire(db)
    suspects = db.execute(
        "SELECT * FROM jobs WHERE status = 'queued' AND interruptions > 1 ORDER BY interruptions, run_after, id"
    ).fetchall()
    dead = [row for row in suspects if row["interruptions"] >= JOB_INTERRUPTIONS]
    for row in dead:
        db.execute(
            "UPDATE jobs SET status = 'failed', error = ?, updated_at = ? WHERE id = ?",
            (_words(row["interruptions"], "was at work"), db.now, row["id"]),
        )
    for place, row in enumerate(row for row in suspects if row not in dead):
        later = iso(db.moment + timedelta(seconds=place * APART_SECONDS))
        db.execute("UPDATE jobs SET run_after = max(run_after, ?) WHERE id = ?", (later, row["id"]))
    return [
        jobs.Job(row["id"], row["kind"], row["key"], json.loads(row["payload"]), row["lane"], row["attempts"], "")
        for row in dead
    ]


def last_delivery(db: Connection) -> int:
    """The place of the newest delivery in the order of arrival; 0 when there is none."""
    return int(db.execute("SELECT coalesce(max(sequence), 0) FROM webhook_deliveries").fetchone()[0])


def begin_deliveries(db: Connection, until: int, limit: int, begun: Collection[str]) -> list[Packed]:
    """The oldest deliveries that waited when the server started, each counted as begun unless it is in `begun`.

    One that was begun before is taken alone. One under which the server ended four times -> failed.
    """
    rows = db.execute(
        """SELECT guid, event, action, installation, repository, payload, body_sha256, interruptions
           FROM webhook_deliveries WHERE status = 'pending' AND sequence <= ? ORDER BY sequence LIMIT ?""",
        (until, limit),
    ).fetchall()
    taken: list[Packed] = []
    size = 0
    for row in rows:
        before = int(row["interruptions"] or 0)
        if before >= DELIVERY_INTERRUPTIONS and row["guid"] not in begun:
            db.execute(
                """UPDATE webhook_deliveries SET status = 'failed', error = ?, interruptions = NULL, processed_at = ?
                   WHERE guid = ?""",
                (_words(before, "handled this"), db.now, row["guid"]),
            )
            continue
        if taken and (before or size >= BATCH_LIMIT):
            break
        taken.append(Packed(*row[:7]))
        size += len(row["payload"])
        if row["guid"] not in begun:
            db.execute("UPDATE webhook_deliveries SET interruptions = ? WHERE guid = ?", (before + 1, row["guid"]))
        if before:
            break
    return taken


def _words(times: int, what: str) -> str:
    return f"the server ended {times} times while it {what}, so it is not tried again by itself"
