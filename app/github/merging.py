"""Merging a pull request at one commit and no other, and taking its branch away."""

from __future__ import annotations

from typing import Literal

from app import errors
from app.github import commits, outgoing, shape, urls
from app.github.repository import Repository

Method = Literal["merge", "squash", "rebase"]


async def merge(
    repo: Repository,
    number: int,
    sha: str,
    method: Method,
    title: str | None = None,
    message: str | None = None,
) -> str:
    """Merge if the head still is `sha`; the merge commit's SHA.

    Raises errors.Transient when GitHub is busy with the base ("Base branch was modified"),
    errors.Conflict when the head moved, another errors.Refused with GitHub's words when a rule is
    against it, and errors.UnknownEffect when the answer got lost: then read the pull request first.
    """
    data = {"sha": sha, "merge_method": method}
    if title is not None:
        data["commit_title"] = outgoing.line(title, 256)
    if message is not None:
        data["commit_message"] = outgoing.body(message)
    found = await repo.write("PUT", f"pulls/{number}/merge", data)
    with shape.after_a_write():
        answer = shape.mapping(found, "a merge")
        if not shape.flag(answer, "merged"):
            raise errors.Refused(shape.text_or_none(answer, "message") or "GitHub did not merge")
        return shape.text(answer, "sha")


async def delete_branch(repo: Repository, branch: str, expected_sha: str) -> bool:
    """Delete `branch` if it still is at `expected_sha`; False when it moved or is gone already."""
    if await commits.branch_head(repo, branch) != expected_sha:
        return False
    try:
        await repo.write("DELETE", f"git/refs/heads/{urls.path(branch)}")
    except (errors.NotFound, errors.Invalid):
        return False
    return True
