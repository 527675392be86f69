"""Why CI is red: for each failed check its step, what its tools say failed, its annotations and the end of its log."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app import redact
from app.errors import RateLimited, Refused, TooEarly, Transient
from app.github import checks, logs
from app.github import repository as repositories
from app.lifecycle import failure, failure_log, failure_rows
from app.lifecycle.checks import CheckRun, Checks, CommitStatus, WorkflowRun
from app.lifecycle.ci_verdict import Verdict
from app.lifecycle.failure_noise import job_of, relative
from app.prompts import seen

MAX_CHECKS = 10
MAX_LEGS = 3
"""How many legs of one matrix are read that failed at the same step; the others are only named."""

MAX_NAMED = 20
MAX_ANNOTATIONS = 20
MAX_REPORT_LINES = 40
RED = frozenset({"failure", "timed_out", "startup_failure"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """What failed; `tries` is the highest attempt among the jobs of Actions, None where there are none."""

    failed: tuple[failure.FailedCheck, ...]
    tries: int | None


NOTHING = Evidence((), None)


async def of_failed(github: repositories.Repository, verdict: Verdict, reported: Checks) -> Evidence:
    """The evidence of what is red: at most ten checks are read, and what failed in the same way is told once."""
    jobs = await _jobs(github, reported)
    read = await explain(github, verdict.failed, jobs)
    read += [_of_status(status) for status in verdict.statuses]
    read += [_of_workflow(workflow) for workflow in verdict.unexplained]
    tries = max((job.attempt for job in jobs.values()), default=None)
    return Evidence(failure.merged(read)[:MAX_NAMED], tries)


async def of_named(
    github: repositories.Repository, names: set[str], reported: Checks
) -> tuple[failure.FailedCheck, ...]:
    """The same for the red ones among a commit's checks and statuses that have these names."""
    red = [run for run in reported.runs if run.name in names and run.conclusion in RED and run.status == "completed"]
    read = await explain(github, red, await _jobs(github, reported))
    read += [
        _of_status(status)
        for status in reported.statuses
        if status.context in names and status.state in {"failure", "error"}
    ]
    return failure.merged(read)


async def explain(
    github: repositories.Repository, failed: Sequence[CheckRun], jobs: dict[int, logs.Job]
) -> list[failure.FailedCheck]:
    """One for each check run that is read; legs of a matrix that are not are named at one that is."""
    groups: dict[tuple[str, str | None], list[CheckRun]] = {}
    for run in failed:
        groups.setdefault((job_of(run.name), _step(jobs.get(run.id))), []).append(run)
    first = [legs[0] for legs in groups.values()]
    more = [leg for legs in groups.values() for leg in legs[1:MAX_LEGS]]
    told = {run.id: await _explain(github, run, jobs.get(run.id)) for run in [*first, *more][:MAX_CHECKS]}
    for legs in groups.values():
        unread = tuple(leg.name for leg in legs[1:] if leg.id not in told)
        known = told.get(legs[0].id) or failure.FailedCheck(legs[0].name, legs[0].conclusion or "failure")
        told[legs[0].id] = replace(known, also=unread)
    return list(told.values())


async def _jobs(github: repositories.Repository, reported: Checks) -> dict[int, logs.Job]:
    """The jobs of GitHub Actions behind check runs, by check run id."""
    found: dict[int, logs.Job] = {}
    for workflow in reported.workflow_runs:
        if workflow.conclusion in RED:
            found |= {job.check_run_id or job.id: job for job in await logs.jobs(github, workflow.id)}
    return found


async def _explain(github: repositories.Repository, run: CheckRun, job: logs.Job | None) -> failure.FailedCheck:
    log = await _log(github, job) if job else None
    lines = await asyncio.to_thread(failure_log.failing_lines, log) if log else []
    rows = await asyncio.to_thread(failure_rows.recognise, lines)
    remarks = await _remarks(github, run) if not rows else []
    if not lines:
        lines = await _report(github, run, said=bool(remarks))
        rows = failure_rows.recognise(lines)
    placed = [_row(remark) for remark in remarks if remark.path not in {"", ".github"}]
    told = tuple(redact.text(f"{remark.path}:{remark.start_line}: {remark.message}"[:1000]) for remark in remarks)
    return failure.FailedCheck(
        run.name,
        run.conclusion or "failure",
        _step(job),
        told,
        tuple(redact.text(line) for line in failure_log.excerpt(lines)),
        failure.distinct([*rows, *placed], failure_rows.MAX_ROWS),
        url=run.html_url,
    )


async def _log(github: repositories.Repository, job: logs.Job) -> str | None:
    """A job's log; None when it is gone, or cannot be had twice in a row: a fix can do without."""
    for _ in range(2):
        try:
            return await logs.job_log(github, job.id)
        except Refused:
            return None
        except (RateLimited, TooEarly):
            raise
        except Transient:
            continue
    return None


async def _remarks(github: repositories.Repository, run: CheckRun) -> list[checks.Remark]:
    try:
        found = await checks.annotations(github, run.id)
    except Refused:
        return []
    return [remark for remark in found[:MAX_ANNOTATIONS] if remark.level == "failure"]


async def _report(github: repositories.Repository, run: CheckRun, *, said: bool) -> list[str]:
    """What an app that is not Actions wrote into its check run: title, summary, and the text where that is needed."""
    if not said and run.text is None:
        try:
            run = await checks.run(github, run.id)
        except Refused:
            said = True
    told = "\n".join(part for part in (run.title, run.summary, run.text) if part)
    return [line for line in failure_log.failing_lines(seen.rendered(told)) if line][:MAX_REPORT_LINES]


def _of_status(status: CommitStatus) -> failure.FailedCheck:
    """A status says a sentence and where to look; the address is a stranger's and never fetched."""
    told = (redact.text(status.description),) if status.description else ()
    return failure.FailedCheck(status.context, status.state, annotations=told, url=status.target_url)


def _of_workflow(workflow: WorkflowRun) -> failure.FailedCheck:
    name = workflow.name or workflow.path or "workflow"
    told = f"{workflow.path or name}: GitHub could not run this workflow; the file itself is the suspect"
    return failure.FailedCheck(name, workflow.conclusion or "failure", annotations=(told,), url=workflow.html_url)


def _row(remark: checks.Remark) -> failure.Failure:
    message = redact.text(remark.message.strip()[: failure_rows.MESSAGE_LENGTH]) or "failed"
    return failure.Failure(relative(remark.path)[: failure_rows.MESSAGE_LENGTH], message, remark.start_line)


def _step(job: logs.Job | None) -> str | None:
    return next((step.name for step in job.steps if step.conclusion in RED), None) if job else None
