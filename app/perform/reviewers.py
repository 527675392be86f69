"""Who reviews where a repository's file does not say: somebody else than the coder, and nobody who was not paid for.

A linter that the file names comes first, as it costs nothing and says the same each time. A repository whose code is
changed by a command gets no agent unasked. Else it is another agent that can start here and has a model, one with
another model than the coder's before one with the same; else the coder's own agent with another model; else nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import ConfigError
from app.executors import providers, registry
from app.perform.world import World
from app.repo_config import RepoConfig
from app.store import model_profiles
from app.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Model:
    """A model that the server has a key for."""

    provider: str
    name: str


async def chosen(world: World, asked: RepoConfig, in_force: RepoConfig) -> RepoConfig:
    """`in_force` with a reviewer, where what was asked for names none; a word of the file is kept."""
    if "reviewer" in asked.model_fields_set:
        return in_force
    name = linter(in_force)
    if name is None and in_force.executor in registry.AGENTS:
        models = await world.database.read(known)
        name = await asyncio.to_thread(_agent, in_force, models) if models else None
    return in_force if name is None else in_force.model_copy(update={"reviewer": name})


def linter(config: RepoConfig) -> str | None:
    """The first command that writes SARIF, which only a reviewer has a use for."""
    named = (f"command:{name}" for name, command in config.commands.items() if command.output == "sarif")
    return next((name for name in named if name != config.executor), None)


def known(db: Connection) -> list[Model]:
    """The models with a key, the newest first."""
    return [Model(row["provider"], row["model_name"]) for row in model_profiles.listed(db)]


def of_coder(executor: str, models: Sequence[Model]) -> Model | None:
    """The model that an executor works with: the newest of its provider. None for a command, and without one."""
    fitting = _fitting(executor, models)
    return fitting[0] if fitting else None


def of_reviewer(reviewer: str, executor: str, models: Sequence[Model]) -> Model | None:
    """The model that a reviewer works with: the newest that is not the coder's, else the coder's."""
    fitting, theirs = _fitting(reviewer, models), of_coder(executor, models)
    return next((model for model in fitting if model != theirs), fitting[0] if fitting else None)


def is_the_coder(config: RepoConfig, models: Sequence[Model]) -> bool:
    """Whether the same agent with the same model reviews what it wrote."""
    if config.reviewer != config.executor or config.executor not in registry.AGENTS:
        return False
    return of_reviewer(config.reviewer, config.executor, models) == of_coder(config.executor, models)


def _agent(config: RepoConfig, models: Sequence[Model]) -> str | None:
    """Blocks for seconds the first time, as programs are asked for their version."""
    coder = of_coder(config.executor, models)
    others = [name for name in registry.AGENTS if name != config.executor and _fitting(name, models)]
    others.sort(key=lambda name: of_reviewer(name, config.executor, models) == coder)  # another model first
    found = next((name for name in others if _starts(name)), None)
    if found is None and of_reviewer(config.executor, config.executor, models) != coder:
        return config.executor
    return found


def _fitting(executor: str, models: Sequence[Model]) -> list[Model]:
    if executor not in providers.OF_EXECUTOR:
        return []
    provider = providers.OF_EXECUTOR[executor]
    return [model for model in models if provider in {None, model.provider}]


def _starts(name: str) -> bool:
    try:
        registry.find(name)
    except ConfigError:
        return False
    return True
