"""Which findings outlive the fixes that were meant for them, and what the next one needs to know of that."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from app.lifecycle import ledger
from app.store import findings, reviews, runs
from app.store.connection import Connection, Row

_NAMED, _TITLE, _TRIED, _SUMMARY = 10, 120, 5, 200


def noted(db: Connection, run_id: str, left: Collection[str], block: Sequence[str]) -> str | None:
    """Count the fix since the last review against every finding that was open then and is still.

    `left` are the findings that were open and are. Returns words about those that fixes do not get rid of, if any.
    """
    before = reviews.latest(db, run_id)
    fixes = runs.pushed_since(db, run_id, "review", before["id"]) if before else []
    if before is None or not fixes:
        return None
    given = [row for row in findings.counted(db, before["id"]) if row["finding_id"]]
    for row in given:
        if row["finding_id"] in left:
            findings.outlive(db, row["finding_id"])
    meant = [row for row in given if row["severity"] in block] or given
    told = [(row["finding_id"], _words(row), row["survived"] + (row["finding_id"] in left)) for row in meant]
    stuck = ledger.stuck(told, left)
    return _handover(stuck, runs.pushed_since(db, run_id, "review", "")) if stuck else None


def _words(row: Row) -> str:
    place = row["file_path"] + (f":{row['line_start']}" if row["line_start"] else "")
    title = row["title"] if len(row["title"]) <= _TITLE else f"{row['title'][: _TITLE - 1]}…"
    return f"F{row['number']} ({place}) {title}" if place else f"F{row['number']} {title}"


def _handover(stuck: Sequence[str], fixes: Sequence[Row]) -> str:
    """What stays, what was tried, and that it can be taken back."""
    more = f"; and {len(stuck) - _NAMED} more" if len(stuck) > _NAMED else ""
    tried = [f"{row['commit_sha'][:12]} {_line(row['summary'] or '')}".rstrip() for row in fixes[-_TRIED:]]
    named = "; ".join(stuck[:_NAMED])
    return f"{named}{more}\nTried so far; a revert takes it back:\n" + "\n".join(tried)


def _line(text: str) -> str:
    whole = " ".join(text.split())
    return whole if len(whole) <= _SUMMARY else f"{whole[: _SUMMARY - 1]}…"
