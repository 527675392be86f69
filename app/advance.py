"""The one door to a run: read it, decide, save it, write the audit row, queue the effects.

Runs inside the caller's transaction, so that facts, run, audit and effects appear together or not at all.
"""

from __future__ import annotations

from dataclasses import fields, replace

from app import kin, outbox, repo_config
from app.lifecycle import decide, effects, kanban, signals
from app.lifecycle.policy import Policy
from app.lifecycle.run import Mode, Phase, Run, Wait
from app.store import agentic_runs, audit, backlog, prs, repos, tasks
from app.store.connection import Connection, Row

_SUMMARY = 500
_SHOW_SECONDS = 1.5


def begin(db: Connection, task_id: str, *, mode: Mode, pr_number: int | None, head_sha: str | None) -> Run:
    """Start a run for a task: waiting for CI where a pull request exists, coding where none does.

    A candidate for a pull request has a head to begin from, and no pull request of its own yet.
    """
    adopted = pr_number is not None
    phase = Phase.WAITING_CI if adopted else Phase.CODING
    run = Run(db.new_id(), mode, phase, head_sha=head_sha, pr_number=pr_number)
    agentic_runs.create(db, task_id, run)
    decision = decide.begin(run, _policy(db, task_id))
    _store(db, task_id, run, decision, signals.Started(adopted=adopted), "system", None)
    return decision.run


def begin_waiting(db: Connection, task_id: str, *, mode: Mode) -> Run:
    """Start a run for a task that is left to candidates: it waits until one of them is taken."""
    run = Run(db.new_id(), mode, Phase.AWAITING_HUMAN, wait=Wait.CANDIDATES)
    agentic_runs.create(db, task_id, run)
    _store(db, task_id, run, decide.begin(run, _policy(db, task_id)), signals.Started(adopted=False), "system", None)
    return run


def signal(
    db: Connection, run_id: str, what: signals.Signal, *, agent: str = "system", duration_ms: int | None = None
) -> Run | None:
    """Tell a run what happened; returns it as it is now, or None when there is no such run."""
    row = agentic_runs.row_of(db, run_id)
    run = agentic_runs.find(db, run_id)
    if row is None or run is None:
        return None
    decision = decide.decide(run, what, _policy(db, row["task_id"]))
    if decision.run != run or decision.effects:
        _store(db, row["task_id"], run, decision, what, agent, duration_ms)
    return decision.run


def leave(db: Connection, github_id: int, why: str) -> None:
    """The App may not work in a repository any more: every run there ends."""
    for run in agentic_runs.live(db, github_id):
        signal(db, run.id, signals.PullClosed(why=why))


def show_backlog(db: Connection, item: Row) -> None:
    """Have the checklist drawn that an item of the backlog stands in, if it is part of an issue."""
    repo = repos.by_id(db, item["repo_id"])
    if repo is not None and repo["github_id"] is not None and item["issue_number"] is not None:
        outbox.enqueue(db, effects.ShowBacklog(repo["github_id"], item["issue_number"]))


def would_change(db: Connection, run_id: str, what: signals.Signal) -> bool:
    """Whether a signal would change the run, or ask more of the world than to show it once more."""
    row = agentic_runs.row_of(db, run_id)
    run = agentic_runs.find(db, run_id)
    if row is None or run is None:
        return False
    decision = decide.decide(run, what, _policy(db, row["task_id"]))
    return decision.run != run or any(not isinstance(one, effects.ShowStatus) for one in decision.effects)


def _store(
    db: Connection,
    task_id: str,
    before: Run,
    decision: decide.Decision,
    what: signals.Signal,
    agent: str,
    duration_ms: int | None,
) -> None:
    run = decision.run
    agentic_runs.save(db, before, run)
    if isinstance(what, signals.RetryAsked):
        agentic_runs.note(db, run.id, active_seconds=0.0, bot_moves=None)
    if before.wait is Wait.LOOP and run.wait is not Wait.LOOP:
        agentic_runs.note(db, run.id, bot_moves=None)
    if (task := tasks.find(db, task_id)) is not None:
        came_from = None if isinstance(what, signals.Started) else before.phase
        tasks.follow(db, task_id, kanban.follow(tasks.card(task), came_from, run.phase), run.mode)
    if (item := backlog.of_task(db, task_id)) is not None and (
        run.phase is not before.phase or run.pr_number != before.pr_number or isinstance(what, signals.Started)
    ):
        show_backlog(db, item)
    wanted = ", ".join(type(effect).__name__ for effect in decision.effects)
    audit.record(
        db, task_id=task_id, run_id=run.id, phase=run.phase, action=type(what).__name__, agent=agent,
        input_summary=_summary(what), output_summary=wanted or None, duration_ms=duration_ms,
        success=run.phase is not Phase.FAILED, error=run.note if run.phase is Phase.FAILED else None,
    )  # fmt: skip
    for effect in decision.effects:
        outbox.enqueue(db, effect, delay=_delay(effect, run))
    for other, told in kin.follow(db, task, before, run, what) if task is not None else ():
        signal(db, other, told)


def _delay(effect: effects.Effect, run: Run) -> float:
    """Seconds before an effect: while a run goes on, what people see is written once for a burst of changes."""
    goes_on = run.wait is None and not run.is_terminal and not run.paused
    return _SHOW_SECONDS if isinstance(effect, effects.ShowStatus) and goes_on else 0.0


def _policy(db: Connection, task_id: str) -> Policy:
    task = tasks.find(db, task_id)
    repo = repos.by_id(db, task["repo_id"]) if task else None
    pull = prs.of_task(db, task_id)
    policy = repo_config.from_json(repo["config"] if repo else None).policy()
    candidate = task is not None and tasks.is_candidate(task)  # whose draft is our own
    return replace(policy, is_draft=bool(pull and pull["is_draft"]) and not candidate, is_candidate=candidate)


def _summary(what: signals.Signal) -> str:
    parts = [f"{field.name}={getattr(what, field.name)}" for field in fields(what)]
    return ", ".join(parts)[:_SUMMARY]
