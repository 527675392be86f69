"""Branches move: push events, pull requests that follow their head, check suites, and CI."""

from __future__ import annotations

from typing import Any

from app.localhub import clock, git_compare, git_push, git_repo
from app.localhub.actions import checks, events, gates, pulls, reviews, workflows
from app.localhub.shapes import commits as commit_shapes
from app.localhub.shapes import repositories
from app.localhub.state import issues, people, repository, world

HEADS = "refs/heads/"


async def received(
    hub: world.World, home: repository.Repository, updates: list[git_push.RefUpdate], who: people.User
) -> None:
    """Everything that follows a push by git, one reference after the other."""
    for update in updates:
        hub.pushes.append(world.Push(home.full_name, update.ref, update.old, update.new, who.login))
        await moved(hub, home, update, who)


async def moved(hub: world.World, home: repository.Repository, update: git_push.RefUpdate, who: people.User) -> None:
    """What follows when a branch of `home` has a new tip (or is made, or deleted)."""
    home.pushed_at = home.updated_at = hub.now()
    await _send_push(hub, home, update, who)
    if not update.ref.startswith(HEADS):
        return
    branch, deleted = update.ref.removeprefix(HEADS), update.new == git_repo.ZERO
    for pull in _headed(hub, home, branch):
        async with hub.lock(pull.repository):
            if deleted:
                pulls.closed(hub, pull, who)
            elif pull.head_sha != update.new == await git_repo.ref(hub.git(home), update.ref):
                await _synchronize(hub, pull, update, who)  # what was pushed over meanwhile is no head any more
    if deleted:
        return
    await _merged_by_push(hub, home, branch, who)
    await checks.request_suite(hub, home, update.new, branch, update.old, who)
    workflows.on_push(hub, home, branch, update.new, who)
    for pull in _headed(hub, home, branch):
        workflows.on_pull_request(hub, pull, who, "synchronize")


async def delete_branch(hub: world.World, home: repository.Repository, branch: str, who: people.User) -> None:
    """Remove a branch as the API or the setting does; GitHub's events are those of a push."""
    repo, ref = hub.git(home), HEADS + branch
    old = await git_repo.ref(repo, ref)
    if old:
        await git_repo.delete_ref(repo, ref)
        await moved(hub, home, git_push.RefUpdate(ref, old, git_repo.ZERO), who)


def _headed(hub: world.World, home: repository.Repository, branch: str) -> list[issues.Pull]:
    return [
        pull
        for base in hub.repositories.values()
        for pull in base.pulls
        if pull.state == "open" and pull.head_repository is home and pull.head_ref == branch
    ]


async def _synchronize(hub: world.World, pull: issues.Pull, update: git_push.RefUpdate, who: people.User) -> None:
    before = pull.head_sha
    await pulls.take_head(hub, pull, update.new)
    pull.updated_at, pull.last_pusher = hub.now(), who
    for comment in pull.review_comments:
        comment.line = None if comment.original_commit_id != update.new else comment.line
    pulls.send(hub, "synchronize", pull, who, {"before": before, "after": update.new})
    if gates.protection(pull).dismiss_stale:
        for review in [one for one in pull.reviews if one.state == "APPROVED"]:
            reviews.dismiss(hub, review, who)


async def _merged_by_push(hub: world.World, home: repository.Repository, branch: str, who: people.User) -> None:
    """A pull request whose head is now in its base counts as merged, whoever pushed it there."""
    for pull in home.pulls:
        if pull.state != "open" or pull.base_ref != branch:
            continue
        tip = await git_repo.ref(hub.git(home), HEADS + branch)
        if tip and await git_compare.is_ancestor(hub.git(home), pull.head_sha, tip):
            pull.merged_at, pull.merged_by, pull.merge_commit_sha = hub.now(), who, tip
            pulls.closed(hub, pull, who)


async def _send_push(
    hub: world.World, home: repository.Repository, update: git_push.RefUpdate, who: people.User
) -> None:
    created, deleted = update.old == git_repo.ZERO, update.new == git_repo.ZERO
    listed: list[dict[str, Any]] = []
    forced = False
    if not deleted:
        repo = hub.git(home)
        forced = not created and not await git_compare.is_ancestor(repo, update.old, update.new)
        start = home.default_branch if created else update.old
        if created and update.ref == HEADS + home.default_branch:
            found = [await git_compare.commit(repo, update.new)]
        else:
            start = await git_repo.ref(repo, HEADS + start) or update.new if created else start
            found = await git_compare.commits_between(repo, start, update.new)
        listed = [await _commit(hub, home, commit) for commit in found[-2048:]]
    page = repositories.page(hub, home)
    head = await _commit(hub, home, await git_compare.commit(hub.git(home), update.new)) if not deleted else None
    parts = {
        "ref": update.ref,
        "before": update.old,
        "after": update.new,
        "created": created,
        "deleted": deleted,
        "forced": forced,
        "base_ref": None,
        "compare": f"{page}/compare/{update.old[:12]}...{update.new[:12]}",
        "commits": listed,
        "head_commit": head,
        "pusher": {"name": who.login, "email": people.signature(who)[1]},
        "repository": repositories.pushed(hub, home),
    }
    events.emit(hub, "push", None, home, who, parts)


async def _commit(hub: world.World, home: repository.Repository, found: git_compare.Commit) -> dict[str, Any]:
    names: dict[str, list[str]] = {"added": [], "removed": [], "modified": []}
    if found.parents:
        for file in await git_compare.changed_files(hub.git(home), found.parents[0], found.sha):
            names.get(file.status, names["modified"]).append(file.filename)
    author = commit_shapes.account(hub, found.author[1])
    committer = commit_shapes.account(hub, found.committer[1])
    return {
        "id": found.sha,
        "tree_id": found.tree,
        "distinct": True,
        "message": found.message,
        "timestamp": clock.iso(found.committed_at),
        "url": f"{repositories.page(hub, home)}/commit/{found.sha}",
        "author": _person(found.author, author),
        "committer": _person(found.committer, committer),
        **names,
    }


def _person(who: tuple[str, str], account: people.User | None) -> dict[str, Any]:
    shape = {"name": who[0], "email": who[1]}
    return shape | {"username": account.login} if account else shape
