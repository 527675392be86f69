"""The merge queue: a pull request waits on a branch of its own for its checks, and is merged or thrown out."""

from __future__ import annotations

from app.localhub import git_compare, git_merge, git_push, git_repo
from app.localhub.actions import checks, events, mergeability, pulls, pushing
from app.localhub.shapes import commits
from app.localhub.state import issues, people, world

TOLD = {"MERGE": "merged", "CI_FAILURE": "failed_checks", "CI_TIMEOUT": "checks_timed_out"}  # so GraphQL has them
REASONS = {"MERGE": "merged", "QUEUE_CLEARED": "invalidated"}


async def enqueue(hub: world.World, pull: issues.Pull, who: people.User) -> issues.QueueEntry:
    """Put a pull request into its base branch's queue; raises git_merge.MergeConflict."""
    repo, base = hub.git(pull.repository), await mergeability.tip(hub, pull)
    ref = f"{pushing.HEADS}gh-readonly-queue/{pull.base_ref}/pr-{pull.number}-{base}"
    text = f"Merge pull request #{pull.number} from {pull.head_owner.login}/{pull.head_ref}"
    sha = await git_merge.merge_commit(repo, base, pull.head_sha, text, people.signature(who), hub.clock.now())
    await git_repo.set_ref(repo, ref, sha)
    entry = pull.queued = issues.QueueEntry(ref, sha, base, pull.head_sha, who, hub.now())
    pulls.send(hub, "enqueued", pull, who)
    await _send_group(hub, "checks_requested", pull, entry, who)
    branch = ref.removeprefix(pushing.HEADS)
    await checks.request_suite(hub, pull.repository, sha, branch, base, who)
    return entry


async def leave(hub: world.World, pull: issues.Pull, reason: str, who: people.User) -> None:
    """Take a pull request out of the queue; `reason` MERGE merges what was tested."""
    entry, repo = pull.queued, hub.git(pull.repository)
    if entry is None:
        return
    pull.queued = None
    pull.removals.append((TOLD.get(reason, reason.lower()), hub.now()))
    await _send_group(hub, "destroyed", pull, entry, who, REASONS.get(reason, "dequeued"))
    await git_repo.delete_ref(repo, entry.ref)
    pulls.send(hub, "dequeued", pull, who, {"reason": reason})
    if reason != "MERGE":
        return
    base = f"{pushing.HEADS}{pull.base_ref}"
    await git_repo.set_ref(repo, base, entry.sha, entry.base_sha)
    hub.merges.append(world.Merge(pull, pull.head_sha, entry.sha, "merge", who.login))
    await pushing.moved(hub, pull.repository, git_push.RefUpdate(base, entry.base_sha, entry.sha), who)


async def _send_group(
    hub: world.World, action: str, pull: issues.Pull, entry: issues.QueueEntry, who: people.User, reason: str = ""
) -> None:
    head = await git_compare.commit(hub.git(pull.repository), entry.sha)
    group = {
        "head_sha": entry.sha,
        "head_ref": entry.ref,
        "base_sha": entry.base_sha,
        "base_ref": f"{pushing.HEADS}{pull.base_ref}",
        "head_commit": commits.simple(head),
    }
    parts = {"merge_group": group} | ({"reason": reason} if reason else {})
    events.emit(hub, "merge_group", action, pull.repository, who, parts)
