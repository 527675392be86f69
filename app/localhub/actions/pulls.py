"""The life of a pull request: opened, its head moved, edited, labelled, closed, reopened."""

from __future__ import annotations

import dataclasses
from typing import Any

from app.localhub import git_compare, git_process, git_repo
from app.localhub.actions import events
from app.localhub.shapes import issues as issue_shapes
from app.localhub.shapes import pulls as shapes
from app.localhub.state import issues, people, repository, world


@dataclasses.dataclass(frozen=True)
class Proposal:
    """What a pull request starts from."""

    title: str
    body: str | None
    head_repository: repository.Repository
    head_ref: str
    base_ref: str
    draft: bool = False
    maintainer_can_modify: bool = True


async def open_(hub: world.World, home: repository.Repository, what: Proposal, author: people.User) -> issues.Pull:
    """Open a pull request and send `opened`; both branches must exist."""
    head = await git_repo.ref(hub.git(what.head_repository), f"refs/heads/{what.head_ref}")
    base = await git_repo.ref(hub.git(home), f"refs/heads/{what.base_ref}")
    if head is None or base is None:
        raise LookupError(f"{what.head_ref} or {what.base_ref} is no branch")
    now = hub.now()
    pull = issues.Pull(
        id=hub.new_id(),
        number=len(home.issues) + 1,
        repository=home,
        title=what.title,
        body=what.body,
        user=author,
        created_at=now,
        updated_at=now,
        head_repository=what.head_repository,
        head_owner=what.head_repository.owner,
        head_ref=what.head_ref,
        head_sha=head,
        base_ref=what.base_ref,
        base_sha=base,
        draft=what.draft,
        maintainer_can_modify=what.maintainer_can_modify and what.head_repository is not home,
        last_pusher=author,
    )
    home.issues[pull.number] = pull
    await take_head(hub, pull, head)
    send(hub, "opened", pull, author)
    return pull


async def take_head(hub: world.World, pull: issues.Pull, sha: str) -> None:
    """Make `sha` the head: fetched from a fork, kept as refs/pull/N/head, and measured."""
    repo, ref = hub.git(pull.repository), f"refs/pull/{pull.number}/head"
    if pull.cross_repository and pull.head_repository:
        source = hub.git(pull.head_repository)
        await git_process.run(
            repo, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--", str(source), f"+{sha}:{ref}"
        )
    else:
        await git_repo.set_ref(repo, ref, sha)
    pull.head_sha = sha
    pull.base_sha = await git_repo.ref(repo, f"refs/heads/{pull.base_ref}") or pull.base_sha
    await measure(hub, pull)


async def measure(hub: world.World, pull: issues.Pull) -> None:
    """Count the commits and lines between base and head."""
    repo = hub.git(pull.repository)
    commits = await git_compare.commits_between(repo, pull.base_sha, pull.head_sha)
    files = await git_compare.changed_files(repo, pull.base_sha, pull.head_sha)
    pull.size = issues.Size(
        commits=len(commits),
        additions=sum(file.additions for file in files),
        deletions=sum(file.deletions for file in files),
        files=len(files),
    )


def send(
    hub: world.World, action: str, pull: issues.Pull, sender: people.User, extra: dict[str, Any] | None = None
) -> None:
    """Send one `pull_request` event."""
    parts = {"number": pull.number, "pull_request": shapes.sent(hub, pull), **(extra or {})}
    events.emit(hub, "pull_request", action, pull.repository, sender, parts)


def closed(hub: world.World, pull: issues.Pull, actor: people.User) -> None:
    """The pull request is closed from now on (merged if `merged_at` is set)."""
    pull.state, pull.closed_at, pull.closed_by, pull.updated_at = "closed", hub.now(), actor, hub.now()
    send(hub, "closed", pull, actor)


def reopen(hub: world.World, pull: issues.Pull, actor: people.User) -> None:
    pull.state, pull.closed_at, pull.closed_by, pull.updated_at = "open", None, None, hub.now()
    send(hub, "reopened", pull, actor)


async def edit(hub: world.World, pull: issues.Pull, changes: dict[str, Any], actor: people.User) -> None:
    """Change title, body or base; one `edited` event says what they were."""
    before: dict[str, Any] = {}
    if "title" in changes and changes["title"] != pull.title:
        before["title"], pull.title = {"from": pull.title}, changes["title"]
    if "body" in changes and changes["body"] != pull.body:
        before["body"], pull.body = {"from": pull.body or ""}, changes["body"]
    if "base" in changes and changes["base"] != pull.base_ref:
        before["base"] = {"ref": {"from": pull.base_ref}, "sha": {"from": pull.base_sha}}
        pull.base_ref = changes["base"]
        await take_head(hub, pull, pull.head_sha)
    if before:
        pull.updated_at = hub.now()
        send(hub, "edited", pull, actor, {"changes": before})


def set_draft(hub: world.World, pull: issues.Pull, actor: people.User, *, draft: bool) -> None:
    if pull.draft != draft:
        pull.draft, pull.updated_at = draft, hub.now()
        send(hub, "converted_to_draft" if draft else "ready_for_review", pull, actor)


def set_auto_merge(hub: world.World, pull: issues.Pull, method: str | None, actor: people.User) -> None:
    """Enable auto-merge with `method`, or disable it."""
    was = pull.auto_merge
    pull.auto_merge = issues.AutoMerge(actor, method, hub.now()) if method else None
    if (was is None) != (method is None):
        send(hub, "auto_merge_enabled" if method else "auto_merge_disabled", pull, actor, {"reason": ""})


def label(hub: world.World, issue: issues.Issue, name: str, actor: people.User) -> None:
    """Put a label on; it is made in the repository if it is new. Nothing happens when it is on already."""
    if any(one.name.lower() == name.lower() for one in issue.labels):
        return
    home = issue.repository
    found = home.labels.setdefault(name.lower(), issues.Label(hub.new_id(), name))
    issue.labels.append(found)
    _labelled(hub, "labeled", issue, found, actor)


def unlabel(hub: world.World, issue: issues.Issue, name: str, actor: people.User) -> bool:
    """Take a label off; False when it was not on."""
    for found in issue.labels:
        if found.name.lower() == name.lower():
            issue.labels.remove(found)
            _labelled(hub, "unlabeled", issue, found, actor)
            return True
    return False


def _labelled(hub: world.World, action: str, issue: issues.Issue, label: issues.Label, actor: people.User) -> None:
    issue.updated_at = hub.now()
    shape = issue_shapes.label(hub, issue.repository, label)
    if isinstance(issue, issues.Pull):
        send(hub, action, issue, actor, {"label": shape})
    else:
        parts = {"issue": issue_shapes.issue(hub, issue), "label": shape}
        events.emit(hub, "issues", action, issue.repository, actor, parts)
