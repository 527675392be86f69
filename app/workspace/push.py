"""Puts one commit on one branch of the remote, or finds out why not.

A push carries a lease: the branch must be where we saw it last, and our commit must descend from there.
History is never rewritten, a branch that somebody deleted is never made again, no tag is ever pushed.
"""

from __future__ import annotations

from app import errors
from app.workspace import commits, git, mirror, names
from app.workspace import remote as remotes

PUSH_SECONDS = 600.0
_ASK_SECONDS = 60.0


async def push(repo: mirror.Mirror, remote: remotes.Remote, sha: str, ref: str, expected: str | None) -> None:
    """Move the branch `ref` (`refs/heads/…`) from `expected` (None: it must not exist yet) to `sha`.

    Done twice it is done once: a branch that is already at `sha` is success. Raises Conflict when somebody
    else pushed, the branch is gone, or `sha` does not descend from `expected`; Forbidden with the remote's
    own words for protected branches, rules and the workflows permission; NotFound for a repository that is
    gone and for a commit that the mirror lost; Transient.
    """
    if not names.ref(ref).startswith("refs/heads/"):
        raise errors.Invalid("only branches are pushed to")
    try:
        await _push(repo, remote, sha, ref, expected)
    except (errors.Conflict, errors.NotFound, errors.Transient) as error:
        now = await remote_sha(remote, ref)
        if now == sha:
            return
        if now != expected and not isinstance(error, errors.NotFound):
            where = f"is at {now}" if now else "is gone"
            raise errors.Conflict(f"{ref} {where}, expected {expected or 'no such branch'}") from error
        raise


async def remote_sha(remote: remotes.Remote, ref: str) -> str | None:
    """Where `ref` is on the remote now, None if there is no such ref. Raises NotFound, Forbidden, Transient."""
    result = await git.run(
        "ls-remote", "--quiet", "--", remote.url, names.ref(ref), remote=remote, timeout=_ASK_SECONDS
    )
    for line in result.text.splitlines():
        sha, _, name = line.partition("\t")
        if name == ref:
            return names.sha(sha)
    return None


async def _push(repo: mirror.Mirror, remote: remotes.Remote, sha: str, ref: str, expected: str | None) -> None:
    if not await mirror.has(repo, sha):
        raise errors.NotFound(f"{sha} is not in the mirror")
    if expected is not None and not await commits.is_ancestor(repo, names.sha(expected), sha):
        raise errors.Conflict(f"{sha} does not descend from {expected}")
    await git.run(
        "push",
        "--porcelain",
        "--no-verify",
        "--no-follow-tags",
        "--no-signed",
        "--recurse-submodules=no",
        f"--force-with-lease={ref}:{expected or ''}",
        "--",
        remote.url,
        f"{sha}:{ref}",
        git_dir=repo.path,
        remote=remote,
        timeout=PUSH_SECONDS,
    )
