"""Merging a pull request at one commit and no other, now or when GitHub's queue gets to it; taking its branch away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from app import errors
from app.github import commits, shape, urls
from app.github.repository import Repository

Method = Literal["merge", "squash", "rebase"]

_STANDING = """
query Standing($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) {
    headRefOid isInMergeQueue
    mergeQueueEntry { enqueuer { __typename login } }
    autoMergeRequest { enabledBy { __typename login } }
    timelineItems(last: 1, itemTypes: [REMOVED_FROM_MERGE_QUEUE_EVENT]) {
      nodes { ... on RemovedFromMergeQueueEvent { reason } }
    }
  } }
}
"""
_ENQUEUE = """
mutation Enqueue($pull: ID!, $sha: GitObjectID!) {
  enqueuePullRequest(input: {pullRequestId: $pull, expectedHeadOid: $sha}) { mergeQueueEntry { state } }
}
"""
_DEQUEUE = """
mutation Dequeue($pull: ID!) { dequeuePullRequest(input: {id: $pull}) { mergeQueueEntry { state } } }
"""
_ENABLE = """
mutation EnableAutoMerge($pull: ID!, $sha: GitObjectID!, $method: PullRequestMergeMethod!) {
  enablePullRequestAutoMerge(input: {pullRequestId: $pull, expectedHeadOid: $sha, mergeMethod: $method}) {
    pullRequest { number }
  }
}
"""
_DISABLE = """
mutation DisableAutoMerge($pull: ID!) {
  disablePullRequestAutoMerge(input: {pullRequestId: $pull}) { pullRequest { number } }
}
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """What GitHub was asked to merge by itself; logins are spelt as REST does ("name[bot]").

    `removed` is the reason of the last time that the merge queue let it go, in GitHub's word.
    """

    head_sha: str
    in_queue: bool
    enqueued_by: str | None
    auto_by: str | None
    removed: str | None


async def merge(repo: Repository, number: int, sha: str, method: Method) -> str:
    """Merge if the head still is `sha`, with the words that the repository's settings give it; the merge commit's SHA.

    Raises errors.Transient when GitHub is busy with the base ("Base branch was modified"),
    errors.Conflict when the head moved, another errors.Refused with GitHub's words when a rule is
    against it, and errors.UnknownEffect when the answer got lost: then read the pull request first.
    """
    found = await repo.write("PUT", f"pulls/{number}/merge", {"sha": sha, "merge_method": method})
    with shape.after_a_write():
        answer = shape.mapping(found, "a merge")
        if not shape.flag(answer, "merged"):
            raise errors.Refused(shape.text_or_none(answer, "message") or "GitHub did not merge")
        return shape.text(answer, "sha")


async def standing(repo: Repository, number: int) -> Standing:
    """How the pull request stands with the merge queue and auto-merge now."""
    found = shape.part(await repo.query(_STANDING, number=number), "repository")
    pull = shape.part(found, "pullRequest")
    left = shape.parts(shape.part(pull, "timelineItems"), "nodes")
    return Standing(
        head_sha=shape.text(pull, "headRefOid"),
        in_queue=shape.flag(pull, "isInMergeQueue"),
        enqueued_by=_who(shape.part_or_none(pull, "mergeQueueEntry"), "enqueuer"),
        auto_by=_who(shape.part_or_none(pull, "autoMergeRequest"), "enabledBy"),
        removed=shape.text_or_none(left[-1], "reason") if left else None,
    )


async def enqueue(repo: Repository, node_id: str, sha: str) -> None:
    """Put the pull request into its base branch's merge queue if its head still is `sha`.

    Raises errors.Refused with GitHub's words, also where it is there already, and errors.UnknownEffect.
    """
    await repo.mutate(_ENQUEUE, pull=node_id, sha=sha)


async def dequeue(repo: Repository, node_id: str) -> None:
    """Take the pull request out of the merge queue."""
    await repo.mutate(_DEQUEUE, pull=node_id)


async def enable_auto(repo: Repository, node_id: str, sha: str, method: Method) -> None:
    """Have GitHub merge once everything that the branch demands holds, if the head still is `sha` now.

    Raises errors.Refused with GitHub's words; "clean status" and "unstable status" mean that nothing is waited for.
    """
    await repo.mutate(_ENABLE, pull=node_id, sha=sha, method=method.upper())


async def disable_auto(repo: Repository, node_id: str) -> None:
    """Have GitHub not merge by itself any more."""
    await repo.mutate(_DISABLE, pull=node_id)


async def delete_branch(repo: Repository, branch: str, expected_sha: str) -> bool:
    """Delete `branch` if it still is at `expected_sha`; False when it moved or is gone already."""
    if await commits.branch_head(repo, branch) != expected_sha:
        return False
    try:
        await repo.write("DELETE", f"git/refs/heads/{urls.path(branch)}")
    except (errors.NotFound, errors.Invalid):
        return False
    return True


def _who(asked: dict[str, Any] | None, key: str) -> str | None:
    """Whose doing it is; a place that nobody is named for has an empty name."""
    if asked is None:
        return None
    actor = shape.part_or_none(asked, key) or {}
    login = shape.text_or_none(actor, "login") or ""
    return f"{login}[bot]" if actor.get("__typename") == "Bot" else login
