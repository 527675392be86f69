"""Issues, the comments of their conversation, labels, and reactions."""

from __future__ import annotations

from app.localhub.actions import comments, pulls
from app.localhub.rest import routing, since
from app.localhub.rest.routing import Answer, Call
from app.localhub.shapes import issues as shapes
from app.localhub.state import issues

LONGEST = 65536
BOTH_READ = ("issues=read", "pull_requests=read")
BOTH_WRITE = ("issues=write", "pull_requests=write")
ROUTES = routing.Table()


@ROUTES.on("GET /repos/{owner}/{repo}/issues/comments", "issues/list-comments-for-repo", *BOTH_READ)
async def list_all_comments(call: Call) -> Answer:
    found = [comment for issue in call.home.issues.values() for comment in issue.comments]
    return routing.paged(call, since.since(call, found), lambda one: shapes.comment(call.hub, one))


@ROUTES.on("GET /repos/{owner}/{repo}/issues/{number}", "issues/get", *BOTH_READ)
async def get(call: Call) -> Answer:
    return Answer(shapes.issue(call.hub, call.issue()))


@ROUTES.on("PATCH /repos/{owner}/{repo}/issues/{number}", "issues/update", *BOTH_WRITE)
async def update(call: Call) -> Answer:
    issue, state = call.issue(), call.body.get("state")
    if state not in (None, "open", "closed"):
        raise routing.invalid("Issue", "state")
    if state and not isinstance(issue, issues.Pull):
        comments.set_issue_state(call.hub, issue, state, call.actor)
    elif state == "closed" and isinstance(issue, issues.Pull) and issue.state == "open":
        pulls.closed(call.hub, issue, call.actor)
    return Answer(shapes.issue(call.hub, issue))


@ROUTES.on("GET /repos/{owner}/{repo}/issues/{number}/comments", "issues/list-comments", *BOTH_READ)
async def list_comments(call: Call) -> Answer:
    found = since.since(call, call.issue().comments)
    return routing.paged(call, found, lambda one: shapes.comment(call.hub, one))


@ROUTES.on("POST /repos/{owner}/{repo}/issues/{number}/comments", "issues/create-comment", *BOTH_WRITE)
async def create_comment(call: Call) -> Answer:
    issue, body = call.issue(), _body(call)
    if issue.locked:
        raise routing.ApiError(403, "Unable to create comment because issue is locked.")
    app = call.token.installation.app if call.token else None
    made = comments.create(call.hub, issue, body, call.actor, app)
    return Answer(shapes.comment(call.hub, made), 201)


@ROUTES.on("GET /repos/{owner}/{repo}/issues/comments/{comment_id}", "issues/get-comment", *BOTH_READ)
async def get_comment(call: Call) -> Answer:
    return Answer(shapes.comment(call.hub, _find(call)))


@ROUTES.on("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", "issues/update-comment", *BOTH_WRITE)
async def update_comment(call: Call) -> Answer:
    comment = _find(call)
    comments.edit(call.hub, comment, _body(call), call.actor)
    return Answer(shapes.comment(call.hub, comment))


@ROUTES.on("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", "issues/delete-comment", *BOTH_WRITE)
async def delete_comment(call: Call) -> Answer:
    comments.delete(call.hub, _find(call), call.actor)
    return Answer(status=204)


@ROUTES.on(
    "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
    "reactions/create-for-issue-comment",
    "issues=write",
)
async def react(call: Call) -> Answer:
    content = call.body.get("content")
    if content not in issues.REACTIONS:
        raise routing.invalid("Reaction", "content")
    made, new = comments.react(call.hub, _find(call).reactions, content, call.actor)
    return Answer(shapes.reaction(call.hub, made), 201 if new else 200)


@ROUTES.on("POST /repos/{owner}/{repo}/issues/{number}/labels", "issues/add-labels", *BOTH_WRITE)
async def add_labels(call: Call) -> Answer:
    issue, names = call.issue(), call.body.get("labels")
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise routing.invalid("Label", "name")
    for name in names:
        pulls.label(call.hub, issue, name, call.actor)
    return Answer([shapes.label(call.hub, call.home, one) for one in issue.labels])


@ROUTES.on("DELETE /repos/{owner}/{repo}/issues/{number}/labels/{name}", "issues/remove-label", *BOTH_WRITE)
async def remove_label(call: Call) -> Answer:
    issue = call.issue()
    if not pulls.unlabel(call.hub, issue, call.params["name"], call.actor):
        raise routing.ApiError(404, "Label does not exist")
    return Answer([shapes.label(call.hub, call.home, one) for one in issue.labels])


def _find(call: Call) -> issues.Comment:
    found = comments.find(call.home, call.number("comment_id"))
    if found is None:
        raise routing.not_found()
    return found


def _body(call: Call) -> str:
    body = routing.text(call, "IssueComment", "body")
    if len(body) > LONGEST:
        message = f"body is too long (maximum is {LONGEST} characters)"
        raise routing.invalid("IssueComment", "body", "custom", message)
    return body
