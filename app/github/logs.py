"""Logs of CI jobs: which steps a job had, and its log's beginning and end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app import errors, redact
from app.github import downloads, shape
from app.github.repository import Repository


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a job; numbers begin at 1."""

    number: int
    name: str
    status: str
    conclusion: str | None


@dataclass(frozen=True, slots=True)
class Job:
    """One job of a workflow run. `check_run_id` is that of the check run that shows it."""

    id: int
    name: str
    status: str
    conclusion: str | None
    check_run_id: int | None
    attempt: int
    html_url: str | None
    steps: tuple[Step, ...]


async def jobs(repo: Repository, workflow_run_id: int) -> list[Job]:
    """The jobs of the latest attempt of a workflow run."""
    found = await repo.everything(f"actions/runs/{workflow_run_id}/jobs", "jobs", filter="latest")
    return [_job(entry) for entry in found]


async def job_log(repo: Repository, job_id: int) -> str | None:
    """The log's first 64 KiB and last 512 KiB, redacted; None while the job runs and once the log is gone."""
    try:
        address = await repo.redirection(f"actions/jobs/{job_id}/logs")
        log = await downloads.ends(address, repo.api_url)
    except errors.NotFound:
        return None
    return redact.text(log)


def _job(data: dict[str, Any]) -> Job:
    return Job(
        id=shape.number(data, "id"),
        name=shape.text(data, "name"),
        status=shape.text_or_none(data, "status") or "",
        conclusion=shape.text_or_none(data, "conclusion"),
        check_run_id=_last_number(shape.text_or_none(data, "check_run_url")),
        attempt=shape.number_or_none(data, "run_attempt") or 1,
        html_url=shape.text_or_none(data, "html_url"),
        steps=tuple(_step(entry) for entry in shape.parts(data, "steps")),
    )


def _step(data: dict[str, Any]) -> Step:
    return Step(
        number=shape.number(data, "number"),
        name=shape.text_or_none(data, "name") or "",
        status=shape.text_or_none(data, "status") or "",
        conclusion=shape.text_or_none(data, "conclusion"),
    )


def _last_number(url: str | None) -> int | None:
    last = (url or "").rpartition("/")[2]
    return int(last) if last.isascii() and last.isdigit() and len(last) < 19 else None
