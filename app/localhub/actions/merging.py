"""Merging a pull request: refused in GitHub's words, or done for real in git."""

from __future__ import annotations

import dataclasses

from app.localhub import git_compare, git_merge, git_push, git_repo
from app.localhub.actions import gates, mergeability, pulls, pushing
from app.localhub.state import issues, people, world

METHODS = {"merge": "Merge commits", "squash": "Squash merges", "rebase": "Rebase merges"}
IN_A_STACK = "Pull requests in a stack must be merged with the asynchronous merge API."


class Refused(Exception):
    """GitHub's refusal of a merge: its HTTP status and its words."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclasses.dataclass(frozen=True)
class Wish:
    """How the caller wants it merged; None leaves it to GitHub's defaults."""

    method: str = "merge"
    sha: str | None = None
    title: str | None = None
    message: str | None = None


async def merge(hub: world.World, pull: issues.Pull, wish: Wish, actor: people.User) -> str:
    """Merge `pull`; returns the new tip of the base branch. Raises Refused with GitHub's 405 or 409."""
    async with hub.lock(pull.repository):
        await _allow(hub, pull, wish)
        repo, head, tip = hub.git(pull.repository), pull.head_sha, await mergeability.tip(hub, pull)
        try:
            sha = await _join(hub, pull, wish, actor, tip)
        except git_merge.MergeConflict:
            raise Refused(405, gates.NOT_MERGEABLE) from None
        await git_repo.set_ref(repo, f"refs/heads/{pull.base_ref}", sha, tip)
        pull.merged_at, pull.merged_by, pull.merge_commit_sha = hub.now(), actor, sha
        hub.merges.append(world.Merge(pull, head, sha, wish.method, actor.login))
        pulls.closed(hub, pull, actor)
    update = git_push.RefUpdate(f"refs/heads/{pull.base_ref}", tip, sha)
    await pushing.moved(hub, pull.repository, update, actor)
    if pull.repository.settings.delete_branch_on_merge and not pull.cross_repository:
        await pushing.delete_branch(hub, pull.repository, pull.head_ref, actor)
    return sha


async def _allow(hub: world.World, pull: issues.Pull, wish: Wish) -> None:
    if pull.state != "open":
        raise Refused(405, gates.NOT_MERGEABLE)
    if pull.draft:
        raise Refused(405, "Pull Request is still a draft")
    if wish.sha is not None and wish.sha != pull.head_sha:
        raise Refused(409, "Head branch was modified. Review and try the merge again.")
    if hub.faults.base_branch_modified > 0:
        hub.faults.base_branch_modified -= 1
        raise Refused(405, "Base branch was modified. Review and try the merge again.")
    chosen = pull.repository.settings
    allowed = {
        "merge": chosen.allow_merge_commit,
        "squash": chosen.allow_squash_merge,
        "rebase": chosen.allow_rebase_merge,
    }
    if not allowed[wish.method]:
        raise Refused(405, f"{METHODS[wish.method]} are not allowed on this repository.")
    _obey(pull, wish)
    known = await mergeability.compute(hub, pull)
    if not known.clean:
        raise Refused(405, gates.NOT_MERGEABLE)
    unmet = gates.unmet(pull)
    if unmet:
        raise Refused(405, unmet[0])
    if known.behind and gates.protection(pull).strict:
        raise Refused(405, "Head branch is out of date. Update it with the base branch and try again.")


def _obey(pull: issues.Pull, wish: Wish) -> None:
    """What the branch says about how anything is merged into it, whoever asks."""
    rules = gates.protection(pull)
    if pull.stack is not None:
        raise Refused(405, IN_A_STACK)
    if rules.merge_queue:
        raise Refused(405, "Changes must be made through the merge queue")
    if wish.method not in rules.methods:
        raise Refused(405, f"Repository rule violations found\n\n{METHODS[wish.method]} are not allowed.\n\n")
    if rules.linear and wish.method == "merge":
        raise Refused(405, "This branch must not contain merge commits.")
    if rules.signatures and wish.method == "rebase":
        why = "Base branch requires signed commits. Rebase merges cannot be automatically signed by GitHub"
        raise Refused(405, why)


async def _join(hub: world.World, pull: issues.Pull, wish: Wish, actor: people.User, tip: str) -> str:
    repo, head, at = hub.git(pull.repository), pull.head_sha, hub.clock.now()
    commits = await git_compare.commits_between(repo, tip, head)
    if wish.method == "rebase":
        return await git_merge.rebase(repo, tip, head, people.signature(actor), at)
    if wish.method == "merge":
        title = wish.title or f"Merge pull request #{pull.number} from {pull.head_owner.login}/{pull.head_ref}"
        text = _text(title, pull.title if wish.message is None else wish.message)
        return await git_merge.merge_commit(repo, tip, head, text, people.signature(actor), at)
    first = commits[0].message.partition("\n")[0] if len(commits) == 1 else pull.title
    listed = "\n\n".join(f"* {commit.message}" for commit in commits) if len(commits) > 1 else ""
    text = _text(wish.title or f"{first} (#{pull.number})", listed if wish.message is None else wish.message)
    return await git_merge.squash(repo, tip, head, text, people.signature(pull.user), at)


def _text(title: str, message: str) -> str:
    return f"{title}\n\n{message}" if message else title
