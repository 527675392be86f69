"""Check runs, check suites and commit statuses."""

from __future__ import annotations

from typing import Any

from app.localhub import git_compare
from app.localhub.shapes import commits, pulls, repositories, users
from app.localhub.state import checks, issues, repository, world


def pull_requests(hub: world.World, suite: checks.CheckSuite) -> list[issues.Pull]:
    """The open pull requests a suite belongs to: of the same repository only, and none for a fork's push."""
    return [
        pull
        for pull in suite.repository.pulls
        if pull.state == "open"
        and not pull.cross_repository
        and suite.head_branch is not None
        and (pull.head_sha == suite.head_sha or pull.head_ref == suite.head_branch)
    ]


def run(hub: world.World, found: checks.CheckRun) -> dict[str, Any]:
    """`check-run`."""
    suite = found.suite
    url = f"{repositories.address(hub, suite.repository)}/check-runs/{found.id}"
    page = f"{repositories.page(hub, suite.repository)}/runs/{found.id}"
    return {
        "id": found.id,
        "name": found.name,
        "node_id": users.node_id("CheckRun", found.id),
        "head_sha": suite.head_sha,
        "external_id": found.external_id,
        "url": url,
        "html_url": page,
        "details_url": found.details_url or page,
        "status": found.status,
        "conclusion": found.conclusion,
        "started_at": found.started_at,
        "completed_at": found.completed_at,
        "output": {
            "title": found.title,
            "summary": found.summary,
            "text": found.text,
            "annotations_count": len(found.annotations),
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": suite.id},
        "app": users.app(hub, suite.app),
        "pull_requests": [pulls.minimal(hub, pull) for pull in pull_requests(hub, suite)],
    }


def run_sent(hub: world.World, found: checks.CheckRun) -> dict[str, Any]:
    """The check run of a `check_run` event, with its suite."""
    suite = found.suite
    shape = run(hub, found)
    shape["check_suite"] = {
        "id": suite.id,
        "node_id": users.node_id("CheckSuite", suite.id),
        "head_branch": suite.head_branch,
        "head_sha": suite.head_sha,
        "status": suite.status,
        "conclusion": suite.conclusion,
        "url": f"{repositories.address(hub, suite.repository)}/check-suites/{suite.id}",
        "before": suite.before,
        "after": suite.head_sha,
        "pull_requests": shape["pull_requests"],
        "app": shape["app"],
        "created_at": suite.created_at,
        "updated_at": suite.updated_at,
    }
    if shape["status"] in ("waiting", "requested"):
        shape["status"] = "queued"
    return shape


def suite(hub: world.World, found: checks.CheckSuite, head: git_compare.Commit) -> dict[str, Any]:
    """`check-suite`."""
    return suite_sent(hub, found, head) | {"repository": repositories.minimal(hub, found.repository)}


def suite_sent(hub: world.World, found: checks.CheckSuite, head: git_compare.Commit) -> dict[str, Any]:
    """The suite of a `check_suite` event."""
    url = f"{repositories.address(hub, found.repository)}/check-suites/{found.id}"
    return {
        "id": found.id,
        "node_id": users.node_id("CheckSuite", found.id),
        "head_branch": found.head_branch,
        "head_sha": found.head_sha,
        "status": found.status,
        "conclusion": found.conclusion,
        "url": url,
        "before": found.before,
        "after": found.head_sha,
        "pull_requests": [pulls.minimal(hub, pull) for pull in pull_requests(hub, found)],
        "app": users.app(hub, found.app),
        "created_at": found.created_at,
        "updated_at": found.updated_at,
        "rerequestable": True,
        "runs_rerequestable": True,
        "latest_check_runs_count": sum(1 for one in found.runs if not one.superseded),
        "check_runs_url": f"{url}/check-runs",
        "head_commit": commits.simple(head),
    }


def status(hub: world.World, home: repository.Repository, found: checks.Status) -> dict[str, Any]:
    """`status`: the answer to creating one."""
    return combined_part(hub, home, found) | {"creator": users.simple(hub, found.creator)}


def combined_part(hub: world.World, home: repository.Repository, found: checks.Status) -> dict[str, Any]:
    """`simple-commit-status`: one line of the combined status."""
    return {
        "url": f"{repositories.address(hub, home)}/statuses/{found.sha}",
        "avatar_url": f"{hub.origin}/avatars/u/{found.creator.id}?v=4",
        "id": found.id,
        "node_id": users.node_id("StatusContext", found.id),
        "state": found.state,
        "description": found.description,
        "target_url": found.target_url,
        "context": found.context,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
    }
