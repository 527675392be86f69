"""The owner's fourteen tables as the reference gives them, and a good row for each.

What people may rely on stands here a second time, so that `schema.sql` cannot change it unnoticed.
`!` is NOT NULL, `->` a reference to the id of another table, `in` the values that alone are allowed.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_TABLES = {
    "model_profiles": """
        id TEXT PK, provider TEXT ! in openai|anthropic|google, model_name TEXT !, display_name TEXT,
        api_key_encrypted TEXT !, created_at TEXT !""",
    "repos": """
        id TEXT PK, repo_url TEXT !, default_branch TEXT !, selected_branch TEXT, latest_commit TEXT !,
        workspace_path TEXT !, created_at TEXT !""",
    "tasks": """
        id TEXT PK, repo_id TEXT ! ->repos, title TEXT,
        coding_mode TEXT ! ='interactive' in interactive|semi_auto|full_auto,
        kanban_status TEXT ! ='backlog' in backlog|todo|in_progress|in_review|done|archived, created_at TEXT !,
        updated_at TEXT !""",
    "messages": """
        id TEXT PK, task_id TEXT ! ->tasks, role TEXT ! in user|assistant|system, content TEXT !,
        created_at TEXT !""",
    "runs": """
        id TEXT PK, task_id TEXT ! ->tasks, message_id TEXT ->messages, model_id TEXT, model_name TEXT,
        provider TEXT, executor_type TEXT ! ='patch_agent' in patch_agent|claude_code|codex|gemini|command,
        working_branch TEXT, worktree_path TEXT, session_id TEXT, instruction TEXT !, base_ref TEXT,
        commit_sha TEXT, status TEXT ! ='queued' in queued|running|succeeded|failed|canceled, summary TEXT,
        patch TEXT, files_changed TEXT, logs TEXT, warnings TEXT, error TEXT, created_at TEXT !,
        started_at TEXT, completed_at TEXT""",
    "prs": """
        id TEXT PK, task_id TEXT ! ->tasks, number INTEGER !, url TEXT !, branch TEXT !, title TEXT !,
        body TEXT, latest_commit TEXT !, status TEXT ! ='open' in open|closed|merged, created_at TEXT !,
        updated_at TEXT !""",
    "github_app_config": """
        id INTEGER PK in 1, app_id TEXT !, private_key TEXT !, installation_id TEXT !, created_at TEXT !,
        updated_at TEXT !""",
    "user_preferences": """
        id INTEGER PK in 1, default_repo_owner TEXT, default_repo_name TEXT, default_branch TEXT,
        default_branch_prefix TEXT, default_pr_creation_mode TEXT in create|link,
        default_coding_mode TEXT in interactive|semi_auto|full_auto,
        auto_generate_pr_description INTEGER =0 in 0|1, update_pr_title_on_regenerate INTEGER =1 in 0|1,
        worktrees_dir TEXT, created_at TEXT !, updated_at TEXT !""",
    "backlog_items": """
        id TEXT PK, repo_id TEXT ! ->repos, title TEXT !, description TEXT ! ='',
        type TEXT ! ='feature' in feature|bug_fix|refactoring|docs|test,
        estimated_size TEXT ! ='medium' in small|medium|large, target_files TEXT ! ='[]',
        implementation_hint TEXT, tags TEXT ! ='[]', subtasks TEXT ! ='[]', task_id TEXT ->tasks,
        created_at TEXT !, updated_at TEXT !""",
    "reviews": """
        id TEXT PK, task_id TEXT ! ->tasks, target_run_ids TEXT !,
        executor_type TEXT ! in patch_agent|claude_code|codex|gemini|command, model_id TEXT, model_name TEXT,
        status TEXT ! ='queued' in queued|running|succeeded|failed, overall_summary TEXT, overall_score REAL,
        logs TEXT, error TEXT, created_at TEXT !, started_at TEXT, completed_at TEXT""",
    "review_feedbacks": """
        id TEXT PK, review_id TEXT ! ->reviews, file_path TEXT !, line_start INTEGER, line_end INTEGER,
        severity TEXT ! in info|warning|error|critical,
        category TEXT ! in bug|security|performance|style|maintainability, title TEXT !, description TEXT !,
        suggestion TEXT, code_snippet TEXT""",
    "agentic_runs": """
        id TEXT PK, task_id TEXT ! ->tasks, mode TEXT ! in interactive|semi_auto|full_auto,
        phase TEXT ! in coding|waiting_ci|fixing_ci|reviewing|fixing_review|awaiting_human|merging|completed|
            failed|canceled,
        iteration INTEGER ! =0, ci_iterations INTEGER ! =0, review_iterations INTEGER ! =0, started_at TEXT !,
        last_activity TEXT !, pr_number INTEGER, current_sha TEXT, last_ci_result TEXT, last_review_score REAL,
        error TEXT, human_approved INTEGER ! =0 in 0|1""",
    "agentic_audit_log": """
        id TEXT PK, task_id TEXT ! ->tasks, agentic_run_id TEXT ! ->agentic_runs, timestamp TEXT !,
        phase TEXT !, action TEXT !, agent TEXT in patch_agent|claude_code|codex|gemini|command|system,
        input_summary TEXT, output_summary TEXT, duration_ms INTEGER, success INTEGER in 0|1, error TEXT""",
    "ci_checks": """
        id TEXT PK, task_id TEXT ! ->tasks, pr_id TEXT ! ->prs, status TEXT ! in pending|success|failure|error,
        workflow_run_id INTEGER, sha TEXT, jobs TEXT, failed_jobs TEXT, created_at TEXT !, updated_at TEXT !""",
}

INDEXES = """
    idx_model_profiles_provider model_profiles provider, idx_repos_url repos repo_url, idx_tasks_repo tasks repo_id,
    idx_messages_task messages task_id, idx_runs_task runs task_id, idx_runs_message runs message_id,
    idx_runs_model runs model_id, idx_runs_status runs status, idx_prs_task prs task_id,
    idx_backlog_items_repo_id backlog_items repo_id, idx_reviews_task reviews task_id,
    idx_reviews_status reviews status, idx_feedbacks_review review_feedbacks review_id,
    idx_feedbacks_severity review_feedbacks severity, idx_agentic_runs_task agentic_runs task_id,
    idx_agentic_runs_phase agentic_runs phase, idx_agentic_audit_task agentic_audit_log task_id,
    idx_agentic_audit_run agentic_audit_log agentic_run_id, idx_agentic_audit_timestamp agentic_audit_log timestamp,
    idx_ci_checks_task_id ci_checks task_id, idx_ci_checks_pr_id ci_checks pr_id"""


class Column(NamedTuple):
    """One column; `allowed` is empty where any value will do."""

    name: str
    kind: str
    not_null: bool
    is_key: bool
    default: str | None
    refers: str | None
    allowed: tuple[str, ...]


def _column(text: str) -> Column:
    words = text.replace("|\n", "|").split()
    default = next((word[1:] for word in words if word[0] == "="), None)
    refers = next((word[2:] for word in words if word.startswith("->")), None)
    allowed = re.sub(r"\s", "", text.partition(" in ")[2])
    return Column(
        words[0], words[1], "!" in words, "PK" in words, default, refers, tuple(allowed.split("|")) if allowed else ()
    )


TABLES = {name: [_column(text) for text in columns.split(",")] for name, columns in _TABLES.items()}
"""Table name -> its columns, in order; a table stands after those it refers to."""


def indexes() -> dict[str, tuple[str, str]]:
    """Index name -> table and column."""
    return {name: (table, column) for name, table, column in (text.split() for text in INDEXES.split(","))}


def legacy_schema() -> list[str]:
    """The statements an earlier dursor made its tables and indexes with: no CHECK but that of the single rows."""
    statements = []
    for table, columns in TABLES.items():
        lines = []
        for column in columns:
            parts = [column.name, column.kind, "PRIMARY KEY" if column.is_key else "", "NOT NULL" * column.not_null]
            parts.append(f"DEFAULT {column.default}" if column.default else "")
            parts.append("CHECK (id = 1)" if column.name == "id" and column.allowed else "")
            parts.append(f"REFERENCES {column.refers}(id)" if column.refers else "")
            lines.append(" ".join(filter(None, parts)))
        statements.append(f"CREATE TABLE IF NOT EXISTS {table} ({', '.join(lines)})")
    return statements + [f"CREATE INDEX {name} ON {table}({column})" for name, (table, column) in indexes().items()]


def row(table: str, number: int = 1, **changed: Any) -> dict[str, object]:
    """A row that the table takes, every column filled; it refers to row 1 of other tables."""
    values = {column.name: _value(table, column, number) for column in TABLES[table]}
    return values | changed


def _value(table: str, column: Column, number: int) -> object:
    if column.allowed:
        return int(column.allowed[0]) if column.kind == "INTEGER" else column.allowed[0]
    if column.is_key:
        return f"{table}-{number}"
    if column.refers:
        return f"{column.refers}-1"
    if column.name.endswith(("_at", "last_activity", "timestamp")):
        return f"2026-01-02 03:04:{number:02}"
    return {"TEXT": f"{column.name} 'ü' {number}", "INTEGER": 7, "REAL": 0.5}[column.kind]


def insert(db, table: str, values: dict[str, object]) -> None:
    """INSERT one row."""
    marks = ", ".join("?" * len(values))
    db.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))
