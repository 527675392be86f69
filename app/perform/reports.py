"""What a reviewer's answer becomes: a report of findings, and each of them a row."""

from __future__ import annotations

import json
from pathlib import Path

from app import redact
from app.errors import UserError
from app.executors import engine, findings, sarif
from app.repo_config import RepoConfig
from app.store.connection import Row

_WORDS = 4_000


def read(row: Row, result: engine.RunResult, config: RepoConfig) -> sarif.Report:
    """What the reviewer found. Raises UserError when it broke or wrote something else than SARIF."""
    if result.status != "done":
        raise UserError(redact.text(result.detail)[:_WORDS] or result.status)
    if isinstance(answer := result.args.get("structured"), str):
        return findings.report(json.loads(answer), Path(row["worktree_path"]))
    command = config.commands.get(row["executor"].partition(":")[2])
    levels = {str(level): severity for level, severity in command.levels.items()} if command else {}
    return sarif.parse(str(result.args.get("output") or ""), Path(row["worktree_path"]), levels)


def columns(finding: sarif.Finding) -> dict[str, object]:
    """A finding as a row of `review_feedbacks`."""
    return {
        "file_path": finding.path or "", "line_start": finding.line_start, "line_end": finding.line_end,
        "severity": finding.severity, "category": finding.category, "title": finding.title,
        "description": finding.description, "suggestion": finding.suggestion, "code_snippet": finding.snippet,
    }  # fmt: skip
