"""Workflow runs, their jobs and logs, and running failed ones again."""

from __future__ import annotations

import secrets

from app.localhub import git_compare
from app.localhub.actions import workflows
from app.localhub.rest import routing
from app.localhub.rest.routing import Answer, Call
from app.localhub.shapes import workflows as shapes
from app.localhub.state import checks

LINK_SECONDS = 60
ROUTES = routing.Table()


@ROUTES.on("GET /repos/{owner}/{repo}/actions/runs", "actions/list-workflow-runs-for-repo", "actions=read")
async def runs(call: Call) -> Answer:
    found = list(reversed(call.home.workflow_runs))
    for name in ("head_sha", "event"):
        if wanted := call.query.get(name):
            found = [run for run in found if getattr(run, name) == wanted]
    if branch := call.query.get("branch"):
        found = [run for run in found if run.head_branch == branch]
    if status := call.query.get("status"):
        found = [run for run in found if status in (run.status, run.conclusion)]
    repo = call.hub.git(call.home)
    heads = {run.head_sha: await git_compare.commit(repo, run.head_sha) for run in found}
    return routing.paged(call, found, lambda run: shapes.run(call.hub, run, heads[run.head_sha]), "workflow_runs")


@ROUTES.on("GET /repos/{owner}/{repo}/actions/runs/{run_id}", "actions/get-workflow-run", "actions=read")
async def get_run(call: Call) -> Answer:
    run = _run(call)
    head = await git_compare.commit(call.hub.git(call.home), run.head_sha)
    return Answer(shapes.run(call.hub, run, head))


@ROUTES.on("GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs", "actions/list-jobs-for-workflow-run", "actions=read")
async def jobs(call: Call) -> Answer:
    """`filter=latest` shows the newest attempt of each job, `all` every one."""
    found = _run(call).jobs
    if call.query.get("filter", "latest") == "latest":
        found = [job for job in found if not job.check.superseded]
    return routing.paged(call, found, lambda job: shapes.job(call.hub, job), "jobs")


@ROUTES.on("GET /repos/{owner}/{repo}/actions/jobs/{job_id}", "actions/get-job-for-workflow-run", "actions=read")
async def get_job(call: Call) -> Answer:
    return Answer(shapes.job(call.hub, _job(call)))


@ROUTES.on(
    "GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs",
    "actions/download-job-logs-for-workflow-run",
    "actions=read",
)
async def logs(call: Call) -> Answer:
    """A redirect to a file that needs no credentials and lives a minute; 404 until the job is done."""
    job = _job(call)
    if job.log is None:
        raise routing.not_found()
    name = secrets.token_urlsafe(24)
    ends = call.hub.clock.now().timestamp() + LINK_SECONDS
    call.hub.links[name] = (ends, job.log)
    return Answer(status=302, headers={"location": f"{call.hub.origin}/_logs/{name}"})


@ROUTES.on(
    "POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs",
    "actions/re-run-workflow-failed-jobs",
    "actions=write",
)
async def rerun_failed(call: Call) -> Answer:
    run = _run(call)
    if run.status != "completed":
        raise routing.ApiError(403, "This workflow run cannot be retried while it is running")
    await workflows.rerun_failed(call.hub, run, call.actor)
    return Answer({}, 201)


@ROUTES.on("POST /repos/{owner}/{repo}/actions/runs/{run_id}/approve", "actions/approve-workflow-run", "actions=write")
async def approve(call: Call) -> Answer:
    """Let a run from a fork start that waits for a maintainer."""
    run = _run(call)
    if run.conclusion != "action_required":
        raise routing.ApiError(403, "This run is not from a fork pull request")
    await workflows.rerun_failed(call.hub, run, call.actor)
    return Answer({}, 201)


def _run(call: Call) -> checks.WorkflowRun:
    number = call.number("run_id")
    for run in call.home.workflow_runs:
        if run.id == number:
            return run
    raise routing.not_found()


def _job(call: Call) -> checks.Job:
    number = call.number("job_id")
    for run in call.home.workflow_runs:
        for job in run.jobs:
            if job.check.id == number:
                return job
    raise routing.not_found()
