"""Threads of remarks on a pull request's lines: whether each is resolved, and by whom. Only GraphQL knows threads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app import errors
from app.github import outgoing, shape
from app.github.repository import Repository

MAX_PAGES = 20
"""Of 50 threads each; what comes after them is not looked at."""

DOCUMENT = """
query Threads($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 50, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id isResolved isOutdated resolvedBy { login databaseId }
          root: comments(first: 1) { nodes { ...Said } }
          newest: comments(last: 50) { nodes { ...Said } }
        }
      }
    }
  }
}
fragment Said on PullRequestReviewComment {
  fullDatabaseId body createdAt author { __typename login ... on User { databaseId } ... on Bot { databaseId } }
}
"""
RESOLVE = """
mutation Resolve($thread: ID!) {
  resolveReviewThread(input: {threadId: $thread}) { thread { id isResolved } }
}
"""


@dataclass(frozen=True, slots=True)
class Person:
    """An account; its login is None where it is gone."""

    login: str | None
    id: int | None
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A remark in a thread."""

    id: int
    author: Person
    body: str
    created_at: str


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread by GitHub's id for it; `newest` are its last remarks, oldest first.

    `resolved_by` is None while it is open, and where an App resolved it of which GitHub tells nothing.
    """

    id: str
    is_resolved: bool
    is_outdated: bool
    resolved_by: Person | None
    root: Said
    newest: tuple[Said, ...]

    def holds(self, marker: str, author_id: int | None) -> bool:
        """Whether `author_id` wrote a remark with `marker` here; others can write the marker too."""
        return any(said.author.id == author_id and marker in said.body for said in self.newest)


async def of(repo: Repository, number: int) -> dict[int, Thread]:
    """The threads of a pull request by the number of the remark that each begins with."""
    found: dict[int, Thread] = {}
    after: dict[str, str] = {}
    for _ in range(MAX_PAGES):
        data = await repo.query(DOCUMENT, number=number, **after)
        pull = shape.part(shape.part(data, "repository"), "pullRequest")
        page = shape.part(pull, "reviewThreads")
        threads = [thread for thread in map(_thread, shape.parts(page, "nodes")) if thread is not None]
        found |= {thread.root.id: thread for thread in threads}
        info = shape.part(page, "pageInfo")
        cursor = shape.text_or_none(info, "endCursor")
        if not shape.flag(info, "hasNextPage") or cursor is None:
            break
        after = {"after": cursor}
    return found


async def reply(repo: Repository, number: int, root: int, marker: str, body: str) -> None:
    """Answer in the thread that begins with remark `root`. Raises errors.NotFound when it is gone."""
    text = outgoing.body(body, outgoing.MAX_BODY - len(marker) - 1)
    await repo.write("POST", f"pulls/{number}/comments/{root}/replies", {"body": f"{marker}\n{text}"})


async def resolve(repo: Repository, thread_id: str) -> bool:
    """Resolve a thread, which takes contents:write; False where the App may not, or the thread is gone."""
    try:
        await repo.mutate(RESOLVE, thread=thread_id)
    except (errors.Forbidden, errors.NotFound):
        return False
    return True


def _thread(data: dict[str, Any]) -> Thread | None:
    roots = shape.parts(shape.part(data, "root"), "nodes")
    if not roots:
        return None
    by = shape.part_or_none(data, "resolvedBy")
    return Thread(
        id=shape.text(data, "id"),
        is_resolved=shape.flag(data, "isResolved"),
        is_outdated=shape.flag(data, "isOutdated"),
        resolved_by=Person(shape.text_or_none(by, "login"), shape.number_or_none(by, "databaseId")) if by else None,
        root=_said(roots[0]),
        newest=tuple(map(_said, shape.parts(shape.part(data, "newest"), "nodes"))),
    )


def _said(data: dict[str, Any]) -> Said:
    author = shape.part_or_none(data, "author") or {}
    number = shape.text(data, "fullDatabaseId")  # 64 bits, so GitHub sends it as text
    if not number.isdecimal():
        raise shape.Unexpected("fullDatabaseId is no number")
    return Said(
        id=int(number),
        author=Person(
            shape.text_or_none(author, "login"), shape.number_or_none(author, "databaseId"),
            author.get("__typename") == "Bot",
        ),
        body=shape.text_or_none(data, "body") or "",
        created_at=shape.text_or_none(data, "createdAt") or "",
    )  # fmt: skip
