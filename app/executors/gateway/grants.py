"""What a run may do at the gateway, and for how long: one provider, one key, a token that opens nothing else."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from dataclasses import dataclass, field

from app import redact
from app.executors.gateway.refusals import Refusal
from app.executors.providers import Provider

AT_ONCE = 16
"""Requests of one run that go on at once; more wait. Agents that split their work send a handful."""


@dataclass(slots=True, eq=False)
class Grant:
    """One run's. `refusal` is what the provider's last answer was, if it was one; `url` is the agent's base URL.

    `answers` counts those that were none.
    """

    run_id: str
    provider: Provider
    url: str
    base_url: str | None
    key: str = field(repr=False)
    token: str = field(repr=False, default_factory=lambda: redact.register(f"dursor-run-{secrets.token_urlsafe(32)}"))
    refusal: Refusal | None = None
    answers: int = 0
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE), repr=False)
    at_work: set[asyncio.Task[object]] = field(default_factory=set, repr=False)


class Grants:
    """Those that are open."""

    def __init__(self) -> None:
        self._open: list[Grant] = []

    def open(self, grant: Grant) -> None:
        self._open.append(grant)

    def revoke(self, grant: Grant) -> None:
        """End it: its token opens nothing any more, and what goes on with it is cut off."""
        self._open.remove(grant)
        redact.forget(grant.token)
        for task in grant.at_work:
            task.cancel()

    def find(self, shown: list[str]) -> Grant | None:
        """The grant that everything shown is the token of. The time this takes tells nothing of any token."""
        found = None
        for grant in self._open:
            matches = [hmac.compare_digest(grant.token.encode(), one.encode("utf-8", "replace")) for one in shown]
            if matches and all(matches):
                found = grant
        return found
