"""A checkout and a way to run a workflow on it, for the tests of the hub's CI."""

from __future__ import annotations

import asyncio
import os
import sys
import textwrap
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from app.localhub import ci, ci_workflow

ENV = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "GREETING": "hello"}


@dataclass
class Watch:
    """What the callbacks were told: ids of started jobs, and results."""

    started: list[str] = field(default_factory=list)
    finished: dict[str, ci.JobResult] = field(default_factory=dict)
    running: int = 0
    most: int = 0

    async def on_started(self, job: ci_workflow.Job, at: datetime) -> None:
        self.started.append(job.id)
        self.running += 1
        self.most = max(self.most, self.running)

    async def on_finished(self, result: ci.JobResult) -> None:
        self.finished[result.id] = result
        self.running -= result.id in self.started


def load(text: str) -> ci.Workflow:
    """The workflow whose jobs are `text`, indented by what they have in common."""
    return ci.load(".github/workflows/ci.yml", "on: push\njobs:\n" + textwrap.indent(textwrap.dedent(text), "  "))


def one(run: str, more: str = "") -> ci.Workflow:
    """A workflow of one job `build` with one step; `more` are further lines of the step."""
    step = "run: |\n" + textwrap.indent(textwrap.dedent(run).strip(), "  ")
    if more:
        step += "\n" + textwrap.dedent(more).strip()
    first, *rest = step.splitlines()
    lines = [f"- {first}", *(f"  {line}" for line in rest)]
    return load("build:\n  steps:\n" + "\n".join(f"    {line}" for line in lines))


async def run(
    workflow: ci.Workflow,
    checkout: Path,
    watch: Watch | None = None,
    slots: int = 4,
    kept: dict[str, ci.JobResult] | None = None,
) -> dict[str, ci.JobResult]:
    """Run `workflow`; results by job id."""
    watch = watch or Watch()
    results = await ci.run(
        workflow,
        checkout,
        ENV,
        slots=asyncio.Semaphore(slots),
        on_job_started=watch.on_started,
        on_job_finished=watch.on_finished,
        kept=kept,
    )
    return {result.id: result for result in results}


def said(result: ci.JobResult) -> list[str]:
    """The lines of the log without their times."""
    return [line.partition("Z ")[2] for line in result.log.splitlines()]
