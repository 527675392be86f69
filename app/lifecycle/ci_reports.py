"""Which of the reports about one commit still speak: the newest of each, in place of those that gave way to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app.lifecycle.checks import CheckRun, CommitStatus, WorkflowRun

NO_ANSWER = frozenset({"cancelled", "stale"})
"""Conclusions that say nothing about the code."""

_ADDRESS = re.compile(r"/actions/runs/(\d{1,20})/")


def latest(runs: Iterable[CheckRun]) -> list[CheckRun]:
    """The newest run of each name in each suite of each app; one that is queued again has no start yet."""
    newest: dict[tuple[int | None, int | None, str], CheckRun] = {}
    for run in sorted(runs, key=lambda run: (run.started_at or ("" if run.status == "completed" else "~"), run.id)):
        newest[run.app_id, run.suite_id, run.name] = run
    return list(newest.values())


def latest_statuses(statuses: Iterable[CommitStatus]) -> list[CommitStatus]:
    """The newest status of each context, whose case does not matter; of equally new ones all."""
    newest: dict[str, list[CommitStatus]] = {}
    for status in statuses:
        known = newest.setdefault(status.context.casefold(), [])
        age = (status.updated_at or "") if not known else (known[0].updated_at or "")
        if (status.updated_at or "") > age:
            known.clear()
        if (status.updated_at or "") >= age:
            known.append(status)
    return [status for group in newest.values() for status in group]


def gave_way(workflow_runs: Sequence[WorkflowRun]) -> set[int]:
    """Cancelled workflow runs that gave way to a newer one of the same file and event at the same commit."""
    newest: dict[tuple[str, str], int] = {}
    for run in workflow_runs:
        if run.path is not None and run.conclusion != "skipped":  # one that was skipped tested nothing in its place
            newest[run.path, run.event] = max(run.id, newest.get((run.path, run.event), 0))
    cancelled = [run for run in workflow_runs if run.conclusion in NO_ANSWER and run.path is not None]
    return {run.id for run in cancelled if run.id < newest[run.path or "", run.event]}


def workflow_of(run: CheckRun) -> int | None:
    """The workflow run that a check run of Actions belongs to."""
    found = _ADDRESS.search(run.details_url or run.html_url or "")
    return int(found[1]) if found else None
