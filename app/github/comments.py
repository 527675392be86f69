"""Comments on issues and pull requests; one that carries a hidden marker is found again and edited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from app import errors
from app.github import outgoing, shape
from app.github.repository import Repository

Reaction = Literal["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"]
Commented = Literal["issue", "review"]


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment; its author is None where the account is gone."""

    id: int
    body: str
    author_id: int | None


async def create(repo: Repository, number: int, body: str) -> Comment:
    made = await repo.write("POST", f"issues/{number}/comments", {"body": outgoing.body(body)})
    with shape.after_a_write():
        return _comment(shape.mapping(made, "a comment"))


async def update(repo: Repository, comment_id: int, body: str) -> Comment:
    """Raises errors.NotFound when somebody deleted it."""
    changed = await repo.write("PATCH", f"issues/comments/{comment_id}", {"body": outgoing.body(body)})
    with shape.after_a_write():
        return _comment(shape.mapping(changed, "a comment"))


async def find(repo: Repository, number: int, marker: str, author_id: int) -> Comment | None:
    """The oldest comment by `author_id` that holds `marker`; others can write the marker too."""
    async for page in repo.pages(f"issues/{number}/comments"):
        for comment in map(_comment, page):
            if comment.author_id == author_id and marker in comment.body:
                return comment
    return None


async def ensure(repo: Repository, number: int, marker: str, body: str, author_id: int) -> Comment:
    """One comment with `marker` (hidden, such as `<!-- dursor:status -->`) that says `body`.

    Found again and edited in place, never doubled, after a lost answer too; `author_id` is the app's user.
    """
    wanted = marked(marker, body)
    async with repo.lock(f"comment {number} {marker}"):
        found = await find(repo, number, marker, author_id)
        if found is None:
            return await create(repo, number, wanted)
        if found.body == wanted:
            return found
        try:
            return await update(repo, found.id, wanted)
        except errors.NotFound:  # deleted since it was found
            return await create(repo, number, wanted)


async def react(repo: Repository, comment_id: int, content: Reaction, *, kind: Commented = "issue") -> None:
    """React to a comment of a conversation ("issue") or of a line ("review"); once, however often asked."""
    family = "issues" if kind == "issue" else "pulls"
    await repo.write("POST", f"{family}/comments/{comment_id}/reactions", {"content": content})


def marked(marker: str, body: str) -> str:
    """`body` with `marker` in front of it, where no cut can take it away."""
    rest = outgoing.body(body.replace(marker, ""), outgoing.MAX_BODY - len(marker) - 1)
    return f"{marker}\n{rest.strip()}"


def _comment(data: dict[str, Any]) -> Comment:
    body = shape.text_or_none(data, "body") or ""
    return Comment(shape.number(data, "id"), body, shape.user(data, "user").id)
