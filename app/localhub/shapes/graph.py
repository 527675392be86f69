"""A pull request as the GraphQL API shows it: the fields that a merge gate reads, and no more.

An object is a dictionary with its `__typename`; a value that is a function is asked with the field's arguments.
"""

from __future__ import annotations

from typing import Any

from app.localhub import git_compare
from app.localhub.actions import gates
from app.localhub.shapes import graph_checks, repositories, users
from app.localhub.shapes.graph_checks import connection
from app.localhub.state import issues, people, repository, world

MERGEABLE = {"unknown": "UNKNOWN", "dirty": "CONFLICTING"}


def repository_(hub: world.World, home: repository.Repository) -> dict[str, Any]:
    return {
        "__typename": "Repository",
        "id": users.node_id("Repository", home.id),
        "databaseId": home.id,
        "name": home.name,
        "nameWithOwner": home.full_name,
        "isArchived": home.archived,
        "mergeCommitAllowed": home.settings.allow_merge_commit,
        "squashMergeAllowed": home.settings.allow_squash_merge,
        "rebaseMergeAllowed": home.settings.allow_rebase_merge,
        "deleteBranchOnMerge": home.settings.delete_branch_on_merge,
    }


def pull_request(
    hub: world.World, pull: issues.Pull, state: str, base_tip: str, head: git_compare.Commit
) -> dict[str, Any]:
    """`PullRequest`; `state` is its mergeable_state as REST has it, `base_tip` the newest commit of its base."""
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
        "baseRef": {
            "__typename": "Ref",
            "name": pull.base_ref,
            "target": {"__typename": "Commit", "oid": base_tip},
        },
        "isCrossRepository": pull.cross_repository,
        "isInMergeQueue": pull.queued is not None,
        "mergeQueueEntry": _entry(pull.queued),
        "autoMergeRequest": _auto_merge(pull.auto_merge),
        "timelineItems": lambda **more: connection(pull.removals, _removal, **more),
        "mergeable": MERGEABLE.get(state, "MERGEABLE"),
        "mergeStateStatus": state.upper(),
        "reviewDecision": gates.decision(pull),
        "latestOpinionatedReviews": lambda **more: connection(
            _opinions(pull, **more), lambda one: _review(hub, one), **more
        ),
        "reviews": lambda **more: connection(pull.reviews, lambda one: _review(hub, one), **more),
        "reviewRequests": lambda **more: connection(gates.owners_asked(pull), lambda one: _asked(hub, one), **more),
        "reviewThreads": lambda **more: connection(pull.threads, lambda one: thread(hub, one), **more),
        "commits": lambda **more: connection([pull], lambda one: graph_checks.commit(hub, one, head), **more),
    }


def _entry(found: issues.QueueEntry | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "__typename": "MergeQueueEntry",
        "state": found.state,
        "position": 1,
        "enqueuedAt": found.at,
        "enqueuer": actor(found.who),
        "headCommit": {"__typename": "Commit", "oid": found.sha},
        "baseCommit": {"__typename": "Commit", "oid": found.base_sha},
    }


def _auto_merge(found: issues.AutoMerge | None) -> dict[str, Any] | None:
    if found is None:
        return None
    by, method = actor(found.enabled_by), found.method.upper()
    return {"__typename": "AutoMergeRequest", "enabledAt": found.enabled_at, "enabledBy": by, "mergeMethod": method}


def _removal(found: tuple[str, str]) -> dict[str, Any]:
    reason, at = found
    return {"__typename": "RemovedFromMergeQueueEvent", "reason": reason, "createdAt": at}


def actor(user: people.User) -> dict[str, Any] | None:
    """`Actor`; None for an account that is gone."""
    kind = user.type
    return None if user.gone else {"__typename": kind, "login": user.login.removesuffix("[bot]"), "databaseId": user.id}


def thread(hub: world.World, found: issues.Thread) -> dict[str, Any]:
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
        "comments": lambda **more: connection(found.comments, lambda one: _comment(hub, one), **more),
    }


def _comment(hub: world.World, found: issues.ReviewComment) -> dict[str, Any]:
    page = repositories.page(hub, found.pull.repository)
    return {
        "__typename": "PullRequestReviewComment",
        "id": users.node_id("PullRequestReviewComment", found.id),
        "databaseId": found.id,
        "fullDatabaseId": str(found.id),
        "author": actor(found.user),
        "body": found.body,
        "createdAt": found.created_at,
        "url": f"{page}/pull/{found.pull.number}#discussion_r{found.id}",
    }


def _opinions(pull: issues.Pull, *, writersOnly: bool = False, **_: Any) -> list[issues.Review]:  # noqa: N803
    found = gates.opinions(pull).values()
    return [one for one in found if not writersOnly or pull.repository.may_write(one.user.login)]


def _asked(hub: world.World, login: str) -> dict[str, Any]:
    return {"__typename": "ReviewRequest", "asCodeOwner": True, "requestedReviewer": actor(hub.user(login))}


def _review(hub: world.World, found: issues.Review) -> dict[str, Any]:
    page = repositories.page(hub, found.pull.repository)
    return {
        "__typename": "PullRequestReview",
        "id": users.node_id("PullRequestReview", found.id),
        "fullDatabaseId": str(found.id),
        "state": found.state,
        "body": found.body or "",
        "author": actor(found.user),
        "commit": {"__typename": "Commit", "oid": found.commit_id},
        "submittedAt": found.submitted_at,
        "url": f"{page}/pull/{found.pull.number}#pullrequestreview-{found.id}",
    }
