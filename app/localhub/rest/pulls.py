"""Pull requests: list, open, read, change, merge."""

from __future__ import annotations

from typing import Any

from app.localhub import auth, git_compare, git_repo
from app.localhub.actions import mergeability, merging, pulls, updating, workflows
from app.localhub.rest import routing
from app.localhub.rest.routing import Answer, Call
from app.localhub.shapes import commits, repositories
from app.localhub.shapes import pulls as shapes
from app.localhub.state import issues, repository

ROUTES = routing.Table()


@ROUTES.on("GET /repos/{owner}/{repo}/pulls", "pulls/list", "pull_requests=read")
async def list_(call: Call) -> Answer:
    state, head, base = call.query.get("state", "open"), call.query.get("head"), call.query.get("base")
    if state not in ("open", "closed", "all"):
        raise routing.invalid("PullRequest", "state")
    found = [
        pull
        for pull in call.home.pulls
        if state in ("all", pull.state)
        and base in (None, "", pull.base_ref)
        and (not head or ":" not in head or head == f"{pull.head_owner.login}:{pull.head_ref}")
    ]
    key = "updated_at" if call.query.get("sort") == "updated" else "number"
    newest_first = call.query.get("direction", "desc" if "sort" not in call.query else "asc") == "desc"
    found.sort(key=lambda pull: (getattr(pull, key), pull.number), reverse=newest_first)
    return routing.paged(call, found, lambda pull: shapes.simple(call.hub, pull))


@ROUTES.on("POST /repos/{owner}/{repo}/pulls", "pulls/create", "pull_requests=write")
async def create(call: Call) -> Answer:
    title = routing.text(call, "PullRequest", "title")
    head = routing.text(call, "PullRequest", "head")
    base = routing.text(call, "PullRequest", "base")
    body = routing.optional(call, "PullRequest", "body")
    source, branch = _head(call, head)
    await _check_proposal(call, source, branch, base)
    draft, modify = call.body.get("draft") is True, call.body.get("maintainer_can_modify", True) is True
    proposal = pulls.Proposal(title, body, source, branch, base, draft, modify)
    pull = await pulls.open_(call.hub, call.home, proposal, call.actor)
    workflows.on_pull_request(call.hub, pull, call.actor, "opened")
    return Answer(shapes.full(call.hub, pull, "unknown"), 201)


@ROUTES.on("GET /repos/{owner}/{repo}/pulls/{number}", "pulls/get", "pull_requests=read")
async def get(call: Call) -> Answer:
    return Answer(await _shown(call, call.pull()))


@ROUTES.on("PATCH /repos/{owner}/{repo}/pulls/{number}", "pulls/update", "pull_requests=write")
async def update(call: Call) -> Answer:
    pull, changes = call.pull(), dict[str, Any]()
    for field in ("title", "body", "base"):
        if field in call.body:
            read = routing.optional if field == "body" else routing.text
            changes[field] = read(call, "PullRequest", field)
    if "base" in changes and await git_repo.ref(call.hub.git(call.home), f"refs/heads/{changes['base']}") is None:
        raise routing.invalid("PullRequest", "base")
    state = call.body.get("state")
    if state not in (None, "open", "closed"):
        raise routing.invalid("PullRequest", "state")
    if state == "open" and pull.state == "closed" and pull.merged_at:
        raise routing.invalid("PullRequest", "state", "custom", "state cannot be changed. It is merged.")
    await pulls.edit(call.hub, pull, changes, call.actor)
    if state == "closed" and pull.state == "open":
        pulls.closed(call.hub, pull, call.actor)
    elif state == "open" and pull.state == "closed":
        pulls.reopen(call.hub, pull, call.actor)
        workflows.on_pull_request(call.hub, pull, call.actor, "reopened")
    return Answer(await _shown(call, pull))


