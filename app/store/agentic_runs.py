"""agentic_runs: what a run is, between two decisions. `save` writes exactly what `decide` returned."""

from __future__ import annotations

import json
from datetime import datetime

from app.lifecycle.run import TERMINAL, MergeWay, Mode, Phase, Run, Wait, Work
from app.store.connection import Connection, Row, iso, parse
from app.store.rows import from_json, insert, one, update

_IDLE = {Phase.AWAITING_HUMAN, *TERMINAL}


def create(db: Connection, task_id: str, run: Run) -> None:
    """A new run of a task."""
    insert(
        db, "agentic_runs", id=run.id, task_id=task_id, started_at=db.now, active_seconds=0.0,
        **_stored(run), last_activity=db.now, phase_since=db.now,
    )  # fmt: skip


def find(db: Connection, run_id: str) -> Run | None:
    """The run, as `decide` wants it."""
    row = row_of(db, run_id)
    return _run(row) if row else None


def row_of(db: Connection, run_id: str) -> Row | None:
    """The whole row of a run."""
    return one(db, "SELECT * FROM agentic_runs WHERE id = ?", run_id)


def save(db: Connection, before: Run, after: Run) -> None:
    """Store the run after a decision; time in phases that do not wait for a person is added up."""
    row = row_of(db, after.id)
    if row is None:
        raise LookupError(f"run {after.id} does not exist")
    active = float(row["active_seconds"] or 0)
    since = str(row["phase_since"] or row["last_activity"])
    if before.phase is not after.phase or before.paused != after.paused:
        active += spent(row, db)
        since = db.now
    update(
        db, "agentic_runs", after.id, **_stored(after), last_activity=db.now, phase_since=since, active_seconds=active
    )


def spent(row: Row, db: Connection) -> float:
    """Seconds since the phase began, if they count as work."""
    if Phase(row["phase"]) in _IDLE or row["paused"]:
        return 0.0
    return max(0.0, (db.moment - parse(row["phase_since"] or row["last_activity"])).total_seconds())


def uncount(db: Connection, run_id: str, seconds: float) -> None:
    """Take time from what counts as work, or with a negative number give it back."""
    db.execute(
        "UPDATE agentic_runs SET active_seconds = coalesce(active_seconds, 0) - ? WHERE id = ?", (seconds, run_id)
    )


def note(db: Connection, run_id: str, **values: object) -> None:
    """Note what is shown but not decided on: `last_ci_result`, `last_review_score`, `approved_by`."""
    update(db, "agentic_runs", run_id, **values)


def ended_before(db: Connection, run_id: str, moment: datetime) -> bool:
    """Whether the run is known and came to its end before a moment."""
    row = row_of(db, run_id)
    return row is not None and Phase(row["phase"]) in TERMINAL and bool(row["last_activity"] < iso(moment))


def of_task(db: Connection, task_id: str) -> Run | None:
    """The live run of a task, or else its newest."""
    row = one(
        db,
        """SELECT * FROM agentic_runs WHERE task_id = ?
           ORDER BY phase IN ('completed', 'failed', 'canceled'), id DESC LIMIT 1""",
        task_id,
    )
    return _run(row) if row else None


def of_pull(db: Connection, github_id: int, number: int) -> Run | None:
    """The live run of a pull request, or else its newest."""
    row = one(
        db,
        """SELECT agentic_runs.* FROM agentic_runs
           JOIN tasks ON tasks.id = agentic_runs.task_id JOIN repos ON repos.id = tasks.repo_id
           WHERE repos.github_id = ? AND agentic_runs.pr_number = ?
           ORDER BY phase IN ('completed', 'failed', 'canceled'), agentic_runs.id DESC LIMIT 1""",
        github_id, number,
    )  # fmt: skip
    return _run(row) if row else None


def of_issue(db: Connection, github_id: int, number: int) -> Run | None:
    """The live run of the task that began in an issue, or else its newest; of a candidate only once it was taken.

    While that is being done, the run is the one that still waits for candidates.
    """
    row = one(
        db,
        """SELECT agentic_runs.* FROM agentic_runs
           JOIN tasks ON tasks.id = agentic_runs.task_id JOIN repos ON repos.id = tasks.repo_id
           WHERE repos.github_id = ? AND tasks.issue_number = ?
           AND (tasks.parent_id IS NULL OR tasks.picked_at IS NOT NULL)
           ORDER BY phase IN ('completed', 'failed', 'canceled'), wait IS NOT 'candidates', agentic_runs.id DESC
           LIMIT 1""",
        github_id, number,
    )  # fmt: skip
    return _run(row) if row else None


