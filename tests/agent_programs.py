"""The real agents for tests: where `make agents` put them. A missing one is an error and not a skip."""

from __future__ import annotations

import functools
from typing import Literal

from tools import fetch_agents

Name = Literal["claude", "codex", "gemini"]
SECONDS = 90  # that a start and a few turns may take; alone they take two


@functools.cache
def command(name: Name) -> tuple[str, ...]:
    """The program and its first arguments."""
    return fetch_agents.command(name)
