"""Workflow runs and their jobs, as the Actions API shows them."""

from __future__ import annotations

from typing import Any

from app.localhub import git_compare
from app.localhub.shapes import checks, commits, pulls, repositories, users
from app.localhub.state import checks as records
from app.localhub.state import world


def run(hub: world.World, found: records.WorkflowRun, head: git_compare.Commit) -> dict[str, Any]:
    """`workflow-run`."""
    home = repositories.address(hub, found.repository)
    url = f"{home}/actions/runs/{found.id}"
    return {
        "id": found.id,
        "name": found.workflow.name,
        "node_id": users.node_id("WorkflowRun", found.id),
        "head_branch": found.head_branch,
        "head_sha": found.head_sha,
        "path": found.workflow.path,
        "display_title": found.title,
        "run_number": found.number,
        "event": found.event,
        "status": found.status,
        "conclusion": found.conclusion,
        "workflow_id": found.workflow.id,
        "check_suite_id": found.suite.id,
        "check_suite_node_id": users.node_id("CheckSuite", found.suite.id),
        "url": url,
        "html_url": f"{repositories.page(hub, found.repository)}/actions/runs/{found.id}",
        "pull_requests": [pulls.minimal(hub, pull) for pull in checks.pull_requests(hub, found.suite)],
        "created_at": found.created_at,
        "updated_at": found.updated_at,
        "actor": users.simple(hub, found.actor),
        "run_attempt": found.attempt,
        "referenced_workflows": [],
        "run_started_at": found.started_at,
        "triggering_actor": users.simple(hub, found.actor),
        "jobs_url": f"{url}/jobs",
        "logs_url": f"{url}/logs",
        "check_suite_url": f"{home}/check-suites/{found.suite.id}",
        "artifacts_url": f"{url}/artifacts",
        "cancel_url": f"{url}/cancel",
        "rerun_url": f"{url}/rerun",
        "previous_attempt_url": f"{url}/attempts/{found.attempt - 1}" if found.attempt > 1 else None,
        "workflow_url": f"{home}/actions/workflows/{found.workflow.id}",
        "head_commit": commits.simple(head),
        "repository": repositories.minimal(hub, found.repository),
        "head_repository": repositories.minimal(hub, found.head_repository),
    }


def workflow(hub: world.World, found: records.WorkflowRun) -> dict[str, Any]:
    """`webhooks_workflow`: the file behind a run."""
    home = repositories.address(hub, found.repository)
    page = repositories.page(hub, found.repository)
    what = found.workflow
    return {
        "id": what.id,
        "node_id": users.node_id("Workflow", what.id),
        "name": what.name,
        "path": what.path,
        "state": "active",
        "created_at": what.created_at,
        "updated_at": what.created_at,
        "url": f"{home}/actions/workflows/{what.id}",
        "html_url": f"{page}/blob/{found.repository.default_branch}/{what.path}",
        "badge_url": f"{page}/workflows/{what.name}/badge.svg".replace(" ", "%20"),
    }


def job(hub: world.World, found: records.Job) -> dict[str, Any]:
    """`job`: it shares its id with its check run."""
    run, check = found.run, found.check
    home = repositories.address(hub, run.repository)
    started = check.status != "queued"
    page = repositories.page(hub, run.repository)
    return {
        "id": check.id,
        "run_id": run.id,
        "workflow_name": run.workflow.name,
        "head_branch": run.head_branch,
        "run_url": f"{home}/actions/runs/{run.id}",
        "run_attempt": found.attempt,
        "node_id": users.node_id("CheckRun", check.id),
        "head_sha": run.head_sha,
        "url": f"{home}/actions/jobs/{check.id}",
        "html_url": f"{page}/actions/runs/{run.id}/job/{check.id}",
        "status": check.status,
        "conclusion": check.conclusion,
        "created_at": found.created_at,
        "started_at": check.started_at,
        "completed_at": check.completed_at,
        "name": check.name,
        "steps": [dict(step) for step in found.steps],
        "check_run_url": f"{home}/check-runs/{check.id}",
        "labels": ["ubuntu-latest"],
        "runner_id": 1 if started else None,
        "runner_name": "localhub" if started else None,
        "runner_group_id": 1 if started else None,
        "runner_group_name": "Default" if started else None,
    }
