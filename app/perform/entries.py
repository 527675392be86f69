"""The rows of the ledger: findings of before as it sees them, and what it says of a new report, stored."""

from __future__ import annotations

from collections.abc import Mapping

from app.executors.reported import Report
from app.lifecycle import ledger
from app.lifecycle.identities import Identity, Known, Place
from app.perform import reports
from app.store import findings
from app.store.connection import Connection, Row
from app.workspace import moved

Moves = Mapping[str, moved.Moved | None]
"""By a commit that was reviewed, where its lines are now: see `reports.Answer`."""


def known(row: Row, there: Moves) -> Known:
    """A row of `findings.known` as the ledger sees it."""
    place, is_same = _place(row, there)
    return Known(
        row["id"], row["number"], row["status"], Identity.read(row["identity"]), row["category"] or "",
        row["severity"] or "warning", place, is_same,
    )  # fmt: skip


def _place(row: Row, there: Moves) -> tuple[Place | None, bool]:
    """Where a finding's lines are now, and whether they are as they were."""
    path, start, end = row["file_path"] or "", row["line_start"], row["line_end"]
    since = there.get(row["seen_sha"], moved.Moved({}))
    if row["side"] == "old":
        return Place(path), since is not None and path not in since.files
    if not path or start is None:
        gone = path and since is not None and since.lines(path, None, None) is None
        return (None, False) if gone else (Place(path), True)
    if since is None:
        return Place(path, 1, 0), False
    lines = since.lines(path, start, end or start)
    return (Place(lines.path, lines.start, lines.end), lines.is_same) if lines else (None, False)


def kept(
    db: Connection, sha: str, pull: Row | None, report: Report, judged: ledger.Judged, before: Mapping[str, Row],
    there: Moves,
) -> list[dict[str, object]]:  # fmt: skip
    """Bring the ledger up to date; returns everything that is open now, as rows of `review_feedbacks`."""
    for key, identity in judged.moved.items():
        findings.identify(db, key, str(identity))
    for key in judged.fixed:
        findings.fix(db, key, sha)
    for key in judged.reopened.values():
        findings.reopen(db, key)
    of = judged.again | judged.reopened
    for index, identity in judged.new.items() if pull else ():
        of[index] = findings.open_(db, pull["id"], str(identity)) if pull else ""
    rows = [
        reports.columns(one) | {"finding_id": of.get(index)}
        for index, one in enumerate(report.findings)
        if index in of or index in judged.new
    ]
    return rows + [_carried(before[key], there) for key in judged.carried]


def _carried(row: Row, there: Moves) -> dict[str, object]:
    """A finding of before at the place where it is now."""
    place, is_same = _place(row, there)
    names = ("severity", "category", "title", "description", "suggestion", "code_snippet", "side")
    columns: dict[str, object] = {name: row[name] for name in names}
    lines = (row["line_start"], row["line_end"]) if row["side"] == "old" else (None, None)
    if place is not None and place.start is not None and place.end is not None and is_same:
        lines = place.start, place.end
    columns |= {"finding_id": row["id"], "file_path": place.path if place else row["file_path"]}
    columns |= {"line_start": lines[0], "line_end": lines[1], "side": row["side"] if lines[0] else None}
    return columns | ({} if is_same else {"suggestion": None})
