"""Issues; a pull request is one too, seen from its conversation."""

from __future__ import annotations

from dataclasses import dataclass

from app.github import shape
from app.github.repository import Repository


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as it is now."""

    number: int
    title: str
    body: str
    state: str
    author_login: str | None
    author_id: int | None
    labels: tuple[str, ...]
    locked: bool
    is_pull: bool
    html_url: str


async def get(repo: Repository, number: int) -> Issue:
    """Raises errors.NotFound when it was deleted or moved to a repository we do not see."""
    data = await repo.get(f"issues/{number}")
    author = shape.user(data, "user")
    return Issue(
        number=shape.number(data, "number"),
        title=shape.text_or_none(data, "title") or "",
        body=shape.text_or_none(data, "body") or "",
        state=shape.text(data, "state"),
        author_login=author.login,
        author_id=author.id,
        labels=tuple(shape.text(label, "name") for label in shape.parts(data, "labels")),
        locked=shape.flag(data, "locked"),
        is_pull=data.get("pull_request") is not None,
        html_url=shape.text_or_none(data, "html_url") or "",
    )


async def close(repo: Repository, number: int) -> None:
    """Close an issue as done; closing a closed one changes nothing."""
    await repo.write("PATCH", f"issues/{number}", {"state": "closed", "state_reason": "completed"})