def of_branch(db: Connection, github_id: int, branch: str) -> Run | None:
    """The live run that has pushed to this branch, and that no pull request is known of."""
    row = one(
        db,
        _LIVE + """ AND repos.github_id = ? AND tasks.branch = ? AND agentic_runs.pr_number IS NULL
                    AND agentic_runs.current_sha IS NOT NULL ORDER BY agentic_runs.id DESC LIMIT 1""",
        github_id, branch,
    )  # fmt: skip
    return _run(row) if row else None


def at_commit(db: Connection, github_id: int, sha: str) -> list[Run]:
    """The live runs of a repository whose head is this commit."""
    rows = db.execute(
        _LIVE + " AND repos.github_id = ? AND agentic_runs.current_sha = ? ORDER BY agentic_runs.id", (github_id, sha)
    )
    return [_run(row) for row in rows]


def to_call_off(db: Connection) -> list[str]:
    """The runs, ended ones too, whose merge GitHub was asked for and that is not wanted any more."""
    rows = db.execute(
        """SELECT id FROM agentic_runs
           WHERE merge_way IS NOT NULL AND phase != 'completed' AND (phase != 'merging' OR paused) ORDER BY id"""
    )
    return [row["id"] for row in rows]


def waiting(db: Connection, github_id: int, wait: Wait) -> list[Run]:
    """The live runs of a repository that wait for a person for this reason."""
    return [run for run in live(db, github_id) if run.wait is wait]


def live(db: Connection, github_id: int | None = None) -> list[Run]:
    """Every live run, of one repository or of all."""
    rows = db.execute(
        _LIVE + " AND coalesce(?, repos.github_id) = repos.github_id ORDER BY agentic_runs.id", (github_id,)
    )
    return [_run(row) for row in rows]


# Begins with the few that live, whatever else is asked for: there are more tasks and more runs with every day.
_LIVE = """SELECT agentic_runs.* FROM agentic_runs INDEXED BY idx_agentic_runs_live
           CROSS JOIN tasks ON tasks.id = agentic_runs.task_id CROSS JOIN repos ON repos.id = tasks.repo_id
           WHERE agentic_runs.phase NOT IN ('completed', 'failed', 'canceled')"""


def _stored(run: Run) -> dict[str, object]:
    return {
        "mode": run.mode,
        "phase": run.phase,
        "iteration": run.iteration,
        "ci_iterations": run.ci_iterations,
        "review_iterations": run.review_iterations,
        "pr_number": run.pr_number,
        "current_sha": run.head_sha,
        "human_approved": int(run.human_approved),
        "error": run.note if run.phase in {Phase.FAILED, Phase.CANCELED} or run.wait is Wait.BROKEN else None,
        "paused": int(run.paused),
        "attempt": run.attempt,
        "failures": run.failures,
        "work": run.work,
        "wait": run.wait,
        "note": run.note,
        "came_from": run.came_from,
        "signature": run.signature,
        "rerun_sha": run.rerun_sha,
        "trees": json.dumps(run.trees),
        "asked": int(run.asked),
        "merge_way": run.merge_way,
    }


def _run(row: Row) -> Run:
    return Run(
        id=row["id"],
        mode=Mode(row["mode"]),
        phase=Phase(row["phase"]),
        head_sha=row["current_sha"],
        pr_number=row["pr_number"],
        iteration=row["iteration"],
        ci_iterations=row["ci_iterations"],
        review_iterations=row["review_iterations"],
        human_approved=bool(row["human_approved"]),
        paused=bool(row["paused"]),
        attempt=row["attempt"] or 0,
        failures=row["failures"] or 0,
        work=Work(row["work"]) if row["work"] else None,
        wait=Wait(row["wait"]) if row["wait"] else None,
        note=row["note"],
        came_from=Phase(row["came_from"]) if row["came_from"] else None,
        signature=row["signature"],
        rerun_sha=row["rerun_sha"],
        trees=tuple(from_json(row["trees"], [])),
        asked=bool(row["asked"]),
        merge_way=MergeWay(row["merge_way"]) if row["merge_way"] else None,
    )
