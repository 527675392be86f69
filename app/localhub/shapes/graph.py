"""A pull request as the GraphQL API shows it: the fields that a merge gate reads, and no more.

An object is a dictionary with its `__typename`; a value that is a function is asked with the field's arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from app.localhub.actions import gates
from app.localhub.shapes import users
from app.localhub.state import checks, issues, people, repository, world

MERGEABLE = {"unknown": "UNKNOWN", "dirty": "CONFLICTING"}
Item = TypeVar("Item")


def repository_(hub: world.World, home: repository.Repository) -> dict[str, Any]:
    return {
        "__typename": "Repository",
        "id": users.node_id("Repository", home.id),
        "databaseId": home.id,
        "name": home.name,
        "nameWithOwner": home.full_name,
        "isArchived": home.archived,
    }


def pull_request(hub: world.World, pull: issues.Pull, state: str) -> dict[str, Any]:
    """`PullRequest`; `state` is its mergeable_state as REST has it."""
    return {
        "__typename": "PullRequest",
        "id": users.node_id("PullRequest", pull.id),
        "databaseId": pull.id,
        "number": pull.number,
        "title": pull.title,
        "body": pull.body or "",
        "state": "MERGED" if pull.merged_at else pull.state.upper(),
        "closed": pull.state == "closed",
        "merged": pull.merged_at is not None,
        "mergedAt": pull.merged_at,
        "mergeCommit": {"__typename": "Commit", "oid": pull.merge_commit_sha} if pull.merged_at else None,
        "isDraft": pull.draft,
        "locked": pull.locked,
        "author": actor(pull.user),
        "headRefName": pull.head_ref,
        "headRefOid": pull.head_sha,
        "baseRefName": pull.base_ref,
        "baseRefOid": pull.base_sha,
        "isCrossRepository": pull.cross_repository,
        "isInMergeQueue": False,
        "autoMergeRequest": None,
        "mergeable": MERGEABLE.get(state, "MERGEABLE"),
        "mergeStateStatus": state.upper(),
        "reviewDecision": gates.decision(pull),
        "latestOpinionatedReviews": lambda **more: _connection(_opinions(pull, **more), _review, **more),
        "reviewThreads": lambda **more: _connection(pull.threads, thread, **more),
        "commits": lambda **more: _connection([pull], lambda one: _commit(hub, one), **more),
    }


def actor(user: people.User) -> dict[str, Any]:
    kind = user.type
    return {"__typename": kind, "login": user.login.removesuffix("[bot]"), "databaseId": user.id}


def thread(found: issues.Thread) -> dict[str, Any]:
    """`PullRequestReviewThread`."""
    return {
        "__typename": "PullRequestReviewThread",
        "id": users.node_id("PullRequestReviewThread", found.id),
        "isResolved": found.resolved_by is not None,
        "isOutdated": found.root.line is None,
        "path": found.root.path,
        "line": found.root.line,
        "originalLine": found.root.original_line,
        "resolvedBy": actor(found.resolved_by) if found.resolved_by else None,
        "viewerCanResolve": found.resolved_by is None,
        "comments": lambda **more: _connection(found.comments, _comment, **more),
    }


def _comment(found: issues.ReviewComment) -> dict[str, Any]:
    return {
        "__typename": "PullRequestReviewComment",
        "id": users.node_id("PullRequestReviewComment", found.id),
        "databaseId": found.id,
        "author": actor(found.user),
        "body": found.body,
        "createdAt": found.created_at,
    }


def _opinions(pull: issues.Pull, *, writersOnly: bool = False, **_: Any) -> list[issues.Review]:  # noqa: N803
    found = gates.opinions(pull).values()
    return [one for one in found if not writersOnly or pull.repository.may_write(one.user.login)]


def _review(found: issues.Review) -> dict[str, Any]:
    return {
        "__typename": "PullRequestReview",
        "id": users.node_id("PullRequestReview", found.id),
        "state": found.state,
        "author": actor(found.user),
        "commit": {"__typename": "Commit", "oid": found.commit_id},
        "submittedAt": found.submitted_at,
    }


def _commit(hub: world.World, pull: issues.Pull) -> dict[str, Any]:
    """The head alone: asking for more than the last commit gives no more here."""
    commit = {"__typename": "Commit", "oid": pull.head_sha, "statusCheckRollup": _rollup(hub, pull)}
    return {"__typename": "PullRequestCommit", "commit": commit}


def _rollup(hub: world.World, pull: issues.Pull) -> dict[str, Any] | None:
    home, sha = pull.repository, pull.head_sha
    runs = [run for run in home.check_runs if run.suite.head_sha == sha and not run.superseded]
    statuses = list(gates.latest_statuses(home, sha).values())
    found = [_check_run(pull, run) for run in runs] + [_status(pull, one) for one in statuses]
    if not found:
        return None
    bad = [run for run in runs if run.conclusion and run.conclusion not in checks.PASSING]
    failed = bad or any(one.state in ("failure", "error") for one in statuses)
    pending = any(run.status != "completed" for run in runs) or any(one.state == "pending" for one in statuses)
    return {
        "__typename": "StatusCheckRollup",
        "state": "FAILURE" if failed else "PENDING" if pending else "SUCCESS",
        "contexts": lambda **more: _connection(found, lambda one: one, **more),
    }


def _check_run(pull: issues.Pull, run: checks.CheckRun) -> dict[str, Any]:
    home = pull.repository
    workflow = next((one for one in home.workflow_runs if one.suite is run.suite), None)
    made = {"event": workflow.event, "workflow": {"name": workflow.workflow.name}} if workflow else None
    return {
        "__typename": "CheckRun",
        "databaseId": run.id,
        "name": run.name,
        "status": run.status.upper(),
        "conclusion": run.conclusion.upper() if run.conclusion else None,
        "startedAt": run.started_at,
        "completedAt": run.completed_at,
        "checkSuite": {"app": {"databaseId": run.suite.app.id, "slug": run.suite.app.slug}, "workflowRun": made},
        "isRequired": lambda **_: _required(pull, run.name),
    }


def _status(pull: issues.Pull, found: checks.Status) -> dict[str, Any]:
    return {
        "__typename": "StatusContext",
        "context": found.context,
        "state": found.state.upper(),
        "description": found.description,
        "targetUrl": found.target_url,
        "isRequired": lambda **_: _required(pull, found.context),
    }


def _required(pull: issues.Pull, context: str) -> bool:
    return any(one.context.lower() == context.lower() for one in gates.protection(pull).required)


def _connection(items: Sequence[Item], shape: Callable[[Item], dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A page of `first` (or `last`) items after the cursor `after`, which is a position."""
    start = int(more["after"]) if str(more.get("after") or "").isdigit() else 0
    size = more.get("first") or more.get("last") or 100
    shown = items[-size:] if more.get("last") else items[start : start + size]
    ends = start + len(shown)
    info = {"hasNextPage": not more.get("last") and ends < len(items), "endCursor": str(ends) if shown else None}
    return {"totalCount": len(items), "nodes": [shape(item) for item in shown], "pageInfo": info}
