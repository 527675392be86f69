"""push: the default branch moved, and perhaps the configuration with it."""

from __future__ import annotations

from pydantic import Field

from app import outbox, repo_config
from app.handlers.event import Event
from app.handlers.router import on
from app.lifecycle import effects
from app.lifecycle.run import Wait
from app.payload import Narrow
from app.store import agentic_runs, repos
from app.store.connection import Connection

LISTED = 2048
"""GitHub lists so many commits of a push at most (docs.github.com, "Webhook events and payloads", push)."""


class _Commit(Narrow):
    added: list[str] = Field(default_factory=list)
    modified: list[str] = Field(default_factory=list)
    removed: list[str] = Field(default_factory=list)


class _Push(Narrow):
    ref: str
    after: str = Field(pattern=r"^[0-9a-f]{40,64}$")
    forced: bool = False
    commits: list[_Commit] = Field(default_factory=list)

    def touches(self, path: str) -> bool:
        """Whether a commit that is listed changes a file."""
        return any(path in (*one.added, *one.modified, *one.removed) for one in self.commits)

    def may_touch(self, path: str) -> bool:
        """Whether a file can have changed; a push that does not list what it brings can have changed any."""
        is_listed = not self.forced and 0 < len(self.commits) < LISTED
        return not is_listed or self.touches(path)


def moved(event: Event, db: Connection) -> str | None:
    """Read the configuration again where it can have changed; whoever waits for a better base looks at it."""
    push = _Push.model_validate(event.data)
    repo = repos.find(db, event.repository.id)
    if repo is None:
        return "nobody works in this repository"
    is_default = push.ref == f"refs/heads/{repo['default_branch']}"
    if event.is_echo and not is_default:
        return "our own doing"
    waiting = agentic_runs.waiting(db, event.repository.id, Wait.BASE_RED)
    for run in waiting:
        if run.head_sha is not None:
            outbox.enqueue(db, effects.ReadCi(run.id, run.head_sha), delay=1)
    branch = push.ref.removeprefix("refs/heads/")
    if not is_default and branch != push.ref and push.touches(repo_config.PATH):
        outbox.enqueue(db, effects.CheckBranch(event.repository.id, branch), delay=1)
        return None
    if not is_default:
        return None if waiting else "no branch that decides anything"
    repos.note_tip(db, repo["id"], push.after)
    if push.may_touch(repo_config.PATH):
        outbox.enqueue(db, effects.ReadConfig(event.repository.id), delay=1)
    return None


ROUTES = on("push", None, to=moved)
