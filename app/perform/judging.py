"""The end of a review: its report against the ledger, stored and told to the run in one short transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from app import advance, repo_config
from app.executors.reported import Report
from app.lifecycle import ledger, score, signals
from app.perform import endings, entries, outliving, reports
from app.store import agentic_runs, findings, prs, reviews
from app.store.connection import Connection, Row


def settle(
    db: Connection, row: Row, answer: reports.Answer, config: repo_config.RepoConfig, consumed: Mapping[str, Any]
) -> None:
    """Store a review that came back, and tell its run."""
    report = answer.report
    if report is None:
        _fail(db, row, answer.error, consumed)
        return
    pull = prs.of_task(db, row["task_id"])
    known = {one["id"]: one for one in findings.known(db, pull["id"])} if pull else {}
    judged = _judged(row, report, [*known.values()], answer.moved, config)
    severities = _severities(report, judged, known)
    points, block = score.score(severities), score.blocking(severities, config.review.blocking)
    if not report.complete and not block and points >= config.review.min_score:
        _fail(db, row, f"It found nothing grave, but it is not all there: {' '.join(report.notes)}", consumed)
        return
    stuck = outliving.noted(
        db, row["agentic_run_id"], {*judged.again.values(), *judged.carried}, config.review.blocking
    )
    rows = entries.kept(db, row["sha"], pull, report, judged, known, answer.moved)
    reviews.end(
        db, row["id"], "succeeded", overall_score=points, overall_summary=score.summary(severities, block),
        notes=json.dumps(report.notes), feedbacks=rows, **consumed,
    )  # fmt: skip
    agentic_runs.note(db, row["agentic_run_id"], last_review_score=points)
    finished = signals.ReviewFinished(sha=row["sha"], attempt=row["attempt"], score=points, blocking=block, stuck=stuck)
    _tell(db, row, finished)


def without_declined(db: Connection, run_id: str, block: Sequence[str]) -> signals.FindingsDeclined | None:
    """Count the latest review of a run again, after somebody declined findings; None where there is no review."""
    review = reviews.latest(db, run_id)
    if review is None:
        return None
    severities = [one["severity"] for one in findings.counted(db, review["id"])]
    points, blocking = score.score(severities), score.blocking(severities, block)
    reviews.change(db, review["id"], overall_score=points, overall_summary=score.summary(severities, blocking))
    agentic_runs.note(db, run_id, last_review_score=points)
    return signals.FindingsDeclined(sha=review["sha"], score=points, blocking=blocking)


def _judged(
    row: Row, report: Report, known: Sequence[Row], there: entries.Moves, config: repo_config.RepoConfig
) -> ledger.Judged:
    by_tool = row["executor_type"] == "command"
    return ledger.judge(
        [entries.known(one, there) for one in known],
        ledger.Report(
            found=[reports.found(one, by_tool=by_tool) for one in report.findings],
            resolved=report.resolved,
            is_whole=by_tool and report.complete,
            looked_at=reports.scope(config),
        ),
    )


def _fail(db: Connection, row: Row, error: str, consumed: Mapping[str, Any]) -> None:
    reviews.end(db, row["id"], "failed", error=error, **consumed)
    _tell(db, row, signals.ReviewFailed(attempt=row["attempt"], error=error, reviewer=row["executor"]))


def _tell(db: Connection, row: Row, signal: signals.Signal) -> None:
    took = endings.took(db, row)
    advance.signal(db, row["agentic_run_id"], signal, agent=row["executor_type"], duration_ms=took)


def _severities(report: Report, judged: ledger.Judged, known: Mapping[str, Row]) -> list[str]:
    dropped = set(judged.dropped)
    found = [one.severity for index, one in enumerate(report.findings) if index not in dropped]
    return [*found, *(known[key]["severity"] for key in judged.carried)]
