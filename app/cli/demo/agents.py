"""The agent that works in the demo in place of a linter: whose model it has, and its user's own key for that."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import UserError
from app.executors import binaries, providers, registry
from app.store import model_profiles, offline

_VARIABLES = {
    "anthropic": ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "claude-sonnet-4-5"),
    "openai": ("OPENAI_API_KEY", "OPENAI_BASE_URL", "gpt-5.5"),
    "google": ("GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL", "gemini-2.5-pro"),
}  # provider: where its key and its address are, and the model that is taken unless another is named


@dataclass(frozen=True, slots=True)
class Agent:
    """An executor with a model to work with."""

    executor: str
    provider: str
    model: str
    key: str = field(repr=False)
    base_url: str | None = None

    def store(self, folder: Path, encryption_key: str) -> None:
        """Put the model and its key, encrypted, into the database of a server that has not started yet."""
        database = folder / "dursor.db"
        offline.bring_up_to_date(database)
        offline.write(
            database,
            lambda db: model_profiles.add(
                db, [encryption_key], key=self.key, provider=self.provider, model_name=self.model,
                base_url=self.base_url,
            ),
        )  # fmt: skip

    def environment(self) -> dict[str, str]:
        """What the server needs of ours to find the agent's program."""
        names = [known.variable for known in binaries.KNOWN.values()]
        return {name: os.environ[name] for name in names if name in os.environ}


def find(executor: str, model: str | None, environment: Mapping[str, str]) -> Agent:
    """The agent with its key from the environment. Raises UserError where its program or its key is missing."""
    registry.find(executor)
    own = providers.OF_EXECUTOR[executor]
    for provider in [own] if own else list(_VARIABLES):
        key_in, address_in, usual = _VARIABLES[provider]
        if key := environment.get(key_in, "").strip():
            address = environment.get(address_in)
            base_url = providers.base_url(address) if address else None
            return Agent(executor, provider, model or usual, key, base_url)
    wanted = _VARIABLES[own][0] if own else " or ".join(name for name, _, _ in _VARIABLES.values())
    raise UserError(f"{executor} needs your key: put it into the environment as {wanted}.")
