"""Which model an agent works with, and how it reaches it: through the gateway, or with the key in this process."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from app import encryption, redact
from app.config import Settings
from app.errors import ConfigError
from app.executors import base, providers
from app.executors.gateway import Gateway, Grant
from app.store import model_profiles
from app.store.connection import Connection
from app.store.database import Database

_IN_PROCESS = frozenset({"patch_agent"})
"""Agents that are no programs of their own: nobody else can look at what they hold."""


@dataclass(frozen=True, slots=True)
class Granted:
    """What a run got; `grant` is what the gateway saw of it."""

    access: base.Access = field(default_factory=base.Access)
    profile: model_profiles.Profile | None = None
    grant: Grant | None = None

    @property
    def model(self) -> str | None:
        return self.profile.model_name if self.profile else None


@dataclass(frozen=True, slots=True)
class Keys:
    """Hands out access. The keys that open what is stored are read each time: a set-up or rotation changes them."""

    settings: Settings
    database: Database
    gateway: Gateway

    @contextlib.asynccontextmanager
    async def granted(self, executor: str, run_id: str, coder: str | None = None) -> AsyncIterator[Granted]:
        """Access for as long as the block runs; a command gets none. Raises ConfigError where there is no key.

        For a review, `coder` is who changed the code: another model than that one's is taken where there is one.
        """
        if executor not in providers.OF_EXECUTOR:
            yield Granted()
            return
        profile = await self._profile(executor, coder)
        if executor in _IN_PROCESS:
            yield Granted(base.Access(profile.base_url, profile.key, profile.provider), profile)
            return
        provider = providers.ALL[profile.provider]
        with self.gateway.granted(run_id, provider, profile.key, profile.base_url) as grant:
            access = base.Access(grant.url, grant.token, profile.provider)
            yield Granted(access, profile, grant)

    async def _profile(self, executor: str, coder: str | None) -> model_profiles.Profile:
        keys = encryption.keys(self.settings)

        def find(db: Connection) -> model_profiles.Profile | None:
            theirs = None
            if coder is not None and coder in providers.OF_EXECUTOR:
                theirs = model_profiles.newest(db, providers.OF_EXECUTOR[coder], keys)
            return model_profiles.newest(db, providers.OF_EXECUTOR[executor], keys, but=theirs)

        profile = await self.database.read(find)
        if profile is None:
            raise _missing(executor)
        redact.register(profile.key)
        return profile


def expect(db: Connection, executor: str) -> None:
    """Raise ConfigError, with what to do, where an agent has no model to work with."""
    if executor in providers.OF_EXECUTOR and not model_profiles.exists(db, providers.OF_EXECUTOR[executor]):
        raise _missing(executor)


def _missing(executor: str) -> ConfigError:
    provider = providers.OF_EXECUTOR[executor]
    whose, which = (provider, provider) if provider else ("any provider", "|".join(providers.ALL))
    return ConfigError(
        f"{executor} has no key for {whose}. The server's operator adds one: "
        f"`dursor model add --provider {which} --model NAME`."
    )
