"""The findings of a run's latest review as people see them: what is open, how grave, where, and its thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.lifecycle.merge_gate import Finding
from app.store import findings, reviews
from app.store.connection import Connection, Row


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A review that came to a result: its score without what was declined since, and what is open, gravest first."""

    sha: str
    score: float
    since: str | None
    blocking: tuple[Finding, ...]
    others: tuple[Finding, ...]


def latest(db: Connection, run_id: str, pull: Row | None, block: Sequence[str]) -> Reviewed | None:
    """The newest review of the run that came to an end well; None before one."""
    review = reviews.latest(db, run_id)
    if review is None or review["overall_score"] is None:
        return None
    rows = findings.counted(db, review["id"])
    found = [_finding(row, pull) for row in rows]
    return Reviewed(
        sha=str(review["sha"]),
        score=float(review["overall_score"]),
        since=review["completed_at"] or review["created_at"],
        blocking=tuple(one for one in found if one.severity in block),
        others=tuple(one for one in found if one.severity not in block),
    )


def _finding(row: Row, pull: Row | None) -> Finding:
    place = row["file_path"] + (f":{row['line_start']}" if row["line_start"] else "")
    name = f"F{row['number']}" if row["number"] is not None else "a finding"
    posted = pull is not None and row["comment_id"]
    url = f"{pull['url']}#discussion_r{row['comment_id']}" if pull is not None and posted else None
    return Finding(name, row["severity"], place, row["title"], url)