@ROUTES.on("GET /repos/{owner}/{repo}/pulls/{number}/files", "pulls/list-files", "pull_requests=read")
async def files(call: Call) -> Answer:
    pull = call.pull()
    found = await git_compare.changed_files(call.hub.git(call.home), pull.base_sha, pull.head_sha)
    return routing.paged(call, found[:3000], lambda file: commits.file(call.hub, call.home, pull.head_sha, file))


@ROUTES.on("GET /repos/{owner}/{repo}/pulls/{number}/commits", "pulls/list-commits", "pull_requests=read")
async def list_commits(call: Call) -> Answer:
    pull = call.pull()
    found = await git_compare.commits_between(call.hub.git(call.home), pull.base_sha, pull.head_sha)
    return routing.paged(call, found[:250], lambda commit: commits.commit(call.hub, call.home, commit))


@ROUTES.on("PUT /repos/{owner}/{repo}/pulls/{number}/merge", "pulls/merge", "contents=write")
async def merge(call: Call) -> Answer:
    method = call.body.get("merge_method") or "merge"
    if method not in list(merging.METHODS):
        raise routing.invalid("PullRequest", "merge_method")
    told = [routing.optional(call, "PullRequest", field) for field in ("sha", "commit_title", "commit_message")]
    wish = merging.Wish(method, *told)
    try:
        sha = await merging.merge(call.hub, call.pull(), wish, call.actor)
    except merging.Refused as refused:
        raise routing.ApiError(refused.status, refused.message) from None
    return Answer({"sha": sha, "merged": True, "message": "Pull Request successfully merged"})


@ROUTES.on("PUT /repos/{owner}/{repo}/pulls/{number}/update-branch", "pulls/update-branch", "pull_requests=write")
async def update_branch(call: Call) -> Answer:
    """Accepted at once and done a moment later; the App needs the contents of the head's repository, too."""
    pull, expected = call.pull(), routing.optional(call, "PullRequest", "expected_head_sha")
    source = pull.head_repository
    if call.token is None or source is None or not auth.sees(call.token, source):
        raise routing.ApiError(403, "Resource not accessible by integration")
    try:
        await updating.begin(call.hub, pull, expected, call.actor)
    except updating.Refused as refused:
        raise routing.ApiError(422, str(refused)) from None
    url = f"{repositories.page(call.hub, call.home)}/pull/{pull.number}"
    return Answer({"message": "Updating pull request branch.", "url": url}, 202)


async def _shown(call: Call, pull: issues.Pull) -> dict[str, Any]:
    return shapes.full(call.hub, pull, await mergeability.state(call.hub, pull))


def _head(call: Call, head: str) -> tuple[repository.Repository, str]:
    """The repository and branch of `BRANCH` or `OWNER:BRANCH`, the latter perhaps in a fork."""
    owner, colon, branch = head.partition(":")
    if not colon:
        return call.home, head
    for found in call.hub.repositories.values():
        related = found is call.home or found.parent is call.home
        if related and not found.deleted and found.owner.login.lower() == owner.lower():
            return found, branch
    raise routing.invalid("PullRequest", "head")


async def _check_proposal(call: Call, source: repository.Repository, branch: str, base: str) -> None:
    head_sha = await git_repo.ref(call.hub.git(source), f"refs/heads/{branch}")
    base_sha = await git_repo.ref(call.hub.git(call.home), f"refs/heads/{base}")
    if head_sha is None or base_sha is None:
        raise routing.invalid("PullRequest", "base" if base_sha is None else "head")
    label = f"{source.owner.login}:{branch}"
    for pull in call.home.pulls:
        if (pull.state, pull.head_repository, pull.head_ref, pull.base_ref) == ("open", source, branch, base):
            text = f"A pull request already exists for {label}."
            raise _custom(text)
    if source is call.home and not await git_compare.commits_between(call.hub.git(source), base_sha, head_sha):
        raise _custom(f"No commits between {base} and {branch}")


def _custom(message: str) -> routing.ApiError:
    return routing.ApiError(
        422, "Validation Failed", [{"resource": "PullRequest", "code": "custom", "message": message}]
    )
