"""Pull requests: as they are now, their files, opening and changing them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app import errors
from app.github import outgoing, shape
from app.github.repository import Repository

TITLE = 256  # characters


_READY = """
mutation Ready($pull: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $pull}) { pullRequest { number } } }
"""


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request as GitHub told it just now.

    Lists of pull requests do not tell `mergeable`, `mergeable_state` ("unknown" then), `changed_files`,
    `additions`, `deletions` and `comments` (those of its conversation). The head repository is None once the fork
    is deleted. `stack` says that it stands on another pull request; GitHub merges those by another door.
    """

    number: int
    node_id: str
    state: str
    merged: bool
    draft: bool
    title: str
    body: str
    head_sha: str
    head_ref: str
    head_repo_id: int | None
    head_repo_full_name: str | None
    base_ref: str
    base_sha: str
    base_repo_id: int
    author_login: str | None
    author_id: int | None
    author_is_bot: bool
    mergeable: bool | None
    mergeable_state: str
    labels: tuple[str, ...]
    html_url: str
    updated_at: str
    merge_commit_sha: str | None
    changed_files: int | None
    additions: int | None
    deletions: int | None
    is_fork: bool
    stack: bool
    locked: bool
    maintainer_can_modify: bool
    auto_merge: bool
    comments: int | None = None


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """One file of a pull request; `patch` is None for what is binary or too large, `sha` its object's name."""

    path: str
    previous_path: str | None
    status: str
    additions: int
    deletions: int
    patch: str | None
    sha: str | None = None


async def get(repo: Repository, number: int) -> Pull:
    """The pull request as it is now; asking also makes GitHub compute `mergeable` anew."""
    return read(await repo.get(f"pulls/{number}"))


async def open_for_branch(repo: Repository, branch: str) -> list[Pull]:
    """The open pull requests whose head is `branch` of this repository (not of a fork)."""
    found = await repo.everything("pulls", state="open", head=f"{repo.owner}:{branch}")
    pulls = [read(entry) for entry in found]
    return [pull for pull in pulls if pull.head_ref == branch and not pull.is_fork]


async def open_into(repo: Repository, base: str) -> list[Pull]:
    """The open pull requests into a branch, forks' too."""
    return [read(entry) for entry in await repo.everything("pulls", state="open", base=base)]


async def all_open(repo: Repository) -> list[Pull]:
    """Every open pull request."""
    return [read(entry) for entry in await repo.everything("pulls", state="open")]


async def create(repo: Repository, *, title: str, body: str, head: str, base: str, draft: bool) -> Pull:
    """Open a pull request from branch `head`, or give the one that is already open from it into `base`."""
    data = {
        "title": outgoing.line(title, TITLE),
        "body": outgoing.body(body),
        "head": head,
        "base": base,
        "draft": draft,
    }
    try:
        made = await repo.write("POST", "pulls", data)
    except errors.Invalid as refusal:
        if "already exists" not in str(refusal):
            raise
        for pull in await open_for_branch(repo, head):
            if pull.base_ref == base:
                return await get(repo, pull.number)
        raise
    with shape.after_a_write():
        return read(shape.mapping(made, "a pull request"))


async def update(
    repo: Repository,
    number: int,
    *,
    title: str | None = None,
    body: str | None = None,
    state: str | None = None,
) -> Pull:
    """Change what is given; `state` is "open" or "closed"."""
    given = {
        "title": None if title is None else outgoing.line(title, TITLE),
        "body": None if body is None else outgoing.body(body),
        "state": state,
    }
    changes = {key: value for key, value in given.items() if value is not None}
    changed = await repo.write("PATCH", f"pulls/{number}", changes)
    with shape.after_a_write():
        return read(shape.mapping(changed, "a pull request"))


async def mark_ready(repo: Repository, node_id: str) -> None:
    """Make a draft ready for review. Raises errors.Refused with GitHub's words."""
    await repo.mutate(_READY, pull=node_id)


async def files(repo: Repository, number: int) -> list[ChangedFile]:
    """The files it changes; GitHub lists 3,000 at most."""
    return [_file(entry) for entry in await repo.everything(f"pulls/{number}/files")]


def read(data: dict[str, Any]) -> Pull:
    """`data` as GitHub describes a pull request, alone or in a list."""
    head, base = shape.part(data, "head"), shape.part(data, "base")
    head_repo, base_repo = shape.part_or_none(head, "repo"), shape.part(base, "repo")
    author = shape.user(data, "user")
    head_repo_id = None if head_repo is None else shape.number(head_repo, "id")
    base_repo_id = shape.number(base_repo, "id")
    return Pull(
        number=shape.number(data, "number"),
        node_id=shape.text_or_none(data, "node_id") or "",
        state=shape.text(data, "state"),
        merged=shape.flag(data, "merged") or data.get("merged_at") is not None,
        draft=shape.flag(data, "draft"),
        title=shape.text_or_none(data, "title") or "",
        body=shape.text_or_none(data, "body") or "",
        head_sha=shape.text(head, "sha"),
        head_ref=shape.text(head, "ref"),
        head_repo_id=head_repo_id,
        head_repo_full_name=None if head_repo is None else shape.text_or_none(head_repo, "full_name"),
        base_ref=shape.text(base, "ref"),
        base_sha=shape.text(base, "sha"),
        base_repo_id=base_repo_id,
        author_login=author.login,
        author_id=author.id,
        author_is_bot=author.is_bot,
        mergeable=shape.flag_or_none(data, "mergeable"),
        mergeable_state=shape.text_or_none(data, "mergeable_state") or "unknown",
        labels=tuple(shape.text(label, "name") for label in shape.parts(data, "labels")),
        html_url=shape.text_or_none(data, "html_url") or "",
        updated_at=shape.text_or_none(data, "updated_at") or "",
        merge_commit_sha=shape.text_or_none(data, "merge_commit_sha"),
        changed_files=shape.number_or_none(data, "changed_files"),
        additions=shape.number_or_none(data, "additions"),
        deletions=shape.number_or_none(data, "deletions"),
        is_fork=head_repo_id != base_repo_id,
        stack=bool(data.get("stack")),
        locked=shape.flag(data, "locked"),
        maintainer_can_modify=shape.flag(data, "maintainer_can_modify"),
        auto_merge=data.get("auto_merge") is not None,
        comments=shape.number_or_none(data, "comments"),
    )


def _file(data: dict[str, Any]) -> ChangedFile:
    return ChangedFile(
        path=shape.text(data, "filename"),
        previous_path=shape.text_or_none(data, "previous_filename"),
        status=shape.text_or_none(data, "status") or "changed",
        additions=shape.number_or_none(data, "additions") or 0,
        deletions=shape.number_or_none(data, "deletions") or 0,
        patch=shape.text_or_none(data, "patch"),
        sha=shape.text_or_none(data, "sha"),
    )
