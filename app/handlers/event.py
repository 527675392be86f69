"""What a handler is given: one delivery, parsed, and who we are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.payload import Repository, User


@dataclass(slots=True)
class Us:
    """Our own App, as far as it is known yet: what it does comes back as events and must wake nothing."""

    app_id: int | None = None
    slug: str = "dursor"
    bot_id: int | None = None
    installation_id: int | None = None

    @property
    def login(self) -> str:
        """The name our comments and pushes appear under."""
        return f"{self.slug}[bot]"

    def is_user(self, user: User | None) -> bool:
        """Whether this account is our bot, by its id, or by its name while the id is not known."""
        if user is None or user.type != "Bot":
            return False
        return user.id == self.bot_id if self.bot_id is not None else user.login == self.login


@dataclass(frozen=True, slots=True)
class Event:
    """A delivery. The typed parts raise pydantic's ValidationError when GitHub sends another shape."""

    guid: str
    name: str
    action: str | None
    installation: int | None
    data: dict[str, Any]
    us: Us

    @property
    def repository(self) -> Repository:
        """The repository it is about."""
        return Repository.model_validate(self.data.get("repository"))

    @property
    def sender(self) -> User | None:
        """Who did it; None for an account that is gone."""
        return user(self.data.get("sender"))

    @property
    def is_echo(self) -> bool:
        """Whether our own doing came back to us."""
        return self.us.is_user(self.sender)


def user(value: object) -> User | None:
    """A user object of a payload, or None where it is null."""
    return User.model_validate(value) if isinstance(value, dict) else None
