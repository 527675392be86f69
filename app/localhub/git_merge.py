"""Merges pull requests in a bare repository the three ways GitHub does: merge commit, squash, rebase.

Nothing here moves a ref: each function returns the sha of the commit that the base branch should point at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.localhub import git_compare, git_process


class MergeConflict(Exception):
    """The two sides cannot be joined; `paths` are the files in conflict."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        super().__init__(f"conflict in {', '.join(paths) or 'the histories'}")
        self.paths = paths


@dataclass(frozen=True, slots=True)
class Merge:
    """What joining two commits gives: a tree, or else the paths in conflict."""

    tree: str | None
    conflicts: tuple[str, ...] = ()


async def merge(repo: Path, base: str, head: str) -> Merge:
    """Join the commits `base` and `head` without making a commit."""
    options = ("--write-tree", "-z", "--name-only", "--no-messages", "--allow-unrelated-histories")
    joined = await git_process.run(repo, "merge-tree", *options, base, head, allowed=(0, 1))
    tree, *paths = joined.data.decode("utf-8", "replace").rstrip("\0").split("\0")
    if joined.code == 0:
        return Merge(tree.strip())
    return Merge(None, tuple(dict.fromkeys(paths)))


async def merge_commit(repo: Path, base: str, head: str, message: str, author: tuple[str, str], at: datetime) -> str:
    """A commit with the parents `base` and `head`; raises MergeConflict."""
    return await commit_tree(repo, await _tree(repo, base, head), (base, head), message, author, at)


async def squash(repo: Path, base: str, head: str, message: str, author: tuple[str, str], at: datetime) -> str:
    """One commit on `base` that holds all of `head`'s changes; raises MergeConflict."""
    return await commit_tree(repo, await _tree(repo, base, head), (base,), message, author, at)


async def rebase(repo: Path, base: str, head: str, committer: tuple[str, str], at: datetime) -> str:
    """`head`'s own commits replayed on `base` with their authors kept; raises MergeConflict.

    Merge commits are left out, as GitHub's "rebase and merge" does.
    """
    tip = base
    for commit in await git_compare.commits_between(repo, base, head):
        if len(commit.parents) > 1:
            continue
        tree = await _picked(repo, tip, commit)
        tip = await commit_tree(repo, tree, (tip,), commit.message, commit.author, at, committer, commit.authored_at)
    return tip


async def commit_tree(
    repo: Path,
    tree: str,
    parents: tuple[str, ...],
    message: str,
    author: tuple[str, str],
    at: datetime,
    committer: tuple[str, str] | None = None,
    authored_at: datetime | None = None,
) -> str:
    """Store a commit of `tree`; author and committer are the same unless told otherwise."""
    committer = committer or author
    extra = {
        "GIT_AUTHOR_NAME": author[0],
        "GIT_AUTHOR_EMAIL": author[1],
        "GIT_AUTHOR_DATE": f"@{int((authored_at or at).timestamp())} +0000",
        "GIT_COMMITTER_NAME": committer[0],
        "GIT_COMMITTER_EMAIL": committer[1],
        "GIT_COMMITTER_DATE": f"@{int(at.timestamp())} +0000",
    }
    options = [word for parent in parents for word in ("-p", parent)]
    text = message.rstrip("\n") + "\n"
    made = await git_process.run(repo, "commit-tree", *options, tree, stdin=text.encode(), extra=extra)
    return made.text


async def _tree(repo: Path, base: str, head: str) -> str:
    joined = await merge(repo, base, head)
    if joined.tree is None:
        raise MergeConflict(joined.conflicts)
    return joined.tree


async def _picked(repo: Path, tip: str, commit: git_compare.Commit) -> str:
    """The tree of `commit`'s own change applied to `tip`.

    git 2.39 cannot be told a merge base, so three bare commits give it the history that has the right one:
    the parent's tree below, the tip's tree on one side, the commit's tree on the other.
    """
    who, at = ("hub", "hub@invalid"), commit.committed_at
    before = f"{commit.parents[0]}^{{tree}}" if commit.parents else await _empty_tree(repo)
    below = await commit_tree(repo, before, (), "below", who, at)
    ours = await commit_tree(repo, f"{tip}^{{tree}}", (below,), "ours", who, at)
    theirs = await commit_tree(repo, commit.tree, (below,), "theirs", who, at)
    return await _tree(repo, ours, theirs)


async def _empty_tree(repo: Path) -> str:
    return (await git_process.run(repo, "mktree")).text
