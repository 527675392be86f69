"""A pull request may change the configuration: have it judged before it is merged, whoever works on it."""

from __future__ import annotations

from pydantic import Field

from app import outbox
from app.handlers.event import Event
from app.lifecycle import effects
from app.payload import Narrow
from app.store import config_checks, installations, repos
from app.store.connection import Connection

_DELAY = 1.0
_ACTIONS = frozenset({"opened", "reopened", "synchronize", "edited"})


class _Home(Narrow):
    id: int


class _Head(Narrow):
    sha: str = Field(pattern=r"^[0-9a-f]{40,64}$")
    repo: _Home | None = None


class _Base(Narrow):
    ref: str


class _Pull(Narrow):
    number: int = Field(ge=1, le=2**53)
    state: str
    head: _Head | None = None
    base: _Base | None = None


class _Changes(Narrow):
    base: dict[str, object] | None = None


def look(event: Event, db: Connection) -> None:
    """Queue a look at the file of the new head, where its merge could put that in force.

    Only the default branch's file counts. A push to a branch of the repository itself tells which files it touches
    (`pushes`), so its pull request is looked at again only where the file was changed before.
    """
    if event.action not in _ACTIONS:
        return
    if event.action == "edited" and _Changes.model_validate(event.data.get("changes") or {}).base is None:
        return
    pull, repository = _Pull.model_validate(event.data["pull_request"]), event.repository
    if pull.state != "open" or pull.head is None or pull.base is None or pull.base.ref != repository.default_branch:
        return
    if not installations.may_work(db, event.installation):
        return
    repo = repos.find(db, repository.id)
    is_told = event.action == "synchronize" and pull.head.repo is not None and pull.head.repo.id == repository.id
    if (is_told or event.is_echo) and (repo is None or config_checks.find(db, repo["id"], pull.number) is None):
        return
    outbox.note_repository(db, repository, event.installation)
    outbox.enqueue(db, effects.CheckConfig(repository.id, pull.number, pull.head.sha), delay=_DELAY)
