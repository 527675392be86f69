"""Where commits stand to each other on GitHub, where a branch is, and who made a commit."""

from __future__ import annotations

from dataclasses import dataclass

from app import errors
from app.github import shape, urls
from app.github.repository import Repository


@dataclass(frozen=True, slots=True)
class Comparison:
    """`head` seen from `base`: how many commits ahead and behind, and the commit both stand on."""

    status: str
    ahead_by: int
    behind_by: int
    merge_base_sha: str


async def compare(repo: Repository, base: str, head: str) -> Comparison:
    """Compare two commits or branches; a page of one commit, as the counts are all we want."""
    basehead = f"{urls.piece(base)}...{urls.piece(head)}"
    data = await repo.get(f"compare/{basehead}", per_page=1)
    return Comparison(
        status=shape.text(data, "status"),
        ahead_by=shape.number(data, "ahead_by"),
        behind_by=shape.number(data, "behind_by"),
        merge_base_sha=shape.text(shape.part(data, "merge_base_commit"), "sha"),
    )


async def branch_head(repo: Repository, branch: str) -> str | None:
    """The commit that `branch` is at; None when there is no such branch."""
    try:
        ref = await repo.get(f"git/ref/heads/{urls.path(branch)}")
    except errors.NotFound:
        return None
    return shape.text(shape.part(ref, "object"), "sha")


@dataclass(frozen=True, slots=True)
class Made:
    """What a commit is, and the accounts that GitHub sees in its author and its committer."""

    tree: str
    parents: tuple[str, ...]
    author: shape.User
    committer: shape.User


async def made(repo: Repository, sha: str) -> Made | None:
    """How a commit was made; None where it is not there, or not any more."""
    try:
        data = await repo.get(f"commits/{urls.piece(sha)}", per_page=1)
    except (errors.NotFound, errors.Invalid):
        return None
    return Made(
        tree=shape.text(shape.part(shape.part(data, "commit"), "tree"), "sha"),
        parents=tuple(shape.text(parent, "sha") for parent in shape.parts(data, "parents")),
        author=shape.user(data, "author"),
        committer=shape.user(data, "committer"),
    )
