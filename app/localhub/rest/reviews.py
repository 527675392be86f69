"""Reviews of a pull request and comments on its lines."""

from __future__ import annotations

from typing import Any

from app.localhub.actions import comments, reviews
from app.localhub.rest import routing, since
from app.localhub.rest.routing import Answer, Call
from app.localhub.shapes import issues as issue_shapes
from app.localhub.shapes import reviews as shapes
from app.localhub.state import issues

LONGEST = 65536
ROUTES = routing.Table()


@ROUTES.on("GET /repos/{owner}/{repo}/pulls/{number}/reviews", "pulls/list-reviews", "pull_requests=read")
async def list_(call: Call) -> Answer:
    return routing.paged(call, call.pull().reviews, lambda one: shapes.review(call.hub, one))


@ROUTES.on("POST /repos/{owner}/{repo}/pulls/{number}/reviews", "pulls/create-review", "pull_requests=write")
async def create(call: Call) -> Answer:
    pull, event = call.pull(), call.body.get("event")
    if event is not None and event not in list(reviews.EVENTS):
        raise routing.ApiError(422, "Unprocessable Entity", ["Variable $event was provided invalid value"])
    body = routing.optional(call, "PullRequestReview", "body") or ""
    commit = routing.optional(call, "PullRequestReview", "commit_id")
    given = call.body.get("comments") or []
    if not isinstance(given, list):
        raise routing.invalid("PullRequestReview", "comments")
    drafts = [_draft(one) for one in given]
    if event in ("REQUEST_CHANGES", "COMMENT") and not body and not drafts:
        raise routing.ApiError(422, "Unprocessable Entity", ["Body can't be blank"])
    if any(len(text) > LONGEST for text in (body, *(draft.body for draft in drafts))):
        raise routing.ApiError(422, "Unprocessable Entity", ["Body is too long (maximum is 65536 characters)"])
    if pull.locked:
        raise routing.ApiError(422, "Unprocessable Entity", ["lock prevents review"])
    state = reviews.EVENTS[event] if event else "PENDING"
    try:
        made = await reviews.submit(call.hub, pull, call.actor, state, body, drafts, commit)
    except reviews.Refused as refused:
        raise routing.ApiError(422, "Unprocessable Entity", refused.errors) from None
    return Answer(shapes.review(call.hub, made))


@ROUTES.on(
    "GET /repos/{owner}/{repo}/pulls/{number}/reviews/{review_id}/comments",
    "pulls/list-comments-for-review",
    "pull_requests=read",
)
async def list_of_review(call: Call) -> Answer:
    number = call.number("review_id")
    review = next((review for review in call.pull().reviews if review.id == number), None)
    if review is None:
        raise routing.not_found()
    return routing.paged(call, review.comments, lambda one: shapes.of_review(call.hub, one))


@ROUTES.on("GET /repos/{owner}/{repo}/pulls/comments", "pulls/list-review-comments-for-repo", "pull_requests=read")
async def list_all_comments(call: Call) -> Answer:
    found = [comment for pull in call.home.pulls for comment in pull.review_comments]
    return routing.paged(call, since.since(call, found), lambda one: shapes.comment(call.hub, one))


@ROUTES.on("GET /repos/{owner}/{repo}/pulls/{number}/comments", "pulls/list-review-comments", "pull_requests=read")
async def list_comments(call: Call) -> Answer:
    return routing.paged(call, call.pull().review_comments, lambda one: shapes.comment(call.hub, one))


@ROUTES.on(
    "POST /repos/{owner}/{repo}/pulls/{number}/comments/{comment_id}/replies",
    "pulls/create-reply-for-review-comment",
    "pull_requests=write",
)
async def reply(call: Call) -> Answer:
    root = _find(call)
    if root.in_reply_to is not None or root.pull is not call.pull():
        raise routing.not_found()
    body = routing.text(call, "PullRequestReviewComment", "body")
    return Answer(shapes.comment(call.hub, reviews.reply(call.hub, root, body, call.actor)), 201)


@ROUTES.on(
    "POST /repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions",
    "reactions/create-for-pull-request-review-comment",
    "pull_requests=write",
)
async def react(call: Call) -> Answer:
    content = call.body.get("content")
    if content not in issues.REACTIONS:
        raise routing.invalid("Reaction", "content")
    made, new = comments.react(call.hub, _find(call).reactions, content, call.actor)
    return Answer(issue_shapes.reaction(call.hub, made), 201 if new else 200)


def _find(call: Call) -> issues.ReviewComment:
    number = call.number("comment_id")
    for pull in call.home.pulls:
        for comment in pull.review_comments:
            if comment.id == number:
                return comment
    raise routing.not_found()


def _draft(given: Any) -> reviews.Draft:
    """One comment of the request; GitHub's 422 where a field is missing or of the wrong kind."""
    if not isinstance(given, dict) or not isinstance(given.get("path"), str) or not given.get("body"):
        raise routing.ApiError(422, "Invalid request.", ["comments need a path and a body"])
    line, start = given.get("line"), given.get("start_line")
    side, start_side = given.get("side", "RIGHT"), given.get("start_side")
    if not isinstance(line, int) or side not in ("LEFT", "RIGHT"):
        raise routing.ApiError(422, "Unprocessable Entity", ["Line could not be resolved"])
    if start is not None and (not isinstance(start, int) or start >= line):
        raise routing.ApiError(422, "Unprocessable Entity", ["Start line must precede the end line."])
    return reviews.Draft(given["path"], str(given["body"]), line, side, start, start_side)
