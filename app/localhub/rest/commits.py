"""Commits by name: which one a path means, comparisons, and the pull requests of a commit."""

from __future__ import annotations

from app.localhub import git_compare, git_repo
from app.localhub.rest import routing
from app.localhub.rest.routing import Answer, Call
from app.localhub.shapes import commits, pulls, repositories

ROUTES = routing.Table()


async def resolve(call: Call, name: str) -> str:
    """The commit for a branch, `heads/BRANCH`, a tag or a SHA; GitHub's 422 when there is none."""
    repo = call.hub.git(call.home)
    candidates = [f"refs/heads/{name}", f"refs/tags/{name}", f"refs/{name}"]
    if len(name) >= 4 and all(letter in "0123456789abcdef" for letter in name):
        candidates.append(name)
    for candidate in candidates:
        found = await git_repo.ref(repo, candidate)
        if found:
            return found
    raise routing.ApiError(422, f"No commit found for SHA: {name}")


@ROUTES.on(
    "GET /repos/{owner}/{repo}/commits/{ref:path}/pulls",
    "repos/list-pull-requests-associated-with-commit",
    "contents=read",
    "pull_requests=read",
)
async def list_pulls(call: Call) -> Answer:
    """Pull requests that contain the commit, merged and open ones."""
    sha, repo, found = await resolve(call, call.params["ref"]), call.hub.git(call.home), []
    for pull in call.home.pulls:
        between = await git_compare.commits_between(repo, pull.base_sha, pull.head_sha)
        if sha == pull.merge_commit_sha or any(one.sha == sha for one in between):
            found.append(pull)
    return routing.paged(call, found, lambda pull: pulls.simple(call.hub, pull))


@ROUTES.on("GET /repos/{owner}/{repo}/commits/{ref:path}", "repos/get-commit", "contents=read")
async def get(call: Call) -> Answer:
    repo = call.hub.git(call.home)
    found = await git_compare.commit(repo, await resolve(call, call.params["ref"]))
    shape = commits.commit(call.hub, call.home, found)
    files = await git_compare.changed_files(repo, found.parents[0], found.sha) if found.parents else []
    added, removed = sum(one.additions for one in files), sum(one.deletions for one in files)
    shape["stats"] = {"additions": added, "deletions": removed, "total": added + removed}
    shape["files"] = [commits.file(call.hub, call.home, found.sha, one) for one in files]
    return Answer(shape)


@ROUTES.on("GET /repos/{owner}/{repo}/compare/{basehead:path}", "repos/compare-commits", "contents=read")
async def compare(call: Call) -> Answer:
    """What `head` has that `base` has not; sides may be written `OWNER:BRANCH` within this repository."""
    base_name, dots, head_name = call.params["basehead"].partition("...")
    if not dots or not base_name or not head_name:
        raise routing.not_found()
    try:
        base, head = await resolve(call, _local(call, base_name)), await resolve(call, _local(call, head_name))
    except routing.ApiError:
        raise routing.not_found() from None
    hub, home, repo = call.hub, call.home, call.hub.git(call.home)
    start = await git_compare.merge_base(repo, base, head)
    if start is None:
        raise routing.ApiError(404, f"No common ancestor between {base_name} and {head_name}.")
    ahead = await git_compare.commits_between(repo, base, head)
    behind = await git_compare.commits_between(repo, head, base)
    files = await git_compare.changed_files(repo, base, head)
    page = f"{repositories.page(hub, home)}/compare/{call.params['basehead']}"
    status = {(True, True): "diverged", (True, False): "ahead", (False, True): "behind"}
    return Answer(
        {
            "url": f"{repositories.address(hub, home)}/compare/{call.params['basehead']}",
            "html_url": page,
            "permalink_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "base_commit": commits.commit(hub, home, await git_compare.commit(repo, base)),
            "merge_base_commit": commits.commit(hub, home, await git_compare.commit(repo, start)),
            "status": status.get((bool(ahead), bool(behind)), "identical"),
            "ahead_by": len(ahead),
            "behind_by": len(behind),
            "total_commits": len(ahead),
            "commits": [commits.commit(hub, home, one) for one in ahead[:250]],
            "files": [commits.file(hub, home, head, one) for one in files[:300]],
        }
    )


def _local(call: Call, name: str) -> str:
    owner, colon, branch = name.partition(":")
    return branch if colon and owner.lower() == call.home.owner.login.lower() else name
