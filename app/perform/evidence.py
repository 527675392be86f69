"""Why CI is red: for each failed check its step, its annotations and the telling part of its log."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from app import redact
from app.errors import Refused
from app.github import checks, logs, picture
from app.github import repository as repositories
from app.lifecycle import failure
from app.lifecycle.checks import CheckRun, Checks
from app.lifecycle.ci_verdict import Verdict

MAX_CHECKS = 10
MAX_ANNOTATIONS = 20
_RED = {"failure", "timed_out", "startup_failure"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What failed; `tries` is the highest attempt among the jobs of Actions, None where there are none."""

    failed: tuple[failure.FailedCheck, ...]
    tries: int | None


NOTHING = Evidence((), None)


async def of_failed(github: repositories.Repository, verdict: Verdict, reported: Checks) -> Evidence:
    """The evidence of at most ten failed checks; statuses and workflows that never began have only their name."""
    jobs = await _jobs(github, reported)
    explained = [await _explain(github, run, jobs.get(run.id)) for run in verdict.failed[:MAX_CHECKS]]
    known = {run.name for run in verdict.failed}
    others = [failure.FailedCheck(name, "failure") for name in verdict.names if name not in known]
    tries = max((job.attempt for job in jobs.values()), default=None)
    return Evidence((*explained, *others[: MAX_CHECKS - len(explained)]), tries)


async def red_on_base(
    github: repositories.Repository, pull: picture.Picture, failed: tuple[failure.FailedCheck, ...]
) -> str | None:
    """A sentence when each failure is there on the base commit too, with the same signature; None otherwise."""
    base = await checks.runs_at(github, pull.base_sha)
    red = {run.name: run for run in base if run.status == "completed" and run.conclusion in _RED}
    if not failed or not all(check.name in red for check in failed):
        return None
    jobs = await _jobs(github, await checks.at(github, pull.base_sha))
    for check in failed:
        run = red[check.name]
        there = await _explain(github, run, jobs.get(run.id))
        if failure.signature([there]) != failure.signature([check]):
            return None
    names = ", ".join(check.name for check in failed)
    return f"{names} is red on {pull.base_ref} since {pull.base_sha[:10]} too: not this pull request's doing."


async def _jobs(github: repositories.Repository, reported: Checks) -> dict[int, logs.Job]:
    """The jobs of GitHub Actions behind check runs, by check run id."""
    found: dict[int, logs.Job] = {}
    for workflow in reported.workflow_runs:
        if workflow.conclusion in _RED:
            found |= {job.check_run_id or job.id: job for job in await logs.jobs(github, workflow.id)}
    return found


async def _explain(github: repositories.Repository, run: CheckRun, job: logs.Job | None) -> failure.FailedCheck:
    try:
        remarks = await checks.annotations(github, run.id)
    except Refused:
        remarks = []
    told = [
        f"{remark.path}:{remark.start_line}: {remark.message}"[:1000]
        for remark in remarks[:MAX_ANNOTATIONS]
        if remark.level == "failure"
    ]
    log: str | None = None
    if job is not None:
        try:
            log = await logs.job_log(github, job.id)
        except Refused:
            log = None
    step = next((step.name for step in job.steps if step.conclusion in _RED), None) if job else None
    lines = await asyncio.to_thread(_clean, log) if log else tuple((run.summary or "").splitlines()[:20])
    return failure.FailedCheck(
        run.name, run.conclusion or "failure", step, tuple(redact.text(line) for line in told), lines
    )


def _clean(log: str) -> tuple[str, ...]:
    return tuple(redact.text(line) for line in failure.excerpt(log))
