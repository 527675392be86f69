"""Reviews of pull requests and the comments on lines."""

from __future__ import annotations

from typing import Any

from app.localhub.shapes import issues, repositories, users
from app.localhub.state import issues as records
from app.localhub.state import world


def review(hub: world.World, found: records.Review) -> dict[str, Any]:
    """`pull-request-review`."""
    url = f"{repositories.address(hub, found.pull.repository)}/pulls/{found.pull.number}"
    page = f"{repositories.page(hub, found.pull.repository)}/pull/{found.pull.number}"
    html = f"{page}#pullrequestreview-{found.id}"
    return {
        "id": found.id,
        "node_id": users.node_id("PullRequestReview", found.id),
        "user": None if found.user.gone else users.simple(hub, found.user),
        "body": found.body,
        "state": found.state,
        "html_url": html,
        "pull_request_url": url,
        "author_association": issues.association(found.pull.repository, found.user),
        "_links": {"html": {"href": html}, "pull_request": {"href": url}},
        "submitted_at": found.submitted_at,
        "commit_id": found.commit_id,
    }


def sent(hub: world.World, found: records.Review) -> dict[str, Any]:
    """The review of a `pull_request_review` event: states are lower case, an empty body is null."""
    return review(hub, found) | {
        "state": found.state.lower(),
        "body": found.body or None,
        "updated_at": found.updated_at,
    }


def comment(hub: world.World, found: records.ReviewComment) -> dict[str, Any]:
    """`pull-request-review-comment`."""
    home = repositories.address(hub, found.pull.repository)
    url = f"{home}/pulls/comments/{found.id}"
    page = f"{repositories.page(hub, found.pull.repository)}/pull/{found.pull.number}#discussion_r{found.id}"
    pull = f"{home}/pulls/{found.pull.number}"
    shape = {
        "url": url,
        "pull_request_review_id": found.review.id,
        "id": found.id,
        "node_id": users.node_id("PullRequestReviewComment", found.id),
        "diff_hunk": found.diff_hunk,
        "path": found.path,
        "commit_id": found.commit_id,
        "original_commit_id": found.original_commit_id,
        "user": None if found.user.gone else users.simple(hub, found.user),
        "body": found.body,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
        "html_url": page,
        "pull_request_url": pull,
        "author_association": issues.association(found.pull.repository, found.user),
        "_links": {"self": {"href": url}, "html": {"href": page}, "pull_request": {"href": pull}},
        "reactions": issues.rollup(url, found.reactions),
        "start_line": found.start_line if found.line else None,
        "original_start_line": found.start_line,
        "start_side": found.start_side,
        "line": found.line,
        "original_line": found.original_line,
        "side": found.side,
        "original_position": found.position,
        "position": found.position if found.line else None,
        "subject_type": "line",
    }
    if found.in_reply_to:
        shape["in_reply_to_id"] = found.in_reply_to
    return shape


def of_review(hub: world.World, found: records.ReviewComment) -> dict[str, Any]:
    """`review-comment`, which the comments of one review are listed as: it does not tell their lines."""
    hidden = ("line", "original_line", "start_line", "original_start_line", "start_side", "side", "subject_type")
    return {key: value for key, value in comment(hub, found).items() if key not in hidden}
