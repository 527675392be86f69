"""Runs a workflow for real: its jobs side by side, each in a checkout of its own, with results as of Actions.

The scripts run with the rights of this process: this is for repositories that tests and the demo made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from app.localhub import ci_job, ci_workflow

InvalidWorkflow = ci_workflow.InvalidWorkflow
Workflow = ci_workflow.Workflow
JobResult = ci_job.JobResult
load = ci_workflow.load

Started = Callable[[ci_workflow.Job, datetime], Awaitable[None]]
Finished = Callable[[JobResult], Awaitable[None]]


async def _unwatched(*_: object) -> None:
    """Nobody wants to know."""


async def run(
    workflow: Workflow,
    checkout: Path,
    env: Mapping[str, str],
    *,
    slots: asyncio.Semaphore,
    on_job_started: Started = _unwatched,
    on_job_finished: Finished = _unwatched,
    kept: Mapping[str, JobResult] | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[JobResult]:
    """Run every job on its own copy of the directory `checkout`; results in the order of `workflow.jobs`.

    `env` is all that the scripts see of the outside; it must hold PATH. `slots` bounds how many jobs run at
    once. `kept` are results of an earlier attempt, by job id, which stand unless a job they need runs again;
    nothing is called for them. Skipped jobs are finished without being started. When this is cancelled,
    unfinished jobs are finished as `cancelled` and leave no process behind.
    """
    standing = _standing(workflow, kept or {})
    tasks: dict[str, asyncio.Task[JobResult]] = {}

    async def attempt(run: ci_job.Run) -> str:
        if run.job.needs:
            await asyncio.wait([tasks[need] for need in run.job.needs])
        if not _may_run(run.job, workflow, tasks):
            return "skipped"
        async with slots:
            await on_job_started(run.job, clock())
            return await run.run(checkout, env)

    async def finish(job: ci_workflow.Job) -> JobResult:
        if job.id in standing:
            return standing[job.id]
        run = ci_job.Run(job, clock)
        try:
            result = run.result(await attempt(run))
        except asyncio.CancelledError:
            await on_job_finished(run.result("cancelled"))
            raise
        await on_job_finished(result)
        return result

    async with asyncio.TaskGroup() as group:
        for job in workflow.jobs:
            tasks[job.id] = group.create_task(finish(job))
    return [tasks[job.id].result() for job in workflow.jobs]


def _standing(workflow: Workflow, kept: Mapping[str, JobResult]) -> dict[str, JobResult]:
    standing: dict[str, JobResult] = {}
    for job in workflow.jobs:
        if job.id in kept and all(need in standing for need in job.needs):
            standing[job.id] = kept[job.id]
    return standing


def _may_run(job: ci_workflow.Job, workflow: Workflow, tasks: Mapping[str, asyncio.Task[JobResult]]) -> bool:
    """Whether the job's condition holds, now that all jobs before it have ended."""
    before = set(job.needs)
    for other in reversed(workflow.jobs):
        if other.id in before:
            before |= set(other.needs)
    failed = any(tasks[id_].result().conclusion in ("failure", "timed_out") for id_ in before)
    succeeded = all(tasks[need].result().conclusion == "success" for need in job.needs)
    return ci_job.holds(job.condition, succeeded=succeeded, failed=failed)
