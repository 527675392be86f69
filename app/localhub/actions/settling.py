"""What GitHub does by itself: its queue merges what is green and lets go of the rest, auto-merge merges."""

from __future__ import annotations

import contextlib

from app.localhub import git_merge
from app.localhub.actions import gates, mergeability, merging, pulls, queueing
from app.localhub.state import issues, people, repository, world

QUEUE = "github-merge-queue[bot]"


class Refused(Exception):
    """GitHub's words against auto-merge, or against a place in the queue."""


async def settle(hub: world.World, home: repository.Repository) -> None:
    """Look after every pull request that waits to be merged."""
    for pull in home.pulls:
        if pull.queued is not None:
            await _in_queue(hub, pull, pull.queued)
        elif pull.auto_merge is not None and pull.state == "open":
            await _merge_if_ready(hub, pull, pull.auto_merge)


async def enqueue(hub: world.World, pull: issues.Pull, sha: str | None, who: people.User) -> None:
    """Put a pull request into the queue that its branch demands. Raises Refused."""
    if not gates.protection(pull).merge_queue:
        raise Refused("Pull request Merge queue is not enabled on this branch")
    if pull.queued is not None:
        raise Refused("Pull request is already in the merge queue")
    _check(pull, sha)
    if unmet := gates.unmet(pull):
        raise Refused(f"Pull request {unmet[0]}")
    try:
        await queueing.enqueue(hub, pull, who)
    except git_merge.MergeConflict:
        raise Refused(f"Pull request {gates.NOT_MERGEABLE}") from None
    hub.stir(pull.repository)


async def dequeue(hub: world.World, pull: issues.Pull, who: people.User) -> None:
    """Take a pull request out of the queue. Raises Refused."""
    if pull.queued is None:
        raise Refused("Pull request is not in the merge queue")
    await queueing.leave(hub, pull, "MANUAL", who)


def disable(hub: world.World, pull: issues.Pull, who: people.User) -> None:
    """Have nothing merged by itself any more. Raises Refused."""
    if pull.auto_merge is None:
        raise Refused("Can't disable auto-merge for this pull request")
    pulls.set_auto_merge(hub, pull, None, who)


async def enable(hub: world.World, pull: issues.Pull, sha: str | None, method: str, who: people.User) -> None:
    """Have a pull request merged once what its branch demands holds. Raises Refused."""
    if not pull.repository.settings.allow_auto_merge:
        raise Refused("Auto merge is not allowed for this repository")
    _check(pull, sha)
    known = await mergeability.compute(hub, pull)
    if known.clean and not gates.unmet(pull):
        raise Refused(f"Pull request is in {'unstable' if gates.unstable(pull) else 'clean'} status")
    pulls.set_auto_merge(hub, pull, method, who)


def _check(pull: issues.Pull, sha: str | None) -> None:
    if pull.state != "open":
        raise Refused("Pull request is closed")
    if pull.draft:
        raise Refused("Pull request is a draft")
    if sha is not None and sha != pull.head_sha:
        raise Refused("Head branch was modified. Review and try the merge again.")


async def _in_queue(hub: world.World, pull: issues.Pull, entry: issues.QueueEntry) -> None:
    rules, queue = gates.protection(pull), hub.user(QUEUE)
    if pull.state != "open" or pull.draft or entry.head_sha != pull.head_sha:
        await queueing.leave(hub, pull, "MANUAL", queue)
        return
    told = [set(gates.results(pull.repository, entry.sha, required)) for required in rules.required]
    if any("fail" in one for one in told):
        await queueing.leave(hub, pull, "CI_FAILURE", queue)
    elif told and all(one == {"pass"} for one in told):
        await queueing.leave(hub, pull, "MERGE", queue)


async def _merge_if_ready(hub: world.World, pull: issues.Pull, wanted: issues.AutoMerge) -> None:
    rules = gates.protection(pull)
    if not rules.by_pull_only or pull.base_ref not in pull.repository.protections or gates.unmet(pull) or pull.draft:
        return
    with contextlib.suppress(merging.Refused):
        await merging.merge(hub, pull, merging.Wish(wanted.method), wanted.enabled_by)
