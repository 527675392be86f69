"""Reads workflow files: the part of GitHub Actions' syntax that the hub can run, and no more.

What would change a run if it were left out (a matrix, containers, expressions) is refused with
InvalidWorkflow, which GitHub shows as the conclusion `startup_failure`; what has no effect here (`runs-on`,
`permissions`) is left alone. See https://docs.github.com/actions/reference/workflow-syntax-for-github-actions.
"""

from __future__ import annotations

import graphlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ruamel.yaml
import ruamel.yaml.error

from app.localhub import ci_trigger

CONDITIONS = ("success()", "always()", "failure()", "cancelled()", "!cancelled()")
"""What `if:` may say, with or without `${{ }}`; `success()` is meant when there is none."""

_LONGEST_RUN = 360.0  # minutes, as on GitHub
_UNSUPPORTED = ("strategy", "container", "services", "uses")


class InvalidWorkflow(ValueError):
    """The file is no workflow, or one that cannot be run here; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a job: a script, or an action (`uses`) that is not run. `timeout` in minutes."""

    name: str
    run: str | None
    uses: str | None
    condition: str
    env: Mapping[str, str]
    directory: str
    timeout: float | None
    continue_on_error: bool


@dataclass(frozen=True, slots=True)
class Job:
    """One job; `needs` are ids of jobs of the same workflow, `timeout` is in minutes."""

    id: str
    name: str
    needs: tuple[str, ...]
    condition: str
    env: Mapping[str, str]
    timeout: float
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Workflow:
    """A workflow that can be run; `jobs` come after the jobs they need."""

    path: str
    name: str
    on: Mapping[str, ci_trigger.Trigger]
    jobs: tuple[Job, ...]


def load(path: str, text: str | bytes) -> Workflow:
    """The workflow in the file `path`; raises InvalidWorkflow."""
    try:
        data = ruamel.yaml.YAML(typ="safe", pure=True).load(text)
    except (ruamel.yaml.error.YAMLError, ValueError, RecursionError) as error:
        raise InvalidWorkflow(f"{path} is no YAML: {error}") from error
    top = _mapping(data, path)
    try:
        triggers = ci_trigger.read(top.get("on"))
    except ValueError as error:
        raise InvalidWorkflow(f"on: {error}") from error
    env, directory = _env(top, "env"), _directory(top, ".")
    jobs = {
        id_: _job(id_, _mapping(job, f"jobs.{id_}"), env, directory)
        for id_, job in _mapping(top.get("jobs"), "jobs").items()
    }
    if not jobs:
        raise InvalidWorkflow("jobs: there is none")
    return Workflow(path, _text(top.get("name"), "name") or path, triggers, _ordered(jobs))


def _ordered(jobs: Mapping[str, Job]) -> tuple[Job, ...]:
    for job in jobs.values():
        for need in job.needs:
            if need not in jobs:
                raise InvalidWorkflow(f"jobs.{job.id}.needs: there is no job {need}")
    try:
        order = graphlib.TopologicalSorter({job.id: job.needs for job in jobs.values()}).static_order()
        return tuple(jobs[id_] for id_ in order)
    except graphlib.CycleError as error:
        raise InvalidWorkflow(f"jobs need each other in a circle: {', '.join(error.args[1])}") from error


def _job(id_: str, data: Mapping[str, Any], env: Mapping[str, str], directory: str) -> Job:
    where = f"jobs.{id_}"
    for key in _UNSUPPORTED:
        if key in data:
            raise InvalidWorkflow(f"{where}.{key} is not supported here")
    needs = data.get("needs", [])
    names = [needs] if isinstance(needs, str) else _list(needs, f"{where}.needs")
    steps = _list(data.get("steps"), f"{where}.steps")
    directory = _directory(data, directory)
    return Job(
        id=id_,
        name=_text(data.get("name"), f"{where}.name") or id_,
        needs=tuple(str(name) for name in names),
        condition=_condition(data, where),
        env={**env, **_env(data, f"{where}.env")},
        timeout=_minutes(data, where) or _LONGEST_RUN,
        steps=tuple(
            _step(_mapping(step, f"{where}.steps"), f"{where}.steps[{number}]", directory)
            for number, step in enumerate(steps)
        ),
    )


def _step(data: Mapping[str, Any], where: str, directory: str) -> Step:
    run, uses = _text(data.get("run"), f"{where}.run"), _text(data.get("uses"), f"{where}.uses")
    if (run is None) == (uses is None):
        raise InvalidWorkflow(f"{where}: a step has either run or uses")
    if data.get("shell", "bash") not in ("bash", "sh"):
        raise InvalidWorkflow(f"{where}.shell: only bash is supported here")
    title = (run or "").strip().partition("\n")[0] or uses
    return Step(
        name=_text(data.get("name"), f"{where}.name") or f"Run {title}",
        run=run,
        uses=uses,
        condition=_condition(data, where),
        env=_env(data, f"{where}.env"),
        directory=_text(data.get("working-directory"), f"{where}.working-directory") or directory,
        timeout=_minutes(data, where),
        continue_on_error=data.get("continue-on-error") is True,
    )


def _directory(data: Mapping[str, Any], default: str) -> str:
    """The working directory that `defaults` gives to steps without one."""
    defaults = _mapping(data.get("defaults") or {}, "defaults")
    run = _mapping(defaults.get("run") or {}, "defaults.run")
    return _text(run.get("working-directory"), "defaults.run.working-directory") or default


def _condition(data: Mapping[str, Any], where: str) -> str:
    text = str(data.get("if", "success()")).strip()
    text = text.removeprefix("${{").removesuffix("}}").strip()
    if text not in CONDITIONS:
        raise InvalidWorkflow(f"{where}.if: only {', '.join(CONDITIONS)} are supported here")
    return text


def _minutes(data: Mapping[str, Any], where: str) -> float | None:
    value = data.get("timeout-minutes")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise InvalidWorkflow(f"{where}.timeout-minutes: not a number of minutes")
    return float(value)


def _env(data: Mapping[str, Any], where: str) -> dict[str, str]:
    values = _mapping(data.get("env") or {}, where)
    return {name: _text(value, f"{where}.{name}") or "" for name, value in values.items()}


def _text(value: Any, where: str) -> str | None:
    """A scalar as Actions reads it; None for nothing."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str | int | float):
        raise InvalidWorkflow(f"{where}: not a text")
    if "${{" in str(value):
        raise InvalidWorkflow(f"{where}: expressions are not supported here")
    return str(value)


def _mapping(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidWorkflow(f"{where}: not a mapping")
    return {str(key): item for key, item in value.items()}


def _list(value: Any, where: str) -> Sequence[Any]:
    if not isinstance(value, list):
        raise InvalidWorkflow(f"{where}: not a list")
    return value
