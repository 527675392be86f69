"""What a person may do in a repository, asked of GitHub at the time it matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast, get_args

from app import errors
from app.github import shape, urls
from app.github.repository import Repository

Level = Literal["admin", "write", "read", "none"]


@dataclass(frozen=True, slots=True)
class Permission:
    """`level` has maintain as write and triage as read; `role` is the real one's name.

    `user_id` is whom the login belongs to now: compare it with the id of the event's sender.
    """

    level: Level
    role: str
    user_id: int | None


async def of(repo: Repository, login: str) -> Permission:
    """Ask for the permission of `login`; nobody GitHub knows has none.

    Every other failure is raised, so that a caller who cannot ask does not say yes.
    """
    try:
        data = await repo.get(f"collaborators/{urls.piece(login)}/permission")
    except errors.NotFound:
        return Permission("none", "none", None)
    level = shape.text(data, "permission")
    if level not in get_args(Level):
        raise shape.Unexpected("a permission of another name")
    role = shape.text_or_none(data, "role_name") or level
    return Permission(cast(Level, level), role, shape.user(data, "user").id)
