"""One workflow run: its suite, its jobs as check runs that come and go, and the events of all that."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from app.localhub import ci, ci_job, ci_workflow, clock, git_compare, git_repo
from app.localhub.actions import checks, events
from app.localhub.shapes import workflows as shapes
from app.localhub.state import checks as records
from app.localhub.state import people, repository, world

ACTIONS = 15368  # the number of the GitHub Actions app on github.com


@dataclasses.dataclass(frozen=True)
class Start:
    """What started a run, and on which commit: `sha` is reported on, `merge_sha` is checked out."""

    event: str
    home: repository.Repository
    source: repository.Repository
    branch: str
    sha: str
    merge_sha: str
    title: str
    who: people.User
    waits: bool = False


def new(hub: world.World, what: Start, path: str, name: str) -> records.WorkflowRun:
    """A run that is queued, with a suite of its own."""
    home, now = what.home, hub.now()
    workflow = home.workflows.setdefault(path, records.Workflow(hub.new_id(), name, path, now))
    workflow.name = name
    branch = what.branch if what.source is home else None
    suite = checks.new_suite(hub, home, hub.apps[ACTIONS], what.sha, branch)
    run = records.WorkflowRun(
        id=hub.new_id(),
        number=1 + sum(1 for run in home.workflow_runs if run.workflow is workflow),
        repository=home,
        head_repository=what.source,
        workflow=workflow,
        suite=suite,
        event=what.event,
        head_sha=what.sha,
        head_branch=what.branch,
        title=what.title,
        actor=what.who,
        created_at=now,
        updated_at=now,
        started_at=now,
        merge_sha=what.merge_sha,
    )
    home.workflow_runs.append(run)
    return run


async def refuse(hub: world.World, what: Start, path: str, conclusion: str, name: str = "") -> None:
    """A run that ends before it has a job: a broken file, or a stranger who waits for a maintainer."""
    run = new(hub, what, path, name or path)
    run.status, run.conclusion = "completed", conclusion
    run.suite.status, run.suite.conclusion = "completed", conclusion
    for action in ("requested", "completed"):
        await _send(hub, action, run)


def again(hub: world.World, run: records.WorkflowRun) -> None:
    """Make room for a new attempt: what did not succeed gives way."""
    for job in run.jobs:
        if job.check.conclusion not in records.PASSING or job.check.conclusion == "skipped":
            job.check.superseded = True
    run.results = {key: one for key, one in run.results.items() if one.conclusion in ("success", "neutral")}
    run.attempt += 1
    run.status, run.conclusion, run.started_at = "queued", None, hub.now()


async def execute(hub: world.World, run: records.WorkflowRun, workflow: ci_workflow.Workflow, who: people.User) -> None:
    """Run every job for real; cancelled, what is not done ends as `cancelled`."""
    run.suite.holds = 1
    await _send(hub, "requested", run)
    jobs: dict[str, records.Job] = {}
    for job in workflow.jobs:
        if not job.needs and job.id not in run.results:
            jobs[job.id] = await _queued(hub, run, job.id, job.name, who)

    async def started(job: ci_workflow.Job, at: datetime) -> None:
        if run.status == "queued":
            await _change(hub, run, "in_progress")
        if job.id not in jobs:
            jobs[job.id] = await _queued(hub, run, job.id, job.name, who)
        change = checks.Change(status="in_progress", started_at=clock.iso(at))
        await checks.update(hub, jobs[job.id].check, change, who)

    async def finished(result: ci_job.JobResult) -> None:
        if result.id not in jobs:
            jobs[result.id] = await _queued(hub, run, result.id, result.name, who)
        run.results[result.id] = result
        await _done(hub, jobs[result.id], result, who)

    with tempfile.TemporaryDirectory(prefix="hub-checkout-") as scratch:
        await git_repo.export(hub.git(run.repository), run.merge_sha, Path(scratch))
        try:
            await ci.run(
                workflow,
                Path(scratch),
                _environment(),
                slots=hub.ci_slots,
                on_job_started=started,
                on_job_finished=finished,
                kept=dict(run.results),
                clock=hub.clock.now,
            )
        except asyncio.CancelledError:
            await _finish(hub, run, who, cancelled=True)
            raise
    await _finish(hub, run, who, cancelled=False)


async def _finish(hub: world.World, run: records.WorkflowRun, who: people.User, *, cancelled: bool) -> None:
    run.suite.holds = 0
    await checks.settle_suite(hub, run.suite, who)
    run.conclusion = "cancelled" if cancelled else run.suite.conclusion
    await _change(hub, run, "completed")


async def _queued(hub: world.World, run: records.WorkflowRun, key: str, name: str, who: people.User) -> records.Job:
    check = await checks.add(hub, run.suite, checks.Change(name=name), who)
    page = f"{hub.origin}/{run.repository.full_name}/actions/runs/{run.id}/job/{check.id}"
    check.details_url = page
    for older in run.jobs:
        older.check.superseded = older.check.superseded or older.key == key
    made = records.Job(run, check, key, run.attempt, hub.now())
    run.jobs.append(made)
    return made


async def _done(hub: world.World, job: records.Job, result: ci_job.JobResult, who: people.User) -> None:
    job.steps = [_step(step) for step in result.steps]
    job.log = result.log
    change = checks.Change(
        conclusion=result.conclusion,
        completed_at=clock.iso(result.completed_at),
        annotations=[dataclasses.asdict(one) for one in result.annotations],
    )
    await checks.update(hub, job.check, change, who)


def _step(step: ci_job.StepResult) -> dict[str, Any]:
    return {
        "name": step.name,
        "status": "completed",
        "conclusion": step.conclusion,
        "number": step.number,
        "started_at": clock.iso(step.started_at),
        "completed_at": clock.iso(step.completed_at),
    }


async def _change(hub: world.World, run: records.WorkflowRun, status: str) -> None:
    run.status, run.updated_at = status, hub.now()
    await _send(hub, status, run)


async def _send(hub: world.World, action: str, run: records.WorkflowRun) -> None:
    head = await git_compare.commit(hub.git(run.repository), run.head_sha)
    parts = {"workflow_run": shapes.run(hub, run, head), "workflow": shapes.workflow(hub, run)}
    events.emit(hub, "workflow_run", action, run.repository, run.actor, parts)


def _environment() -> dict[str, str]:
    """The scripts find the programs of this Python's environment, then those of the machine."""
    return {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])}
