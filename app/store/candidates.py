"""tasks that are candidates for another: several executors at the same goal, in rounds that were asked for together."""

from __future__ import annotations

from collections.abc import Sequence

from app.store.connection import Connection, Row
from app.store.rows import insert, one, update


def create(db: Connection, parent: Row, executors: Sequence[str], branches: str, issue: int | None) -> list[str]:
    """A round of candidates, one for each executor; returns their ids. Their numbers go on from round to round.

    `branches` is what the names of their branches begin with.
    """
    last = one(db, "SELECT max(candidate) AS number FROM tasks WHERE parent_id = ?", parent["id"])
    first, moment, made = (last["number"] if last else None) or 0, db.now, list[str]()
    for number, executor in enumerate(executors, first + 1):
        made.append(db.new_id())
        insert(
            db, "tasks", id=made[-1], repo_id=parent["repo_id"], title=parent["title"],
            coding_mode=parent["coding_mode"], issue_number=issue, executor=executor, parent_id=parent["id"],
            candidate=number, branch=f"{branches}-{number}-{executor.replace(':', '-')}", created_at=moment,
            updated_at=moment,
        )  # fmt: skip
    return made


def of_round(db: Connection, parent_id: str) -> list[Row]:
    """The candidates that were asked for last, which have one moment of creation, in the order of their numbers."""
    return db.execute(
        """SELECT * FROM tasks WHERE parent_id = ?1 AND created_at =
               (SELECT max(created_at) FROM tasks WHERE parent_id = ?1) ORDER BY candidate""",
        (parent_id,),
    ).fetchall()


def picked(db: Connection, parent_id: str) -> Row | None:
    """The candidate of the last round that was taken, or is being taken."""
    return next((row for row in of_round(db, parent_id) if row["picked_at"]), None)


def picked_run(db: Connection, parent_id: str) -> Row | None:
    """`task_id` and `run_id` of that candidate, while its run goes on."""
    return one(
        db,
        """SELECT tasks.id AS task_id, agentic_runs.id AS run_id
           FROM tasks JOIN agentic_runs ON agentic_runs.task_id = tasks.id
           WHERE tasks.parent_id = ? AND tasks.picked_at IS NOT NULL
           AND agentic_runs.phase NOT IN ('completed', 'failed', 'canceled') ORDER BY tasks.candidate DESC LIMIT 1""",
        parent_id,
    )  # fmt: skip


def pick(db: Connection, task_id: str) -> None:
    """Note that a candidate is taken."""
    update(db, "tasks", task_id, picked_at=db.now, updated_at=db.now)


def unpick(db: Connection, task_id: str) -> None:
    """Note that a candidate could not be taken after all."""
    update(db, "tasks", task_id, picked_at=None, updated_at=db.now)


def live_runs(db: Connection, parent_id: str) -> list[str]:
    """The ids of the runs of candidates, of any round, that were not taken and go on."""
    rows = db.execute(
        """SELECT agentic_runs.id FROM agentic_runs JOIN tasks ON tasks.id = agentic_runs.task_id
           WHERE tasks.parent_id = ? AND tasks.picked_at IS NULL
           AND agentic_runs.phase NOT IN ('completed', 'failed', 'canceled') ORDER BY agentic_runs.id""",
        (parent_id,),
    )
    return [row["id"] for row in rows]


def failed_runs(db: Connection, parent_id: str) -> list[str]:
    """The ids of the runs of the last round's candidates that were given up, and not taken before that."""
    rows = db.execute(
        """SELECT agentic_runs.id FROM agentic_runs JOIN tasks ON tasks.id = agentic_runs.task_id
           WHERE tasks.parent_id = ?1 AND tasks.picked_at IS NULL AND agentic_runs.phase = 'failed'
           AND tasks.created_at = (SELECT max(created_at) FROM tasks WHERE parent_id = ?1) ORDER BY agentic_runs.id""",
        (parent_id,),
    )
    return [row["id"] for row in rows]
