"""A repository: its settings, files, branches with their rules, references, and what people may do in it."""

from __future__ import annotations

import pathlib
from typing import Any

from app.localhub import git_compare, git_process, git_repo
from app.localhub.actions import pushing
from app.localhub.rest import commits as named
from app.localhub.rest import routing
from app.localhub.rest.routing import Answer, Call
from app.localhub.shapes import branches, commits, repositories, users

ROUTES = routing.Table()


@ROUTES.on("GET /repos/{owner}/{repo}", "repos/get", "metadata=read")
async def get(call: Call) -> Answer:
    return Answer(repositories.full(call.hub, call.home))


@ROUTES.on("GET /repos/{owner}/{repo}/contents/{path:path}", "repos/get-content", "contents=read")
async def content(call: Call) -> Answer:
    ref, path = call.query.get("ref", call.home.default_branch), call.params["path"].strip("/")
    try:
        sha = await named.resolve(call, ref)
    except routing.ApiError:
        raise routing.ApiError(404, f"No commit found for the ref {ref}") from None
    repo = call.hub.git(call.home)
    data = await git_repo.read_file(repo, sha, path) if path else None
    if data is not None:
        blob = (await git_process.run(repo, "hash-object", "--stdin", stdin=data)).text
        return Answer(commits.content(call.hub, call.home, path, blob, ref, data))
    inside = await git_repo.list_files(repo, sha, path)
    if not inside:
        raise routing.not_found()
    return Answer(await _directory(call, repo, sha, path, ref))


@ROUTES.on("GET /repos/{owner}/{repo}/branches/{branch:path}", "repos/get-branch", "contents=read")
async def branch(call: Call) -> Answer:
    name = call.params["branch"]
    repo = call.hub.git(call.home)
    sha = await git_repo.ref(repo, f"refs/heads/{name}")
    if sha is None:
        raise routing.ApiError(404, "Branch not found")
    found = await git_compare.commit(repo, sha)
    return Answer(branches.branch(call.hub, call.home, name, found))


@ROUTES.on("GET /repos/{owner}/{repo}/rules/branches/{branch:path}", "repos/get-branch-rules", "metadata=read")
async def rules(call: Call) -> Answer:
    found = branches.rules(call.home, call.params["branch"])
    return routing.paged(call, found, lambda rule: rule)


@ROUTES.on(
    "GET /repos/{owner}/{repo}/collaborators/{username}/permission",
    "repos/get-collaborator-permission-level",
    "metadata=read",
)
async def permission(call: Call) -> Answer:
    user = call.hub.users.get(call.params["username"].lower())
    if user is None or user.type != "User":
        raise routing.ApiError(404, f"{call.params['username']} is not a user")
    role = call.home.role(user.login)
    flags = {"permissions": repositories.permissions(call.home, role), "role_name": role}
    shape = users.simple(call.hub, user) | flags
    simple = {"maintain": "write", "triage": "read"}.get(role, role)
    return Answer({"permission": simple, "role_name": role, "user": shape})


@ROUTES.on("GET /repos/{owner}/{repo}/git/ref/{ref:path}", "git/get-ref", "contents=read")
async def reference(call: Call) -> Answer:
    ref = f"refs/{call.params['ref']}"
    sha = await git_repo.ref(call.hub.git(call.home), ref)
    if sha is None:
        raise routing.not_found()
    return Answer(commits.reference(call.hub, call.home, ref, sha))


@ROUTES.on("DELETE /repos/{owner}/{repo}/git/refs/{ref:path}", "git/delete-ref", "contents=write")
async def delete_reference(call: Call) -> Answer:
    ref = f"refs/{call.params['ref']}"
    name = ref.removeprefix(pushing.HEADS)
    if name == ref or await git_repo.ref(call.hub.git(call.home), ref) is None:
        raise routing.ApiError(422, "Reference does not exist")
    if name == call.home.default_branch or name in call.home.protections:
        raise routing.ApiError(422, "Cannot delete this branch")
    await pushing.delete_branch(call.hub, call.home, name, call.actor)
    return Answer(status=204)


async def _directory(call: Call, repo: pathlib.Path, sha: str, path: str, ref: str) -> list[dict[str, Any]]:
    at = f"{sha}:{path}" if path else f"{sha}^{{tree}}"
    listed = (await git_process.run(repo, "ls-tree", "-z", "--long", "--end-of-options", at)).data
    found = []
    for line in listed.decode("utf-8", "replace").split("\0")[:-1]:
        what, _, name = line.partition("\t")
        _, kind, blob, size = what.split()
        whole = f"{path}/{name}" if path else name
        shape = commits.content(call.hub, call.home, whole, blob, ref, b"")
        del shape["content"], shape["encoding"]
        kinds = {"blob": "file", "tree": "dir", "commit": "submodule"}
        found.append(shape | {"type": kinds[kind], "size": 0 if size == "-" else int(size)})
    return found
