"""What GitHub reports about a commit, built short: check runs, suites, statuses, workflow runs, and the question."""

from __future__ import annotations

from typing import Any

from app.lifecycle.checks import BranchRules, CheckRun, Checks, CheckSuite, CommitStatus, Required, WorkflowRun
from app.lifecycle.ci_verdict import Question

OURS, ACTIONS, OTHER = 1, 15368, 77


def run(name: str, conclusion: str | None = "success", **fields: Any) -> CheckRun:
    """A check run of GitHub Actions in suite 1; one without a conclusion is in progress."""
    values: dict[str, Any] = {
        "id": fields.pop("id", 100), "name": name, "status": "completed" if conclusion else "in_progress",
        "conclusion": conclusion, "app_id": ACTIONS, "suite_id": 1, "started_at": "2026-01-01T00:00:00Z",
        "completed_at": None, "html_url": None, "details_url": None, "title": None, "summary": None,
        "external_id": None,
    }  # fmt: skip
    return CheckRun(**(values | fields))


def of_workflow(name: str, conclusion: str | None, workflow: int, **fields: Any) -> CheckRun:
    """A check run that says which run of a workflow it belongs to."""
    url = f"https://github.example/o/r/actions/runs/{workflow}/job/{workflow}5"
    return run(name, conclusion, details_url=url, suite_id=workflow, **fields)


def suite(number: int = 1, status: str = "completed", app_id: int = ACTIONS, runs: int = 1) -> CheckSuite:
    """A check suite of GitHub Actions."""
    return CheckSuite(number, app_id, status, None, runs)


def status(context: str, state: str = "success", updated_at: str | None = None) -> CommitStatus:
    """A commit status."""
    return CommitStatus(context, state, None, None, updated_at)


def workflow(conclusion: str | None, state: str = "completed", **fields: Any) -> WorkflowRun:
    """A run of a workflow for a pull request."""
    values: dict[str, Any] = {
        "id": 9, "name": "CI", "event": "pull_request", "status": state, "conclusion": conclusion, "attempt": 1,
        "path": ".github/workflows/ci.yml", "html_url": None,
    }  # fmt: skip
    return WorkflowRun(**(values | fields))


def asked(*reports: CheckRun | CheckSuite | CommitStatus | WorkflowRun, **fields: Any) -> Question:
    """The question about a commit that has been there for ten minutes. `demands` are the branch's rules."""
    demands = tuple(Required(*pair) for pair in fields.pop("demands", ()))
    checks = Checks(
        runs=tuple(report for report in reports if isinstance(report, CheckRun)),
        suites=tuple(report for report in reports if isinstance(report, CheckSuite)),
        statuses=tuple(report for report in reports if isinstance(report, CommitStatus)),
        workflow_runs=tuple(report for report in reports if isinstance(report, WorkflowRun)),
    )
    values: dict[str, Any] = {"rules": BranchRules(required=demands), "our_app_id": OURS, "age": 600.0, "settle": 60.0}
    return Question(checks=checks, **(values | fields))
