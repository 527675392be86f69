"""What a reviewer's answer says: read from what it wrote, kept to what is to be reviewed, and each finding a row."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app import redact, repo_config
from app.errors import DursorError, NotFound, UserError
from app.executors import engine, findings, sarif
from app.executors.reported import Finding, Report
from app.lifecycle import identities
from app.lifecycle.identities import Found, Place
from app.store import findings as ledger
from app.store import prs, repos, reviews, tasks
from app.store.connection import Connection, Row
from app.workspace import commits, mirror, moved, policy

_WORDS = 4_000
_LARGEST_FILE = 1024 * 1024
_COMMITS = 20
"""Commits of earlier reviews that the reviewed one is compared with, the newest first."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reviewer answered: a report, or in words why there is none.

    `moved` says by commit where the lines reviewed then are now: None for a commit that is gone, with everything in
    it; of a commit that is missing here nobody knows, so its lines count as they were.
    """

    report: Report | None
    error: str = ""
    moved: Mapping[str, moved.Moved | None] = field(default_factory=dict)


async def read(
    row: Row, result: engine.RunResult, config: repo_config.RepoConfig, repo: mirror.Mirror, known: Sequence[Row]
) -> Answer:
    """Read what came back, and look up in git what became of the places of `known` findings."""
    try:
        report = await _report(row, result, config, repo)
    except UserError as error:
        return Answer(None, str(error))
    paths: dict[str, set[str]] = {}
    for one in sorted(known, key=lambda one: one["updated_at"], reverse=True):
        if one["seen_sha"] and one["file_path"]:
            paths.setdefault(one["seen_sha"], set()).add(one["file_path"])
    there: dict[str, moved.Moved | None] = {}
    for sha in [*paths][:_COMMITS]:
        try:
            there[sha] = await moved.between(repo, sha, row["sha"], paths[sha])
        except NotFound:
            there[sha] = None
        except DursorError:
            continue
    return Answer(report, moved=there)


def stored(
    db: Connection, root: Path, result: engine.RunResult
) -> tuple[Row, repo_config.RepoConfig, mirror.Mirror, list[Row]] | None:
    """What `read` needs of a result's review; None when nobody waits for it."""
    row = reviews.find(db, result.run_id)
    if row is None or row["status"] != "running" or row["attempt"] != result.attempt:
        return None
    task, pull = tasks.find(db, row["task_id"]), prs.of_task(db, row["task_id"])
    repo = repos.by_id(db, task["repo_id"]) if task else None
    if repo is None:
        return None
    known = ledger.known(db, pull["id"]) if pull else []
    config = repo_config.from_json(repo["config"])
    return row, config, mirror.at(root, repo["github_id"]), known


async def _report(row: Row, result: engine.RunResult, config: repo_config.RepoConfig, repo: mirror.Mirror) -> Report:
    """What the reviewer found. Raises UserError when it broke or wrote something else than a review.

    Reading takes up to seconds, so it happens in a thread, and in no transaction.
    """
    if result.status != "done":
        raise UserError(redact.text(result.detail)[:_WORDS] or result.status)
    tree, answer = Path(row["worktree_path"]), result.args.get("structured")
    if isinstance(answer, str):
        told = await asyncio.to_thread(_parsed, answer)
        base = await _of_base(repo, row["base_sha"], told)
        report = await asyncio.to_thread(findings.report, told, tree, base)
    else:
        command = config.commands.get(row["executor"].partition(":")[2])
        levels = {str(level): severity for level, severity in command.levels.items()} if command else {}
        report = await asyncio.to_thread(sarif.parse, str(result.args.get("output") or ""), tree, levels)
    return _within(report, config)


def scope(config: repo_config.RepoConfig) -> Callable[[str], bool]:
    """Tells whether a path is among those that are reviewed; what is about no file always is."""
    wanted = policy.matcher(config.review.paths or ["*"])
    return lambda path: not path or bool(wanted.match_file(path))


def found(finding: Finding, *, by_tool: bool) -> Found:
    """A finding as the ledger sees it; lines of the base stand nowhere now."""
    words = identities.of_words(finding.category, finding.title)
    what = identities.of_rule(finding.rule, finding.category, finding.title) if by_tool else words
    lines = (finding.line_start, finding.line_end) if finding.side == "new" else (None, None)
    return Found(
        place=Place(finding.path or "", *lines),
        what=what,
        category=finding.category,
        severity=finding.severity,
        code=identities.of_code(finding.snippet),
        names=finding.known,
    )


def columns(finding: Finding) -> dict[str, object]:
    """A finding as a row of `review_feedbacks`."""
    return {
        "file_path": finding.path or "", "line_start": finding.line_start, "line_end": finding.line_end,
        "severity": finding.severity, "category": finding.category, "title": finding.title,
        "description": finding.description, "suggestion": finding.suggestion, "code_snippet": finding.snippet,
        "side": finding.side if finding.line_start else None,
    }  # fmt: skip


def _parsed(answer: str) -> Any:
    try:
        return json.loads(answer)
    except (ValueError, RecursionError):
        raise UserError("The reviewer's answer is not JSON.") from None


async def _of_base(repo: mirror.Mirror, base: str | None, told: Any) -> Mapping[str, bytes | None]:
    """The files of the base that an answer is about, as it names them."""
    if not isinstance(told, dict) or not base:
        return {}
    try:
        return {path: await commits.read_file(repo, base, path, _LARGEST_FILE) for path in findings.old_paths(told)}
    except NotFound:
        return {}


def _within(report: Report, config: repo_config.RepoConfig) -> Report:
    """The report without what lies outside of `review.paths`; that it is left out does not make it less complete."""
    is_wanted = scope(config)
    kept = tuple(one for one in report.findings if is_wanted(one.path or ""))
    left = len(report.findings) - len(kept)
    words = f"{left:,} findings are in files that `review.paths` leaves out."
    return replace(report, findings=kept, notes=(*report.notes, words)) if left else report
