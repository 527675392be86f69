"""The command line on a database with a little of everything in it."""

from __future__ import annotations

import os

import pytest
from click.testing import CliRunner

from app import cli
from app.store import migrate
from app.store.connection import connect

NASTY = "Fix \x1b[2J\x1b]0;owned\x07it\nand\u202e more"


@pytest.fixture
def path(tmp_path, monkeypatch):
    """The deployment's database file, which does not exist yet; nothing of the machine's own settings counts."""
    for name in list(os.environ):
        if name.startswith("DURSOR_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DURSOR_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data" / "dursor.db"


@pytest.fixture
def dursor(path):
    """Run `dursor ARGUMENTS`; the result has exit_code, stdout and stderr."""

    def run(*arguments: str):
        done = CliRunner().invoke(cli.main, arguments)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
        return done

    return run


@pytest.fixture
def db(path):
    """A second connection to the deployment's database, which holds a repository, a task, a run and more."""
    path.parent.mkdir()
    opened = connect(path)
    migrate.up_to_date(opened)
    for statement in _ROWS.strip().split(";\n"):
        opened.execute(statement)
    opened.execute("UPDATE tasks SET title = ?", (NASTY,))
    yield opened
    opened.close()


_ROWS = """
INSERT INTO repos (id, repo_url, default_branch, latest_commit, workspace_path, created_at, full_name, github_id)
VALUES ('repo', 'https://github.com/octo/widgets', 'main', '', '', '2026-01-01', 'octo/widgets', 7);
INSERT INTO tasks (id, repo_id, title, created_at, updated_at) VALUES ('task', 'repo', '', '2026-01-01', '2026-01-01');
INSERT INTO agentic_runs (id, task_id, mode, phase, started_at, last_activity, pr_number, wait)
VALUES ('run', 'task', 'semi_auto', 'awaiting_human', '2026-01-01', '2026-01-02', 5, 'approval');
INSERT INTO agentic_runs (id, task_id, mode, phase, started_at, last_activity)
VALUES ('idle', 'task', 'semi_auto', 'completed', '2026-01-01', '2026-01-02');
INSERT INTO agentic_audit_log (id, task_id, agentic_run_id, timestamp, phase, action, agent, success)
VALUES ('a1', 'task', 'run', '2026-01-01', 'waiting_ci', 'Started', 'system', 1);
INSERT INTO agentic_audit_log (id, task_id, agentic_run_id, timestamp, phase, action, agent, success)
VALUES ('a2', 'task', 'run', '2026-01-02', 'awaiting_human', 'CiGreen', 'system', 1);
INSERT INTO runs (id, task_id, instruction, created_at, logs, agentic_run_id, attempt)
VALUES ('exec', 'task', 'fix', '2026-01-01', '["one \\u001b[31mred", "two"]', 'run', 1);
INSERT INTO reviews (id, task_id, target_run_ids, executor_type, created_at, logs, agentic_run_id, attempt)
VALUES ('review', 'task', '[]', 'command', '2026-01-02', '["three"]', 'run', 2);
INSERT INTO webhook_deliveries (guid, event, action, received_at, payload, body_sha256, status, error, sequence)
VALUES ('g1', 'push', NULL, '2026-01-01T00:00:00Z', x'00', x'00', 'failed', 'boom', 1);
INSERT INTO webhook_deliveries (guid, event, action, received_at, payload, body_sha256, status, sequence)
VALUES ('g2', 'pull_request', 'opened', '2026-01-02T00:00:00Z', x'00', x'01', 'done', 2);
INSERT INTO jobs (id, kind, key, payload, run_after, attempts, status, error, created_at, updated_at)
VALUES ('j1', 'ReadCi', 'k1', '{}', '2026-01-01', 8, 'failed', 'GitHub said no', '2026-01-01', '2026-01-01');
INSERT INTO jobs (id, kind, key, payload, run_after, created_at, updated_at)
VALUES ('j2', 'ReadPull', 'k2', '{}', '2126-01-01', '2026-01-02', '2026-01-02')
"""
