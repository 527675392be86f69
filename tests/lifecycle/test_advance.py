"""A run in a real database: what is decided is stored with its audit row and its jobs, together or not at all."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import Phase as Stage

from app import advance
from app.lifecycle import signals
from app.lifecycle.decide import decide
from app.lifecycle.kanban import OF_PHASE
from app.lifecycle.policy import Policy
from app.lifecycle.run import Mode, Phase
from app.repo_config import RepoConfig
from app.store import agentic_runs, audit, migrate, repos, tasks
from app.store.connection import connect
from tests.lifecycle.histories import MAKERS, sha, steps

HEAD = sha(1)


@pytest.fixture
def db(tmp_path):
    opened = connect(tmp_path / "dursor.db")
    migrate.up_to_date(opened)
    yield opened
    opened.close()


@pytest.fixture
def task_id(db):
    return a_task(db)


def a_task(db):
    repo_id = repos.save(
        db, github_id=7, full_name="octo/widgets", installation_id=1, repo_url="https://x.example/octo/widgets",
        default_branch="main", workspace_path="mirrors/7.git",
    )  # fmt: skip
    return tasks.create(db, repo_id, "Widgets", Mode.SEMI_AUTO)


def an_adopted_run(db, task_id, mode=Mode.SEMI_AUTO):
    return advance.begin(db, task_id, mode=mode, pr_number=5, head_sha=HEAD)


def rows(db, run):
    return audit.of_run(db, run.id)


def jobs(db):
    return [tuple(row) for row in db.execute("SELECT kind, key FROM jobs ORDER BY id")]


def test_a_new_run_has_its_row_its_audit_row_and_its_jobs(db, task_id):
    run = an_adopted_run(db, task_id)

    assert agentic_runs.find(db, run.id) == run
    assert [(row["action"], row["phase"]) for row in rows(db, run)] == [("Started", "waiting_ci")]
    assert {kind for kind, _ in jobs(db)} == {"ShowStatus", "ReadCi"}


def test_what_moves_a_run_is_stored_and_queued(db, task_id):
    run = an_adopted_run(db, task_id)

    told = advance.signal(db, run.id, signals.CiFailed(sha=HEAD, signature="x", summary="lint failed"))

    assert told == agentic_runs.find(db, run.id)
    assert told is not None
    assert told.phase is Phase.FIXING_CI
    assert ("StartWork", f"StartWork:{run.id}:1:ci") in jobs(db)
    assert rows(db, run)[-1]["action"] == "CiFailed"


def test_what_moves_nothing_leaves_no_trace(db, task_id):
    run = an_adopted_run(db, task_id)
    before = (len(rows(db, run)), jobs(db))

    assert advance.signal(db, run.id, signals.CiPassed(sha=sha(2))) == run

    assert (len(rows(db, run)), jobs(db)) == before


def test_nobody_hears_a_signal_to_a_run_that_does_not_exist(db):
    assert advance.signal(db, "nobody", signals.Paused(by="ann")) is None


def test_a_pull_request_of_a_task_has_one_live_run(db, task_id):
    first = an_adopted_run(db, task_id)

    with pytest.raises(sqlite3.IntegrityError):
        an_adopted_run(db, task_id)

    advance.signal(db, first.id, signals.Canceled(by="ann"))
    second = an_adopted_run(db, task_id)
    assert [run.id for run in agentic_runs.live(db)] == [second.id]
    with pytest.raises(sqlite3.IntegrityError):
        advance.signal(db, first.id, signals.RetryAsked(by="ann"))


def test_a_decision_is_stored_whole_or_not_at_all(db, task_id):
    run = an_adopted_run(db, task_id)
    before = (agentic_runs.find(db, run.id), len(rows(db, run)), jobs(db))

    db.execute(
        """CREATE TEMP TRIGGER full BEFORE INSERT ON jobs WHEN NEW.kind = 'Say'
           BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"""
    )
    db.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.IntegrityError):
        advance.signal(db, run.id, signals.CiStuck(sha=HEAD, cause="none", why="nothing reports"))
    db.execute("ROLLBACK")

    assert (agentic_runs.find(db, run.id), len(rows(db, run)), jobs(db)) == before


def test_the_repository_s_configuration_is_the_policy(db, task_id):
    run = an_adopted_run(db, task_id)
    config = RepoConfig.model_validate({"ci": {"none_is_green": True}, "mode": "full_auto"})
    row = tasks.find(db, task_id)
    assert row is not None
    repos.note_config(db, row["repo_id"], sha="x", config=config.model_dump_json(), error=None)

    told = advance.signal(db, run.id, signals.CiStuck(sha=HEAD, cause="none", why="nothing reports"))

    assert told is not None
    assert told.wait == "approval"


def test_stored_runs_live_as_pure_ones_do_and_their_audit_tells_their_phases(db):
    @settings(
        max_examples=40, deadline=None, derandomize=True, database=None, phases=[Stage.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(steps)
    def every_history(happenings):
        db.execute("BEGIN IMMEDIATE")
        try:
            lives_alike(db, happenings)
        finally:
            db.execute("ROLLBACK")

    every_history()


def lives_alike(db, happenings):
    """Tell a stored run and a pure one the same; then replay the audit log."""
    policy: Policy = RepoConfig().policy()
    pure = an_adopted_run(db, a_task(db))
    phases, moves = [pure.phase], 1
    for step in happenings:
        signal = MAKERS[step.name](pure, step)
        decision = decide(pure, signal, policy)
        stored = advance.signal(db, pure.id, signal)
        assert stored == decision.run == agentic_runs.find(db, pure.id)
        moves += decision.run != pure or bool(decision.effects)
        if decision.run.phase is not phases[-1]:
            phases.append(decision.run.phase)
        pure = replace(decision.run)
    assert len(rows(db, pure)) == moves
    assert replayed(rows(db, pure)) == phases
    [kanban] = db.execute("SELECT kanban_status FROM tasks WHERE id = (SELECT max(id) FROM tasks)").fetchone()
    assert kanban == OF_PHASE[pure.phase]


def replayed(log):
    """The phases a run went through, as its audit log has them."""
    phases: list[str] = []
    for row in log:
        if not phases or phases[-1] != row["phase"]:
            phases.append(row["phase"])
    return phases
