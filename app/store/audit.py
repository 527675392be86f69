"""agentic_audit_log: one row for every decision that changed something; rows are only ever added."""

from __future__ import annotations

from app.lifecycle.run import Phase
from app.store.connection import Connection, Row
from app.store.rows import insert


def record(
    db: Connection,
    *,
    task_id: str,
    run_id: str,
    phase: Phase,
    action: str,
    agent: str,
    success: bool,
    **told: object,
) -> None:
    """Add the row of one decision: `phase` is the phase it led to.

    `told` may be `input_summary`, `output_summary`, `duration_ms` and `error`.
    """
    insert(
        db, "agentic_audit_log", id=db.new_id(), task_id=task_id, agentic_run_id=run_id, timestamp=db.now, phase=phase,
        action=action, agent=agent, success=int(success), **told,
    )  # fmt: skip


def of_run(db: Connection, run_id: str) -> list[Row]:
    """The decisions about a run, oldest first."""
    return db.execute("SELECT * FROM agentic_audit_log WHERE agentic_run_id = ? ORDER BY id", (run_id,)).fetchall()
