"""Check runs and suites: reading those of a commit, reporting one's own."""

from __future__ import annotations

from typing import Any

from app.localhub import git_compare
from app.localhub.actions import checks
from app.localhub.rest import commits, fields, routing
from app.localhub.rest.routing import Answer, Call
from app.localhub.shapes import checks as shapes
from app.localhub.shapes import repositories
from app.localhub.state import checks as records

ROUTES = routing.Table()


@ROUTES.on("GET /repos/{owner}/{repo}/commits/{ref:path}/check-runs", "checks/list-for-ref", "checks=read")
async def for_ref(call: Call) -> Answer:
    sha = await commits.resolve(call, call.params["ref"])
    found = [run for run in call.home.check_runs if run.suite.head_sha == sha]
    if call.query.get("filter", "latest") == "latest":
        found = _latest(found)
    if name := call.query.get("check_name"):
        found = [run for run in found if run.name == name]
    if status := call.query.get("status"):
        found = [run for run in found if run.status == status]
    if app := call.query.get("app_id"):
        found = [run for run in found if str(run.suite.app.id) == app]
    found.sort(key=lambda run: run.id, reverse=True)
    return routing.paged(call, found, lambda run: shapes.run(call.hub, run), "check_runs")


@ROUTES.on("GET /repos/{owner}/{repo}/commits/{ref:path}/check-suites", "checks/list-suites-for-ref", "checks=read")
async def suites_for_ref(call: Call) -> Answer:
    sha = await commits.resolve(call, call.params["ref"])
    head = await git_compare.commit(call.hub.git(call.home), sha)
    found = [suite for suite in call.home.suites if suite.head_sha == sha]
    if app := call.query.get("app_id"):
        found = [suite for suite in found if str(suite.app.id) == app]
    return routing.paged(call, found, lambda suite: shapes.suite(call.hub, suite, head), "check_suites")


@ROUTES.on("PATCH /repos/{owner}/{repo}/check-suites/preferences", "checks/set-suites-preferences", "checks=write")
async def set_preferences(call: Call) -> Answer:
    """Whether a push makes an empty suite for an app, which waits until the app reports."""
    given = call.body.get("auto_trigger_checks", [])
    if not isinstance(given, list):
        raise routing.invalid("CheckSuite", "auto_trigger_checks")
    off = call.home.no_suites_for
    for one in given:
        if not isinstance(one, dict) or not isinstance(one.get("app_id"), int) or "setting" not in one:
            raise routing.invalid("CheckSuite", "auto_trigger_checks")
        (off.discard if one["setting"] else off.add)(one["app_id"])
    told = [{"app_id": number, "setting": False} for number in sorted(off)]
    told += [one for one in given if one["setting"]]
    home = repositories.minimal(call.hub, call.home)
    return Answer({"preferences": {"auto_trigger_checks": told}, "repository": home})


@ROUTES.on("POST /repos/{owner}/{repo}/check-runs", "checks/create", "checks=write")
async def create(call: Call) -> Answer:
    routing.text(call, "CheckRun", "name")
    sha = await commits.resolve(call, routing.text(call, "CheckRun", "head_sha"))
    change = fields.check_run(call.body)
    app = call.token.installation.app if call.token else None
    if app is None:
        raise routing.not_found()
    run = await checks.create(call.hub, call.home, app, sha, change, call.actor)
    return Answer(shapes.run(call.hub, run), 201)


@ROUTES.on("GET /repos/{owner}/{repo}/check-runs/{check_run_id}", "checks/get", "checks=read")
async def get(call: Call) -> Answer:
    return Answer(shapes.run(call.hub, _find(call)))


@ROUTES.on("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", "checks/update", "checks=write")
async def update(call: Call) -> Answer:
    run = _find(call)
    if call.token is None or run.suite.app is not call.token.installation.app:
        reason = "check run can only be modified by the GitHub App that created it."
        raise routing.ApiError(403, f"Invalid app_id `{run.suite.app.id}` - {reason}")
    await checks.update(call.hub, run, fields.check_run(call.body), call.actor)
    return Answer(shapes.run(call.hub, run))


@ROUTES.on("GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations", "checks/list-annotations", "checks=read")
async def list_annotations(call: Call) -> Answer:
    run = _find(call)

    def shape(given: dict[str, Any]) -> dict[str, Any]:
        blob = f"{call.hub.origin}/{call.home.full_name}/blob/{run.suite.head_sha}/{given['path']}"
        empty = {"start_column": None, "end_column": None, "title": None, "raw_details": None}
        return empty | given | {"blob_href": blob}

    return routing.paged(call, run.annotations, shape)


def _latest(found: list[records.CheckRun]) -> list[records.CheckRun]:
    """The newest run of each name in each suite."""
    newest = {(run.suite.id, run.name): run for run in found if not run.superseded}
    return list(newest.values())


def _find(call: Call) -> records.CheckRun:
    number = call.number("check_run_id")
    for run in call.home.check_runs:
        if run.id == number:
            return run
    raise routing.not_found()
