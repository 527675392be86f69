"""A red verdict with all that decides what follows: evidence, the base branch, what was green or tried before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.github import picture
from app.lifecycle import failure, signals
from app.lifecycle.ci_verdict import Question, Verdict
from app.lifecycle.run import Wait, Work
from app.perform import base, evidence
from app.perform.world import Scope, World
from app.store import audit, runs
from app.store.connection import Connection
from app.workspace import policy

MAY_RUN_AGAIN = frozenset({"failure", "timed_out"})
"""Conclusions of a workflow run whose failed jobs can be run once more."""

_TRIED = 5


@dataclass(frozen=True, slots=True)
class Red:
    """What is told to the run, and the evidence that is kept."""

    signal: signals.CiFailed
    failed: tuple[failure.FailedCheck, ...]


async def read(world: World, scope: Scope, seen: picture.Picture, asked: Question, verdict: Verdict) -> Red:
    """Gather the evidence of a red verdict."""
    found = await evidence.of_failed(scope.github, verdict, asked.checks)
    cause = _cause(scope, verdict)
    there = base.Base()
    if cause != "workflow":
        was_red = scope.run.wait is Wait.BASE_RED
        there = await base.compare(scope.github, seen, found.failed, was_red=was_red)
    was_green, tried = await world.database.read(lambda db: _before(db, scope, seen.head_sha))
    told = failure.in_words(found.failed)
    red = signals.CiFailed(
        sha=seen.head_sha,
        signature=failure.signature(found.failed),
        summary=_mend(verdict) if cause == "workflow" else f"{verdict.why}\n{told}".strip(),
        red_on_base=there.red,
        base_mended=there.mended,
        can_rerun=any(run.conclusion in MAY_RUN_AGAIN for run in asked.checks.workflow_runs),
        tries=found.tries,
        cause="flaky" if cause == "code" and was_green else cause,
        tried=tried,
    )
    return Red(red, found.failed)


def _cause(scope: Scope, verdict: Verdict) -> Literal["code", "timeout", "workflow"]:
    if verdict.failed or verdict.statuses:
        ran_out = [run.conclusion == "timed_out" for run in verdict.failed]
        return "timeout" if all(ran_out) and not verdict.statuses and not verdict.unexplained else "code"
    protected = policy.matcher(scope.config.protect)
    paths = [run.path for run in verdict.unexplained if run.conclusion == "startup_failure"]
    may_not = paths and all(path is not None and protected.match_file(path) for path in paths)
    return "workflow" if may_not and len(paths) == len(verdict.unexplained) else "code"


def _mend(verdict: Verdict) -> str:
    paths = ", ".join(sorted({run.path or run.name or "a workflow" for run in verdict.unexplained}))
    return f"GitHub could not run {paths}. dursor may not change protected files, so a person has to mend it."


def _before(db: Connection, scope: Scope, sha: str) -> tuple[bool, str]:
    """Whether CI was green at this commit before, and a line for each of the last fixes of CI."""
    told = audit.of_run(db, scope.run.id)
    was_green = any(row["action"] == "CiPassed" and f"sha={sha}" in (row["input_summary"] or "") for row in told)
    fixes = [row for row in runs.of_task(db, scope.task["id"]) if row["work"] == Work.CI]
    lines = [
        f"- {(row['commit_sha'] or 'no commit')[:10]}: {(row['error'] or row['summary'] or row['status'])[:200]}"
        for row in fixes[-_TRIED:]
    ]
    return was_green, "\n".join(lines)
