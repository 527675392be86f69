"""Why CI is red, as an executor is told: what tools say failed before anything else, then remarks, then logs' ends."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from app.prompts import fences, seen
from app.store.connection import Row

LIMIT = 24_000
"""Characters of evidence in all."""

_JOBS = 20
_ROW = 600
_ROWS = 12_000
_LOG = 6_000


def evidence(check: Row) -> str:
    """The failed jobs of a commit's checks, each under its name; every job gets its share of the room."""
    jobs = json.loads(check["failed_jobs"] or "[]")
    told = [_heading(job) + _rows(job, _ROWS // max(1, min(len(jobs), _JOBS))) for job in jobs[:_JOBS]]
    left = LIMIT - sum(map(len, told))
    for position, job in enumerate(jobs[:_JOBS]):
        log = seen.plain("\n".join(job["log"])[-10 * _LOG :])
        share = min(_LOG, left // (len(told) - position))
        if log and share > 200:
            shown = fences.tail(log, share - 50)
            told[position] += f"\nEnd of its log:\n{shown}"
            left -= len(shown) + 20
    if len(jobs) > _JOBS:
        told.append(f"[{len(jobs) - _JOBS} more failed jobs are left out]")
    return "\n\n".join(told)


def _heading(job: Mapping[str, Any]) -> str:
    step = f", step {seen.line(job['step'], 200)}" if job["step"] else ""
    parts = [f"{seen.line(job['name'], 200)} ({seen.line(job['conclusion'], 40)}{step})"]
    if job.get("also"):
        names = ", ".join(seen.line(name, 100) for name in job["also"][:20])
        parts.append(f"Also red, by all that is known in the same way: {names}")
    if job.get("url"):
        parts.append(f"Seen at {seen.line(job['url'], 300)}")
    return "\n".join(parts)


def _rows(job: Mapping[str, Any], limit: int) -> str:
    rows: Sequence[str] = [*map(_failure, job.get("failures", [])), *map(str, job["annotations"])]
    shown = [fences.head(seen.plain(row[: 10 * _ROW]), _ROW) for row in rows]
    return "\n" + fences.first(shown, limit, lambda count: f"[{count} more are left out]") if shown else ""


def _failure(row: Mapping[str, Any]) -> str:
    place = f"{row['where']}:{row['line']}" if row["line"] else row["where"]
    return f"- {place}: {row['message']}"
