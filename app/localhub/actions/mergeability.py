"""Can it be merged? Unknown at first, computed in the background by a real merge, as on GitHub."""

from __future__ import annotations

from app.localhub import git_compare, git_merge, git_repo
from app.localhub.actions import gates
from app.localhub.state import issues, world

GITHUB = ("GitHub", "noreply@github.com")


async def state(hub: world.World, pull: issues.Pull) -> str:
    """`mergeable_state` as known now; an unknown one is computed beside this request."""
    if pull.state != "open":
        return "unknown"
    base = await tip(hub, pull)
    known = pull.mergeability
    if known is None or (known.head, known.base) != (pull.head_sha, base):
        hub.spawn(compute(hub, pull))
        return "unknown"
    if not known.clean:
        return "dirty"
    return _open_state(pull, known)


async def compute(hub: world.World, pull: issues.Pull) -> issues.Mergeability:
    """Try the merge of the head into the tip of the base; keep the result as refs/pull/N/merge."""
    repo, head, base = hub.git(pull.repository), pull.head_sha, await tip(hub, pull)
    joined = await git_merge.merge(repo, base, head)
    behind = not await git_compare.is_ancestor(repo, base, head)
    sha = None
    if joined.tree:
        text = f"Merge {head} into {base}"
        sha = await git_merge.commit_tree(repo, joined.tree, (base, head), text, GITHUB, hub.clock.now())
        await git_repo.set_ref(repo, f"refs/pull/{pull.number}/merge", sha)
    known = issues.Mergeability(head, base, joined.tree is not None, behind, sha)
    if pull.state == "open":
        pull.mergeability, pull.merge_commit_sha = known, sha
    return known


async def tip(hub: world.World, pull: issues.Pull) -> str:
    """The commit at the tip of the base branch."""
    found = await git_repo.ref(hub.git(pull.repository), f"refs/heads/{pull.base_ref}")
    return found or pull.base_sha


def _open_state(pull: issues.Pull, known: issues.Mergeability) -> str:
    if pull.draft:
        return "draft"
    if gates.unmet(pull):
        return "blocked"
    if known.behind and gates.protection(pull).strict:
        return "behind"
    return "unstable" if gates.unstable(pull) else "clean"
