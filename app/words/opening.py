"""The pull request that dursor opens, and what the issue is told that it was opened for."""

from __future__ import annotations

from collections.abc import Iterable

from app.harmless import harmless, quote
from app.store.connection import Row

_REQUESTS = 5


def pull_body(conversation: Iterable[Row], issue: int | None) -> str:
    """The description of the pull request: what was asked, what was done, what it closes."""
    said = list(conversation)
    asked = [quote(row["content"]) for row in said if row["role"] == "user"]
    done = [harmless(row["content"]) for row in said if row["role"] == "assistant"]
    parts = ["## What was asked", *asked[-_REQUESTS:]] if asked else []
    parts += ["## What was done", done[-1]] if done else []
    parts += [f"Closes #{issue}"] if issue is not None else []
    return "\n\n".join([*parts, "---", "Opened by dursor. `/dursor help` shows what you can say."])


def pull_opened(number: int) -> str:
    """What the issue is told."""
    return f"#{number} is the pull request for this. It goes on there; what you say here with `/dursor do` counts too."
