"""Checks: everything reported about a commit, what a branch requires, and dursor's own check run."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from app import errors
from app.github import check_output, rules, shape, urls
from app.github.repository import Repository
from app.lifecycle.checks import BranchRules, CheckRun, Checks, CheckSuite, CommitStatus, WorkflowRun


@dataclass(frozen=True, slots=True)
class Remark:
    """An annotation of a check run; a `path` of ".github" means no file."""

    path: str
    start_line: int | None
    end_line: int | None
    level: str | None
    title: str | None
    message: str


async def at(repo: Repository, sha: str, *, runs: Sequence[CheckRun] | None = None) -> Checks:
    """Everything reported about a commit, read anew: complete, or an error. `runs` are its runs where just read."""
    commit = f"commits/{urls.piece(sha)}"
    async with _together() as group:
        read = group.create_task(runs_at(repo, sha)) if runs is None else None
        suites = group.create_task(repo.everything(f"{commit}/check-suites", "check_suites"))
        statuses = group.create_task(repo.everything(f"{commit}/status", "statuses"))
        workflow_runs = group.create_task(repo.everything("actions/runs", "workflow_runs", head_sha=sha))
    return Checks(
        runs=tuple(read.result() if read is not None else runs or ()),
        suites=tuple(_suite(entry) for entry in suites.result()),
        statuses=tuple(_status(entry) for entry in statuses.result()),
        workflow_runs=tuple(_workflow_run(entry) for entry in workflow_runs.result()),
    )


async def runs_at(repo: Repository, sha: str) -> list[CheckRun]:
    """The latest check runs of a commit, and nothing else about it."""
    found = await repo.everything(f"commits/{urls.piece(sha)}/check-runs", "check_runs", filter="latest")
    return [read_run(entry) for entry in found]


async def required(repo: Repository, branch: str) -> BranchRules:
    """What rulesets and classic protection demand; raises errors.NotFound for a branch that is not there."""
    name = urls.piece(branch)
    async with _together() as group:
        active = group.create_task(repo.everything(f"rules/branches/{name}"))
        found = group.create_task(repo.get(f"branches/{name}"))
    return rules.combine(active.result(), found.result())


async def annotations(repo: Repository, check_run_id: int) -> list[Remark]:
    found = await repo.everything(f"check-runs/{check_run_id}/annotations")
    return [
        Remark(
            path=shape.text_or_none(entry, "path") or "",
            start_line=shape.number_or_none(entry, "start_line"),
            end_line=shape.number_or_none(entry, "end_line"),
            level=shape.text_or_none(entry, "annotation_level"),
            title=shape.text_or_none(entry, "title"),
            message=shape.text_or_none(entry, "message") or "",
        )
        for entry in found
    ]


async def create_run(
    repo: Repository, *, name: str, head_sha: str, external_id: str, report: check_output.Report
) -> CheckRun:
    """Make a check run. errors.Invalid: the commit is not in this repository (a fork's)."""
    data = {"name": name, "head_sha": head_sha, "external_id": external_id}
    made = await repo.write("POST", "check-runs", data | check_output.body(report))
    with shape.after_a_write():
        return read_run(shape.mapping(made, "a check run"))


async def update_run(repo: Repository, check_run_id: int, report: check_output.Report) -> CheckRun:
    """Replace what a check run says. GitHub adds the annotations to those that are there."""
    changed = await repo.write("PATCH", f"check-runs/{check_run_id}", check_output.body(report))
    with shape.after_a_write():
        return read_run(shape.mapping(changed, "a check run"))


async def run(repo: Repository, check_run_id: int) -> CheckRun:
    """One check run as it is now."""
    return read_run(await repo.get(f"check-runs/{check_run_id}"))


async def find_run(repo: Repository, sha: str, external_id: str) -> CheckRun | None:
    """Dursor's own check run of a commit by its external id, the newest."""
    path = f"commits/{urls.piece(sha)}/check-runs"
    found = await repo.everything(path, "check_runs", filter="all", app_id=repo.app.id)
    runs = [run for run in map(read_run, found) if (run.app_id, run.external_id) == (repo.app.id, external_id)]
    return max(runs, key=lambda run: run.id, default=None)


async def rerun_failed(repo: Repository, workflow_run_id: int) -> None:
    """Have Actions run the failed jobs of a workflow run again, and those behind them; under way already is done."""
    try:
        await repo.write("POST", f"actions/runs/{workflow_run_id}/rerun-failed-jobs")
    except errors.Forbidden as refusal:
        if "already running" not in str(refusal):
            raise


def read_run(data: dict[str, Any]) -> CheckRun:
    output = shape.part_or_none(data, "output") or {}
    return CheckRun(
        id=shape.number(data, "id"),
        name=shape.text(data, "name"),
        status=shape.text(data, "status"),
        conclusion=shape.text_or_none(data, "conclusion"),
        app_id=shape.id_of(data, "app"),
        suite_id=shape.id_of(data, "check_suite"),
        started_at=shape.text_or_none(data, "started_at"),
        completed_at=shape.text_or_none(data, "completed_at"),
        html_url=shape.text_or_none(data, "html_url"),
        details_url=shape.text_or_none(data, "details_url"),
        title=shape.text_or_none(output, "title"),
        summary=shape.text_or_none(output, "summary"),
        external_id=shape.text_or_none(data, "external_id"),
        text=shape.text_or_none(output, "text"),
        app_name=shape.text_or_none(shape.part_or_none(data, "app") or {}, "name"),
    )


def _suite(data: dict[str, Any]) -> CheckSuite:
    return CheckSuite(
        id=shape.number(data, "id"),
        app_id=shape.id_of(data, "app"),
        status=shape.text_or_none(data, "status"),
        conclusion=shape.text_or_none(data, "conclusion"),
        runs_count=shape.number_or_none(data, "latest_check_runs_count") or 0,
    )


def _status(data: dict[str, Any]) -> CommitStatus:
    return CommitStatus(
        context=shape.text(data, "context"),
        state=shape.text(data, "state"),
        description=shape.text_or_none(data, "description"),
        target_url=shape.text_or_none(data, "target_url"),
        updated_at=shape.text_or_none(data, "updated_at"),
    )


def _workflow_run(data: dict[str, Any]) -> WorkflowRun:
    return WorkflowRun(
        id=shape.number(data, "id"),
        name=shape.text_or_none(data, "name"),
        event=shape.text(data, "event"),
        status=shape.text_or_none(data, "status"),
        conclusion=shape.text_or_none(data, "conclusion"),
        attempt=shape.number_or_none(data, "run_attempt") or 1,
        path=shape.text_or_none(data, "path"),
        html_url=shape.text_or_none(data, "html_url"),
    )


@asynccontextmanager
async def _together() -> AsyncIterator[asyncio.TaskGroup]:
    """Several reads at once; the first error ends the others and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
