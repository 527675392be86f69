"""Real agents in stories: a model's key in the server's database, a stand-in for its provider, what the model does."""

from __future__ import annotations

from pathlib import Path

from app import encryption
from app.config import Settings
from app.localhub.hub import Hub
from app.localhub.state import issues
from app.store import model_profiles, offline
from tests import agent_programs
from tests.providers import Provider, Status, Tool, steps
from tests.providers.request import Request
from tests.stories import scenes
from tests.stories.server import configuration

KEY = "the-provider-key-of-this-story"
CLAUDE = {"DURSOR_CLAUDE_BIN": agent_programs.command("claude")[0]}


def add_model(settings: Settings, provider: str, model: str, url: str, key: str = KEY) -> None:
    """What `dursor model add` does, beside the server or before it starts."""
    keys = encryption.keys_or_new(settings)
    offline.bring_up_to_date(settings.database_path)
    offline.write(
        settings.database_path,
        lambda db: model_profiles.add(db, keys, key=key, provider=provider, model_name=model, base_url=url),
    )


async def adopted(hub: Hub, executor: str, more: str = "", **config: str) -> issues.Pull:
    """A pull request with an unused import, in a repository that wants it fixed by this executor; CI says it is red."""
    files = configuration(more=more, **config)
    files[".github/dursor.yml"] = files[".github/dursor.yml"].replace("command:autofix", executor, 1)
    repo = await hub.create_repository("octo/widgets", files)
    return await hub.open_pull_request(repo, files=scenes.LINT_ERROR)


class Model:
    """What Claude Code's model does: removes the unused import. `limit` is what the provider says instead, while set.

    The limit begins after `first` answers.
    """

    standin: Provider

    def __init__(self, folder: Path, limit: Status | None = None, first: int = 0) -> None:
        self.limit, self.first = limit, first
        self._folder, self._given = folder, 0

    def __call__(self, request: Request) -> steps.Once:
        if self.limit is not None and self._given >= self.first:
            return self.limit
        self._given += 1
        return self._script(request)

    def _script(self, request: Request) -> steps.Once:
        trees = [path for path in (self._folder / "worktrees").iterdir() if not path.name.startswith(".")]
        tree = max(trees, key=lambda path: path.name)  # ids sort by age
        file = str(tree / "a.py")
        edit = {"file_path": file, "old_string": "import os\n", "new_string": "A = 1\n"}
        script: list[steps.Once] = [
            Tool("Read", {"file_path": file}),
            Tool("Edit", edit),
            steps.Say("Removed the import."),
        ]
        return script[min(self._given, 3) - 1]


def limited(seconds: int | None = 6, code: int = 429) -> Status:
    """A limit, as Anthropic tells it, that Claude Code does not try to outwait by itself."""
    after = {} if seconds is None else {"retry-after": str(seconds)}
    return Status(code, {"x-should-retry": "false", **after}, "This request would exceed your rate limit")
