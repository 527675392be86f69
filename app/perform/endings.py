"""How an executor run ends: its row is closed and its run is told, together."""

from __future__ import annotations

import json
from dataclasses import asdict

from app import advance, redact
from app.lifecycle import signals
from app.lifecycle.run import Run
from app.store import runs, tasks
from app.store.connection import Connection, Row, parse
from app.workspace import trees


def succeed(db: Connection, run: Run, row: Row, done: signals.WorkFinished, imported: trees.Imported) -> None:
    """The executor run brought a commit, or left everything as it was; one that came too late counts as canceled."""
    late = row["attempt"] != run.attempt
    notes = [*json.loads(row["warnings"] or "[]"), *(str(warning) for warning in imported.warnings)]
    runs.end(
        db, row["id"], "canceled" if late else "succeeded", commit_sha=done.commit, patch=redact.text(imported.patch),
        files_changed=json.dumps([asdict(file) for file in imported.files]), warnings=json.dumps(notes),
    )  # fmt: skip
    if row["summary"]:
        tasks.say(db, row["task_id"], "assistant", row["summary"], source=f"run:{row['id']}", author=row["executor"])
    advance.signal(db, run.id, done, agent=row["executor_type"], duration_ms=took(db, row))


def fail(db: Connection, row: Row, run_id: str, signal: signals.WorkFailed | signals.WorkRefused) -> None:
    """The executor run brought nothing that can be used."""
    runs.end(db, row["id"], "failed", error=signal.error if isinstance(signal, signals.WorkFailed) else signal.why)
    advance.signal(db, run_id, signal, agent=row["executor_type"], duration_ms=took(db, row))


def took(db: Connection, row: Row) -> int | None:
    """Milliseconds since an executor run or review began."""
    return int((db.moment - parse(row["started_at"])).total_seconds() * 1000) if row["started_at"] else None
