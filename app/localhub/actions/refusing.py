"""What a push may not do: the branch's rules, and the workflow files of an App that may not write them."""

from __future__ import annotations

import fnmatch
import urllib.parse
from pathlib import Path

from app.localhub import auth, git_compare, git_process, git_push, git_repo
from app.localhub.actions import workflows
from app.localhub.state import repository, world

HEADS = "refs/heads/"
NO_WORKFLOWS = "refusing to allow a GitHub App to create or update workflow `{}` without `workflows` permission"
MEGABYTE = 1024 * 1024


async def refusal(hub: world.World, home: repository.Repository, update: git_push.RefUpdate) -> str | None:
    """GitHub's words against one update, None if it may be; the last line is what git shows in brackets.

    Only apps push over HTTP, and no app signs its commits.
    """
    repo, rules = hub.git(home), home.protections.get(update.ref.removeprefix(HEADS))
    token = hub.tokens.get(update.credential or "")
    if update.new != git_repo.ZERO and token and not auth.may(token, "workflows", "write"):
        path = await _new_workflow(repo, update)
        if path:
            return NO_WORKFLOWS.format(path)
    if rules is None:
        return None
    broken = await _broken(repo, rules, update)
    return _words(hub, home, rules, update.ref, broken) if broken else None


async def _broken(repo: Path, rules: repository.Protection, update: git_push.RefUpdate) -> list[str]:
    if rules.by_pull_only:
        return ["Changes must be made through a pull request."]
    created, deleted = update.old == git_repo.ZERO, update.new == git_repo.ZERO
    if deleted:
        return ["Cannot delete this branch"]
    found = []
    if rules.signatures:
        found.append("Commits must have verified signatures.")
    if rules.no_force and not created and not await git_compare.is_ancestor(repo, update.old, update.new):
        found.append("Cannot force-push to this branch")
    news = [] if created else await git_compare.commits_between(repo, update.old, update.new)
    if rules.linear and any(len(commit.parents) > 1 for commit in news):
        found.append("This branch must not contain merge commits.")
    for name in await _changed(repo, update):
        if any(fnmatch.fnmatch(name, pattern) for pattern in rules.paths):
            found.append(f"File path is restricted: {name}")
        data = await git_repo.read_file(repo, update.new, name) if rules.max_megabytes else None
        if data and rules.max_megabytes and len(data) > rules.max_megabytes * MEGABYTE:
            found.append(f"File {name} is over the limit of {rules.max_megabytes} MB")
    return found


async def _changed(repo: Path, update: git_push.RefUpdate) -> list[str]:
    start = update.old
    if start == git_repo.ZERO:
        start = (await git_process.run(repo, "hash-object", "-t", "tree", "-w", "--stdin")).text
    listed = await git_process.run(repo, "diff", "--name-only", "-z", "--end-of-options", start, update.new, "--")
    return [name for name in listed.data.decode("utf-8", "replace").split("\0") if name]


async def _new_workflow(repo: Path, update: git_push.RefUpdate) -> str | None:
    """A workflow file whose content no branch has at that path yet."""
    tips = [tip for tip in (await git_repo.refs(repo)).values() if tip != update.new]
    for path in await git_repo.list_files(repo, update.new, workflows.FOLDER):
        data = await git_repo.read_file(repo, update.new, path)
        for tip in tips:
            if await git_repo.read_file(repo, tip, path) == data:
                break
        else:
            return path
    return None


def _words(
    hub: world.World, home: repository.Repository, rules: repository.Protection, ref: str, broken: list[str]
) -> str:
    if rules.source != "ruleset":
        remarks = [f"error: GH006: Protected branch update failed for {ref}."]
        return "\n".join([*remarks, *(f"error: {one}" for one in broken), "protected branch hook declined"])
    url = f"{hub.origin}/{home.full_name}/rules?ref={urllib.parse.quote(ref, safe='')}"
    remarks = [
        f"error: GH013: Repository rule violations found for {ref}.",
        f"Review all repository rules at {url}",
        *(f"- {one}" for one in broken),
    ]
    return "\n".join([*remarks, "push declined due to repository rule violations"])
