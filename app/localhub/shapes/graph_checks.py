"""What is reported about the head of a pull request as the GraphQL API shows it, and pages of anything.

An object is a dictionary with its `__typename`; a value that is a function is asked with the field's arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from app.localhub import git_compare
from app.localhub.actions import gates
from app.localhub.shapes import commits, repositories, users
from app.localhub.state import checks, issues, world

Item = TypeVar("Item")


def commit(hub: world.World, pull: issues.Pull, head: git_compare.Commit) -> dict[str, Any]:
    """The head alone: asking for more than the last commit gives no more here."""
    home, sha = pull.repository, pull.head_sha
    suites = [suite for suite in home.suites if suite.head_sha == sha]
    statuses = [_status(pull, one) for one in gates.latest_statuses(home, sha).values()]
    shown = {
        "__typename": "Commit",
        "oid": sha,
        "author": _person(hub, head.author),
        "committer": _person(hub, head.committer),
        "statusCheckRollup": _rollup(hub, pull),
        "status": {"__typename": "Status", "contexts": statuses} if statuses else None,
        "checkSuites": lambda **more: connection(suites, lambda one: _suite(hub, pull, one), **more),
    }
    return {"__typename": "PullRequestCommit", "commit": shown}


def _person(hub: world.World, who: tuple[str, str]) -> dict[str, Any]:
    """`GitActor`: an account only where the address is one's."""
    found = commits.account(hub, who[1])
    is_person = found is not None and found.type == "User"
    user = {"__typename": "User", "login": found.login, "databaseId": found.id} if found and is_person else None
    return {"__typename": "GitActor", "name": who[0], "email": who[1], "user": user}


def _suite(hub: world.World, pull: issues.Pull, suite: checks.CheckSuite) -> dict[str, Any]:
    runs = list({run.name: run for run in suite.runs if not run.superseded}.values())
    return {
        "__typename": "CheckSuite",
        "id": users.node_id("CheckSuite", suite.id),
        "databaseId": suite.id,
        "status": suite.status.upper(),
        "conclusion": suite.conclusion.upper() if suite.conclusion else None,
        "app": _app(suite),
        "workflowRun": _workflow_run(hub, suite),
        "checkRuns": lambda **more: connection(runs, lambda one: _check_run(hub, pull, one), **more),
    }


def _app(suite: checks.CheckSuite) -> dict[str, Any]:
    return {"__typename": "App", "databaseId": suite.app.id, "slug": suite.app.slug, "name": suite.app.name}


def _workflow_run(hub: world.World, suite: checks.CheckSuite) -> dict[str, Any] | None:
    found = next((one for one in suite.repository.workflow_runs if one.suite is suite), None)
    if found is None:
        return None
    return {
        "__typename": "WorkflowRun",
        "databaseId": found.id,
        "event": found.event,
        "runNumber": found.number,
        "url": f"{repositories.page(hub, suite.repository)}/actions/runs/{found.id}",
        "file": {"__typename": "WorkflowRunFile", "path": found.workflow.path},
        "workflow": {"__typename": "Workflow", "name": found.workflow.name},
    }


def _rollup(hub: world.World, pull: issues.Pull) -> dict[str, Any] | None:
    home, sha = pull.repository, pull.head_sha
    runs = [run for run in home.check_runs if run.suite.head_sha == sha and not run.superseded]
    statuses = list(gates.latest_statuses(home, sha).values())
    found = [_check_run(hub, pull, run) for run in runs] + [_status(pull, one) for one in statuses]
    if not found:
        return None
    bad = [run for run in runs if run.conclusion and run.conclusion not in checks.PASSING]
    failed = bad or any(one.state in ("failure", "error") for one in statuses)
    pending = any(run.status != "completed" for run in runs) or any(one.state == "pending" for one in statuses)
    return {
        "__typename": "StatusCheckRollup",
        "state": "FAILURE" if failed else "PENDING" if pending else "SUCCESS",
        "contexts": lambda **more: connection(found, lambda one: one, **more),
    }


def _check_run(hub: world.World, pull: issues.Pull, run: checks.CheckRun) -> dict[str, Any]:
    page = f"{repositories.page(hub, pull.repository)}/runs/{run.id}"
    return {
        "__typename": "CheckRun",
        "databaseId": run.id,
        "name": run.name,
        "status": run.status.upper(),
        "conclusion": run.conclusion.upper() if run.conclusion else None,
        "startedAt": run.started_at,
        "completedAt": run.completed_at,
        "permalink": page,
        "detailsUrl": run.details_url or page,
        "title": run.title,
        "summary": run.summary,
        "externalId": run.external_id,
        "checkSuite": lambda **_: _suite(hub, pull, run.suite),
        "isRequired": lambda **_: _required(pull, run.name),
    }


def _status(pull: issues.Pull, found: checks.Status) -> dict[str, Any]:
    return {
        "__typename": "StatusContext",
        "context": found.context,
        "state": found.state.upper(),
        "description": found.description,
        "targetUrl": found.target_url,
        "createdAt": found.created_at,
        "isRequired": lambda **_: _required(pull, found.context),
    }


def _required(pull: issues.Pull, context: str) -> bool:
    return any(one.context.lower() == context.lower() for one in gates.protection(pull).required)


def connection(items: Sequence[Item], shape: Callable[[Item], dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A page of `first` (or `last`) items after the cursor `after`, which is a position."""
    start = int(more["after"]) if str(more.get("after") or "").isdigit() else 0
    size = more.get("first") or more.get("last") or 100
    shown = items[-size:] if more.get("last") else items[start : start + size]
    ends = start + len(shown)
    info = {"hasNextPage": not more.get("last") and ends < len(items), "endCursor": str(ends) if shown else None}
    return {"totalCount": len(items), "nodes": [shape(item) for item in shown], "pageInfo": info}
