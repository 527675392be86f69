"""Bringing a pull request's branch up to date with its base, as GitHub's button does."""

from __future__ import annotations

from app.localhub import git_compare, git_merge, git_push, git_repo
from app.localhub.actions import mergeability, pushing
from app.localhub.state import issues, people, repository, world


class Refused(Exception):
    """GitHub's 422 with its words."""


async def begin(hub: world.World, pull: issues.Pull, expected: str | None, who: people.User) -> None:
    """Check what can be checked at once; the merge itself happens beside the request. Raises Refused."""
    if expected is not None and expected != pull.head_sha:
        raise Refused("expected head sha didn't match current head ref.")
    tip = await mergeability.tip(hub, pull)
    if pull.state != "open" or await git_compare.is_ancestor(hub.git(pull.repository), tip, pull.head_sha):
        raise Refused("There are no new commits on the base branch.")
    if (await git_merge.merge(hub.git(pull.repository), pull.head_sha, tip)).tree is None:
        raise Refused("merge conflict between base and head")
    source = pull.head_repository
    if source is None:
        raise Refused("head repository does not exist")
    hub.spawn(_merge(hub, pull, source, who))


async def _merge(hub: world.World, pull: issues.Pull, source: repository.Repository, who: people.User) -> None:
    ref, head, tip = f"{pushing.HEADS}{pull.head_ref}", pull.head_sha, await mergeability.tip(hub, pull)
    text = f"Merge branch '{pull.base_ref}' into {pull.head_ref}"
    repo = hub.git(pull.repository)
    made = await git_merge.merge_commit(repo, head, tip, text, people.signature(who), hub.clock.now())
    async with hub.lock(source):
        if await git_repo.ref(hub.git(source), ref) != head:
            return
        await git_repo.set_ref(hub.git(source), ref, made, head)
    await pushing.moved(hub, source, git_push.RefUpdate(ref, head, made), who)
