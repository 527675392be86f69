"""Everything reported about one commit, sorted into what is red, pending, blocked, unclear and missing.

What counts as success, and why a suite without runs or an empty combined status says nothing:
docs.github.com, "About status checks" and "Troubleshooting required status checks".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.lifecycle.checks import BranchRules, CheckRun, Checks, CommitStatus, WorkflowRun
from app.lifecycle.ci_reports import NO_ANSWER, gave_way, latest, latest_statuses, workflow_of


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the facts, whose they are, and how long the commit has been there, in seconds.

    `has_conflict` is None while GitHub still works it out.
    """

    checks: Checks
    rules: BranchRules
    our_app_id: int | None
    age: float
    settle: float
    has_conflict: bool | None = False
    ignore: tuple[str, ...] = ()
    required: tuple[str, ...] = ()


@dataclass(slots=True)
class Facts:
    """The names of the reports by what they say; `results` has each with its conclusion.

    `failed` and `failed_statuses` are what is red, `unexplained` the red workflow runs of which no check run is.
    """

    results: dict[str, str]
    red: list[str]
    pending: list[str]
    blocked: list[str]
    unclear: list[str]
    missing: list[str]
    failed: list[CheckRun]
    failed_statuses: list[CommitStatus] = field(default_factory=list)
    unexplained: list[WorkflowRun] = field(default_factory=list)


_RED = {"failure", "timed_out", "startup_failure"}
_GOOD = {"success", "neutral", "skipped"}
_STATES = {"success": "success", "failure": "failure", "error": "failure"}
_UNFINISHED = {"waiting": "action_required"}  # for a person to approve the deployment; all others go on by themselves
_ELSEWHERE = {"merge_group"}  # these test a commit of the merge queue, whatever commit they are listed at


def gather(question: Question) -> Facts:
    """Sort the reports. Unknown words of GitHub's are never success."""
    facts = Facts({}, [], [], [], [], [], [])
    ignored = _ignored(question)
    workflows = [run for run in question.checks.workflow_runs if run.event not in _ELSEWHERE]
    left_out = {run.id for run in question.checks.workflow_runs if run.event in _ELSEWHERE}
    outdone = gave_way(workflows)
    head = [run for run in question.checks.runs if not _is_ours(run, question) and workflow_of(run) not in left_out]
    runs = [run for run in latest(head) if _counts(run, ignored, outdone)]
    for run in runs:
        _sort_in(facts, run.name, run.conclusion if run.status == "completed" else _UNFINISHED.get(run.status))
        if run.status == "completed" and run.conclusion in _RED:
            facts.failed.append(run)
    for status in latest_statuses(question.checks.statuses):
        if status.context.casefold() not in ignored:
            state = _STATES.get(status.state)
            _sort_in(facts, status.context, state)
            facts.failed_statuses += [status] if state == "failure" else []
    _hidden_jobs(facts, question, runs)
    explained = {workflow_of(run) for run in head if run.conclusion in _RED} - {None}
    by_any = any(workflow_of(run) is None for run in facts.failed)  # it does not say whose it is
    for workflow in workflows:
        if (workflow.name or "").casefold() not in ignored and workflow.id not in outdone:
            _of_workflow(facts, workflow, is_explained=by_any or workflow.id in explained)
    facts.missing = [context for context in _required(question) if not _reported(context, question, head)]
    return facts


def _sort_in(facts: Facts, name: str, conclusion: str | None) -> None:
    """One report into its heap. Of two with one name (two workflows, two events) the worse one shows."""
    heap, gravity = _heap(facts, conclusion)
    shown = facts.results.get(name)
    worse = max((gravity, conclusion or "pending"), (_heap(facts, _said(shown))[1], shown or ""))
    facts.results[name] = worse[1]
    if heap is not None:
        heap.append(name)


def _heap(facts: Facts, conclusion: str | None) -> tuple[list[str] | None, int]:
    """Where a report goes, and how grave it is: green goes nowhere."""
    if conclusion in _RED:
        return facts.red, 4
    if conclusion is None:
        return facts.pending, 3
    if conclusion == "action_required":
        return facts.blocked, 2
    return (None, 0) if conclusion in _GOOD else (facts.unclear, 1)


def _said(shown: str | None) -> str | None:
    return "success" if shown is None else None if shown == "pending" else shown


def _hidden_jobs(facts: Facts, question: Question, runs: Sequence[CheckRun]) -> None:
    """Jobs behind `needs:` have no check run yet; what tells is their suite, which has others and is not done.

    A suite that counts runs of which none is listed changed between two readings.
    """
    waiting = {run.suite_id for run in runs if run.status in _UNFINISHED}
    counted, listed = {run.suite_id for run in runs}, {run.suite_id for run in question.checks.runs}
    for suite in question.checks.suites:
        begun = suite.id in counted or (suite.runs_count > 0 and suite.id not in listed)
        unfinished = suite.status not in {"completed", None} and suite.id not in waiting
        if suite.app_id != question.our_app_id and begun and unfinished:
            facts.pending.append("jobs that are not there yet")


def _of_workflow(facts: Facts, workflow: WorkflowRun, *, is_explained: bool) -> None:
    """Workflows that wait for a person, never began or were cancelled first have no check run that says so."""
    name = workflow.name or workflow.path or "workflow"
    if workflow.status in {"action_required", "waiting"}:
        facts.blocked.append(name)
    elif workflow.status not in {"completed", None}:
        facts.pending.append(name)
    elif workflow.conclusion == "action_required":
        facts.blocked.append(name)
    elif workflow.conclusion in NO_ANSWER:
        facts.unclear.append(name)
    elif workflow.conclusion == "startup_failure" or (workflow.conclusion in _RED and not is_explained):
        facts.red.append(name)
        facts.unexplained.append(workflow)


def _is_ours(run: CheckRun, question: Question) -> bool:
    return run.app_id is not None and run.app_id == question.our_app_id


def _counts(run: CheckRun, ignored: set[str], outdone: set[int]) -> bool:
    is_outdone = workflow_of(run) in outdone and run.conclusion in {*NO_ANSWER, "skipped"}
    return run.name.casefold() not in ignored and not is_outdone


def _ignored(question: Question) -> set[str]:
    """What the configuration leaves out; what the branch or the configuration requires cannot be left out."""
    return {name.casefold() for name in question.ignore} - {name.casefold() for name in _required(question)}


def _required(question: Question) -> list[str]:
    return list(dict.fromkeys([*(required.context for required in question.rules.required), *question.required]))


def _reported(context: str, question: Question, head: Sequence[CheckRun]) -> bool:
    """Whether everything that must report under this name did, from the app that must. Ours is there when it is."""
    wanted = [required.app_id for required in question.rules.required if required.context == context] or [None]
    statuses = {status.context.casefold() for status in question.checks.statuses}
    by_status = not statuses.isdisjoint(_as_reported(context.casefold()))
    ours = [run for run in question.checks.runs if _is_ours(run, question)]
    for app_id in wanted:
        by_run = any(run.name == context and app_id in {None, run.app_id} for run in (*head, *ours))
        if not by_run and not (app_id is None and by_status) and app_id != question.our_app_id:
            return False
    return True


def _as_reported(context: str) -> set[str]:
    """Travis reports under the name that is required of it with `/pr` or `/push` behind."""
    return {context, f"{context}/pr", f"{context}/push"} if context == "continuous-integration/travis-ci" else {context}
