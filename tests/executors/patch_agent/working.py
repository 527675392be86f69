"""A worktree, and the patch agent at work in it against a stand-in for its provider."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.executors import base, patch_agent
from app.executors.providers import Name
from tests import providers

PROVIDERS: tuple[Name, ...] = ("anthropic", "google", "openai")
KEY = "a-key-of-the-owner-0123456789"


@dataclass(slots=True)
class Work:
    """One task: its directories, how its agent is set, and what it said."""

    place: Path
    name: Name
    events: list[base.Event] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def tree(self) -> Path:
        return self.place / "tree"

    @property
    def state(self) -> Path:
        return self.place / "state"

    def request(self, url: str, **given: Any) -> base.Request:
        plain = base.Request(
            run_id="run", attempt=1, worktree=self.tree, state_dir=self.state, instruction="Do the task.", mode="edit",
            timeout_seconds=60, model="stand-in",
            access=base.Access(url + "/v1" * (self.name == "openai"), KEY, self.name),
        )  # fmt: skip
        return dataclasses.replace(plain, **given)

    async def run(self, url: str, **given: Any) -> base.Result:
        agent = patch_agent.PatchAgent(**self.settings)
        return await agent.run(self.request(url, **given), self.events.append)

    async def against(self, *steps: providers.Step, **given: Any) -> tuple[base.Result, providers.Provider]:
        """The result of one run, and what the provider was asked."""
        async with providers.serve(providers.Script(*steps)) as provider:
            return await self.run(provider.url, **given), provider

    def heard(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


def made(place: Path, name: Name = "anthropic") -> Work:
    """A worktree with a few files, and next to it what must not change."""
    work = Work(place, name)
    for path, text in {
        "tree/src/add.py": "def add(a, b):\n    return a - b\n",
        "tree/README.md": "# Sums\n",
        "tree/.git/config": "[core]\n",
        "outside/secret.txt": "the secret\n",
    }.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(text)
    (work.tree / "way-out").symlink_to("../outside")
    (work.tree / "link.txt").symlink_to("../outside/secret.txt")
    return work
