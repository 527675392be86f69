"""FindPlaces: where the App is installed and what it may see there, whatever events told or failed to tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from app import advance, outbox
from app.errors import Refused, Transient
from app.github.about import Installation
from app.github.repository import RepositoryInfo
from app.lifecycle import effects
from app.payload import Repository
from app.perform.world import Outcome, World
from app.store import installations, repos
from app.store.connection import Connection

log = structlog.get_logger(__name__)

_AGAIN_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class _Place:
    """An installation; `seen` is None where GitHub did not say what it may see, now or because it sleeps."""

    installation: Installation
    seen: Sequence[RepositoryInfo] | None


async def find(effect: effects.FindPlaces, world: World) -> Outcome:
    """List the installations and their repositories, and compare them with what is known."""
    only = world.us.installation_id
    places, is_complete = [], True
    for installation in await world.github.installations():
        if only not in {None, installation.id}:
            continue
        seen = None
        try:
            if not installation.is_suspended:
                seen = await world.github.installation_repositories(installation.id)
        except (Refused, Transient) as error:
            log.info("an installation could not be looked through", installation=installation.id, error=str(error))
            is_complete = is_complete and isinstance(error, Refused)
        places.append(_Place(installation, seen))

    def outcome(db: Connection) -> None:
        for place in places:
            _note(db, place)
        for place in places:  # when all are noted: a repository that moved from one to another is not lost
            _compare(db, place)
        there = {place.installation.id for place in places}
        for number in installations.ids(db):
            if number not in there and only in {None, number}:
                installations.delete(db, number)
                _leave_all(db, number, "The App was uninstalled.")
        if not is_complete:
            outbox.enqueue(db, effect, delay=_AGAIN_SECONDS)

    return outcome


def _note(db: Connection, place: _Place) -> None:
    one = place.installation
    installations.save(db, one.id, one.account.login, one.permissions)
    installations.suspend(db, one.id, suspended=one.is_suspended)
    for info in place.seen or ():
        known = repos.find(db, info.id)
        if info.archived and known is None:
            continue
        found = (one.id, info.full_name, info.default_branch, 1)
        if known is None or found != tuple(known[name] for name in _TOLD):
            told = Repository(
                id=info.id, full_name=info.full_name, default_branch=info.default_branch,
                html_url=info.clone_url.removesuffix(".git"),
            )  # fmt: skip
            outbox.note_repository(db, told, one.id)


_TOLD = ("installation_id", "full_name", "default_branch", "active")


def _compare(db: Connection, place: _Place) -> None:
    if place.installation.is_suspended:
        _leave_all(db, place.installation.id, "The App is suspended.")
    if place.seen is None:
        return
    live = {info.id for info in place.seen if not info.archived}
    archived = {info.id for info in place.seen} - live
    for repo in repos.of_installation(db, place.installation.id):
        if repo["github_id"] not in live and repo["active"]:
            repos.set_active(db, repo["id"], active=False)
            is_archived = repo["github_id"] in archived
            why = "The repository was archived." if is_archived else "The repository was taken from the App."
            advance.leave(db, repo["github_id"], why)


def _leave_all(db: Connection, installation_id: int, why: str) -> None:
    for repo in repos.of_installation(db, installation_id):
        advance.leave(db, repo["github_id"], why)
