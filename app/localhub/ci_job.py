"""Runs one job of a workflow: its steps one after the other, in a fresh copy of the repository's files.

Conclusions are those of the checks API. A job that exceeds its time is `timed_out`, a step that does is a
`failure`, an action (`uses:`) is noted in the log and `skipped`.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.localhub import ci_log, ci_process, ci_workflow


@dataclass(frozen=True, slots=True)
class StepResult:
    """A step that has ended, one way or another; the first step of a job has the number 1."""

    number: int
    name: str
    conclusion: str
    started_at: datetime
    completed_at: datetime


@dataclass(frozen=True, slots=True)
class JobResult:
    """A job that has ended; `id` is its key in the workflow, `log` is empty when it never ran."""

    id: str
    name: str
    conclusion: str
    started_at: datetime
    completed_at: datetime
    steps: tuple[StepResult, ...]
    annotations: tuple[ci_log.Annotation, ...]
    log: str


class Run:
    """One job on its way; `result` can be asked at any time, also of a job that was broken off."""

    def __init__(self, job: ci_workflow.Job, clock: Callable[[], datetime]) -> None:
        self.job = job
        self._clock = clock
        self._log: ci_log.Log | None = None
        self._steps: list[StepResult] = []
        self._started_at: datetime | None = None

    def result(self, conclusion: str) -> JobResult:
        """What is to be told of the job as it stands now."""
        now = self._clock()
        return JobResult(
            id=self.job.id,
            name=self.job.name,
            conclusion=conclusion,
            started_at=self._started_at or now,
            completed_at=now,
            steps=tuple(self._steps),
            annotations=tuple(self._log.annotations) if self._log else (),
            log=self._log.text if self._log else "",
        )

    async def run(self, checkout: Path, env: Mapping[str, str]) -> str:
        """Run the steps on a copy of `checkout` with nothing but `env` from outside; the job's conclusion."""
        self._started_at = self._clock()
        with tempfile.TemporaryDirectory(prefix="hub-ci-", ignore_cleanup_errors=True) as scratch:
            runner = await asyncio.to_thread(_prepare, Path(scratch), checkout)
            log = self._log = ci_log.Log(self._clock, str(runner / "work"))
            log.say(f"Complete job name: {self.job.name}")
            self._ended("Set up job", "success", self._started_at)
            try:
                async with asyncio.timeout(self.job.timeout * 60):
                    failed = await self._run_steps(log, {**_runner_environment(runner), **env}, runner)
                conclusion = "failure" if failed else "success"
            except TimeoutError:
                log.fail(f"The job has exceeded the maximum execution time of {self.job.timeout:g} minutes.")
                conclusion = "timed_out"
            except asyncio.CancelledError:
                log.fail("The operation was canceled.")
                raise
            log.say("Cleaning up orphan processes")
            self._ended("Complete job", "success", self._clock())
        return conclusion

    async def _run_steps(self, log: ci_log.Log, env: Mapping[str, str], runner: Path) -> bool:
        """Run what the steps' conditions let run; whether any step failed."""
        failed = False
        for step in self.job.steps:
            started = self._clock()
            conclusion = "skipped"
            try:
                if holds(step.condition, succeeded=not failed, failed=failed):
                    conclusion = "cancelled"
                    log.begin_step()
                    conclusion = await self._run_step(log, step, env, runner)
            finally:
                forgiven = conclusion == "failure" and step.continue_on_error
                self._ended(step.name, "success" if forgiven else conclusion, started)
            failed = failed or (conclusion == "failure" and not forgiven)
        return failed

    async def _run_step(self, log: ci_log.Log, step: ci_workflow.Step, env: Mapping[str, str], runner: Path) -> str:
        own = {**self.job.env, **step.env}
        _introduce(log, step, own)
        if step.run is None:
            log.say("This hub runs no actions: skipped.")
            return "skipped"
        script = runner / "temp" / f"{len(self._steps)}.sh"
        script.write_text(step.run)
        limit = None if step.timeout is None else step.timeout * 60
        try:
            code = await ci_process.run(script, runner / "work" / step.directory, {**env, **own}, log.feed, limit)
        except OSError as error:
            log.fail(f"An error occurred trying to start the script in {step.directory}: {error.strerror}")
            return "failure"
        finally:
            log.feed(b"", end=True)
        if code is None:
            log.fail(f"The action '{step.name}' has timed out after {step.timeout:g} minutes.")
        elif code:
            log.fail(f"Process completed with exit code {code}.")
        return "failure" if code != 0 else "success"

    def _ended(self, name: str, conclusion: str, started: datetime) -> None:
        self._steps.append(StepResult(len(self._steps) + 1, name, conclusion, started, self._clock()))


def holds(condition: str, *, succeeded: bool, failed: bool) -> bool:
    """Whether an `if:` lets a job or step run after what came before it."""
    if condition in ("success()", "failure()"):
        return succeeded if condition == "success()" else failed
    return condition != "cancelled()"


def _prepare(scratch: Path, checkout: Path) -> Path:
    """Lay out a runner's directories, with the copy of `checkout` as `work`; their real path."""
    runner = scratch.resolve()
    shutil.copytree(checkout, runner / "work", symlinks=True)
    (runner / "home").mkdir()
    (runner / "temp").mkdir()
    return runner


def _introduce(log: ci_log.Log, step: ci_workflow.Step, env: Mapping[str, str]) -> None:
    """The folded lines that show what a step is about to run."""
    lines = (step.run or "").strip("\n").split("\n")
    log.say(f"##[group]Run {lines[0] or step.uses}")
    if step.run is not None:
        for line in lines:
            log.say(f"\x1b[36;1m{line}\x1b[0m")
        log.say(f"shell: {' '.join(ci_process.SHELL)} {{0}}")
    if env:
        log.say("env:")
        for name, value in env.items():
            log.say(f"  {name}: {value}")
    log.say("##[endgroup]")


def _runner_environment(runner: Path) -> dict[str, str]:
    """What every script finds set, as on GitHub's runners."""
    return {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(runner / "work"),
        "GITHUB_OUTPUT": str(runner / "temp" / "output"),
        "GITHUB_STEP_SUMMARY": str(runner / "temp" / "summary"),
        "HOME": str(runner / "home"),
        "LANG": "C.UTF-8",
        "RUNNER_TEMP": str(runner / "temp"),
        "TMPDIR": str(runner / "temp"),
    }
