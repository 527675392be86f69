"""Who has to start a required check that never started: the app and the workflow that report it elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from app.github import checks, picture
from app.github import repository as repositories
from app.lifecycle.checks import BranchRules, CheckRun, Checks
from app.lifecycle.ci_reports import workflow_of

_ACTIONS = {15368: "GitHub Actions"}


async def told(github: repositories.Repository, seen: picture.Picture, rules: BranchRules, names: Sequence[str]) -> str:
    """One sentence for each of the contexts that never reported on the head of the pull request."""
    there = await checks.at(github, seen.base_tip)
    return "\n".join(_owner(name, seen.base_ref, rules, there) for name in names)


def _owner(name: str, branch: str, rules: BranchRules, there: Checks) -> str:
    apps = _ACTIONS | {run.app_id: run.app_name for run in there.runs if run.app_id and run.app_name}
    wanted = {required.app_id for required in rules.required if required.context == name and required.app_id}
    only = " or ".join(sorted(str(apps.get(app_id) or f"the app {app_id}") for app_id in wanted))
    demand = f"; only {only} can report it" if only else ""
    for run in there.runs:
        if run.name == name and wanted <= {run.app_id}:
            return f"{name} never started; on {branch} {_reporter(run, there)} reports it{demand}."
    if any(status.context.casefold() == name.casefold() for status in there.statuses):
        return f"{name} never started; on {branch} it is a commit status of a service outside GitHub{demand}."
    return f"{name} never started, and nothing reports it on {branch} either{demand}: is its name in the rules right?"


def _reporter(run: CheckRun, there: Checks) -> str:
    app = run.app_name or "an app"
    number = workflow_of(run)
    workflow = next((found for found in there.workflow_runs if found.id == number), None)
    if workflow is None:
        return app
    return f"{workflow.path or workflow.name} ({app}; a path or branch filter may leave it out here)"
