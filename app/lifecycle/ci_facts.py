"""Everything reported about one commit, sorted into what is red, pending, blocked, unclear and missing.

What counts as success, and why a suite without runs or an empty combined status says nothing:
docs.github.com, "About status checks" and "Troubleshooting required status checks".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.lifecycle.checks import BranchRules, CheckRun, Checks, WorkflowRun


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the facts, whose they are, and how long the commit has been there, in seconds."""

    checks: Checks
    rules: BranchRules
    our_app_id: int | None
    age: float
    settle: float
    has_conflict: bool = False
    ignore: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


@dataclass(slots=True)
class Facts:
    """The names of the reports by what they say; `results` has each with its conclusion, `failed` the red runs."""

    results: dict[str, str]
    red: list[str]
    pending: list[str]
    blocked: list[str]
    unclear: list[str]
    missing: list[str]
    failed: list[CheckRun]


_RED = {"failure", "timed_out", "startup_failure"}
_GOOD = {"success", "neutral", "skipped"}
_NO_ANSWER = {"cancelled", "stale"}


def gather(question: Question) -> Facts:
    """Sort the reports. Unknown words of GitHub's are never success."""
    facts = Facts({}, [], [], [], [], [], [])
    ignored = _ignored(question)
    outdone = _outdone(question.checks.workflow_runs)
    runs = [run for run in _latest(question.checks.runs) if _counts(run, question, ignored, outdone)]
    for run in runs:
        _sort_in(facts, run.name, run.conclusion if run.status == "completed" else _UNFINISHED.get(run.status))
        if run.status == "completed" and run.conclusion in _RED:
            facts.failed.append(run)
    for status in question.checks.statuses:
        if status.context.casefold() not in ignored:
            _sort_in(facts, status.context, _STATES.get(status.state))
    _hidden_jobs(facts, question, runs)
    for workflow in question.checks.workflow_runs:
        if (workflow.name or "").casefold() not in ignored and workflow.id not in outdone:
            _of_workflow(facts, workflow, question)
    facts.missing = [context for context in _required(question) if not _reported(context, question)]
    return facts


_STATES = {"success": "success", "failure": "failure", "error": "failure"}
_UNFINISHED = {"waiting": "action_required"}  # for a person to approve the deployment; all others go on by themselves


def _sort_in(facts: Facts, name: str, conclusion: str | None) -> None:
    """One report into its heap. Of two with one name (two workflows, two events) the worse one shows."""
    shown = facts.results.get(name)
    if shown is None or shown in _GOOD or (conclusion in _RED):
        facts.results[name] = conclusion or "pending"
    if conclusion is None:
        facts.pending.append(name)
    elif conclusion in _RED:
        facts.red.append(name)
    elif conclusion == "action_required":
        facts.blocked.append(name)
    elif conclusion not in _GOOD:
        facts.unclear.append(name)


def _hidden_jobs(facts: Facts, question: Question, runs: Sequence[CheckRun]) -> None:
    """Jobs behind `needs:` have no check run yet; what tells is their suite, which has others and is not done."""
    begun = {run.suite_id for run in runs} - {run.suite_id for run in runs if run.status in _UNFINISHED}
    for suite in question.checks.suites:
        if suite.app_id != question.our_app_id and suite.id in begun and suite.status not in {"completed", None}:
            facts.pending.append("jobs that are not there yet")


def _of_workflow(facts: Facts, workflow: WorkflowRun, question: Question) -> None:
    """Workflows that wait for a person, never began or were cancelled first have no check run that says so."""
    name = workflow.name or workflow.path or "workflow"
    if workflow.status in {"action_required", "waiting"}:
        facts.blocked.append(name)
    elif workflow.status not in {"completed", None}:
        facts.pending.append(name)
    elif workflow.conclusion == "action_required":
        facts.blocked.append(name)
    elif workflow.conclusion in _NO_ANSWER:
        facts.unclear.append(name)
    elif workflow.conclusion in _RED and not any(run.conclusion in _RED for run in question.checks.runs):
        facts.red.append(name)


def _latest(runs: Iterable[CheckRun]) -> list[CheckRun]:
    """The newest run of each name in each suite of each app."""
    newest: dict[tuple[int | None, int | None, str], CheckRun] = {}
    for run in sorted(runs, key=lambda run: (run.started_at or "", run.id)):
        newest[run.app_id, run.suite_id, run.name] = run
    return list(newest.values())


def _outdone(workflow_runs: Sequence[WorkflowRun]) -> set[int]:
    """Cancelled workflow runs that gave way to a newer one of the same file and event at the same commit."""
    newest: dict[tuple[str, str], int] = {}
    for run in workflow_runs:
        if run.path is not None:
            newest[run.path, run.event] = max(run.id, newest.get((run.path, run.event), 0))
    cancelled = [run for run in workflow_runs if run.conclusion in _NO_ANSWER and run.path is not None]
    return {run.id for run in cancelled if run.id < newest[run.path or "", run.event]}


_OF_WORKFLOW = re.compile(r"/actions/runs/(\d{1,20})/")


def _counts(run: CheckRun, question: Question, ignored: set[str], outdone: set[int]) -> bool:
    if (run.app_id is not None and run.app_id == question.our_app_id) or run.name.casefold() in ignored:
        return False
    workflow = _OF_WORKFLOW.search(run.details_url or run.html_url or "")
    gave_way = workflow is not None and int(workflow[1]) in outdone
    return not (gave_way and run.conclusion in {*_NO_ANSWER, "skipped"})


def _ignored(question: Question) -> set[str]:
    """What the configuration leaves out; what the branch requires cannot be left out."""
    demanded = {required.context.casefold() for required in question.rules.required}
    return {name.casefold() for name in question.ignore} - demanded


def _required(question: Question) -> list[str]:
    return list(dict.fromkeys([*(required.context for required in question.rules.required), *question.required]))


def _reported(context: str, question: Question) -> bool:
    """Whether everything that must report under this name did, from the app that must. Ours is there when it is."""
    wanted = [required.app_id for required in question.rules.required if required.context == context] or [None]
    statuses = {status.context.casefold() for status in question.checks.statuses}
    for app_id in wanted:
        by_run = any(run.name == context and app_id in {None, run.app_id} for run in question.checks.runs)
        if not by_run and not (app_id is None and context.casefold() in statuses) and app_id != question.our_app_id:
            return False
    return True
