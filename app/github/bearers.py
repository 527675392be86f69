"""Whose token a request carries: an installation's in one repository, one token and no other, or nobody's."""

from __future__ import annotations

from dataclasses import dataclass

from app.github import auth, failures


@dataclass(frozen=True, slots=True)
class OfInstallation:
    """The credential of requests in one repository (or, without one, in a whole installation)."""

    app: auth.App
    installation_id: int
    repository_id: int | None = None

    async def value(self) -> str:
        return (await self.app.token(self.installation_id, self.repository_id)).value

    def refused(self, value: str | None, error: failures.Unauthorized) -> None:
        self.app.drop(value)


@dataclass(frozen=True, slots=True)
class OneToken:
    """The credential of requests with this very token, whose refusal is an answer and no reason for another."""

    token: auth.Token

    async def value(self) -> str:
        return self.token.value

    def refused(self, value: str | None, error: failures.Unauthorized) -> None:
        raise error


class Nobody:
    """The credential of requests that need none."""

    async def value(self) -> None:
        return None

    def refused(self, value: str | None, error: failures.Unauthorized) -> None:
        raise error
