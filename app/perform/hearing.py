"""HearComments: commands in comments that no event told of, because its delivery was lost, are heard after all."""

from __future__ import annotations

from datetime import timedelta

from app.commands import hearing
from app.github import spoken
from app.lifecycle import effects
from app.payload import User
from app.perform.world import Outcome, World, handle, nothing
from app.store import installations, repos
from app.store.connection import Connection, Row, iso, parse

_OVERLAP = timedelta(seconds=60)
"""What GitHub shows a little late, and what our clock is ahead of its, is looked through twice."""

_OLDEST = timedelta(days=7)
"""Nobody expects to be obeyed after that. Well below the time for which heard commands are remembered."""

_EDITED = timedelta(seconds=1)


async def hear(effect: effects.HearComments, world: World) -> Outcome:
    """Look through what was written since the last time; only what was never edited commands.

    To be queued for each active repository with every sweep. Two requests, that GitHub answers with "not modified"
    while nobody writes. What an event told of is known and is passed over.
    """

    def read(db: Connection) -> Row | None:
        repo = repos.find(db, effect.repository_id)
        return repo if repo and repo["active"] and installations.may_work(db, repo["installation_id"]) else None

    repo = await world.database.read(read)
    if repo is None:
        return nothing
    await world.known.wait()
    began = world.now()
    seen = parse(repo["comments_seen_at"]) if repo["comments_seen_at"] else began
    found = await spoken.since(handle(world, repo), seen - _OVERLAP)
    newest = max((one.updated_at for one in found), default=seen)
    said = [
        _said(one, one.author.login, one.author.id)
        for one in found
        if one.author.login and one.author.id is not None and not one.author.is_bot
        and one.updated_at - one.created_at <= _EDITED and one.created_at > began - _OLDEST
    ]  # fmt: skip

    def outcome(db: Connection) -> None:
        for one in said:
            seen_head = hearing.head_at(db, repo["id"], one.number, one.at)
            hearing.hear(db, effect.repository_id, hearing.about(one, seen_head), world.us.slug)
        repos.note_comments_seen(db, repo["id"], iso(max(seen, min(newest, began))))

    return outcome


def _said(one: spoken.Spoken, login: str, user_id: int) -> hearing.Said:
    return hearing.Said(
        one.kind, one.id, one.number, one.body, User(login=login, id=user_id), one.created_at,
        on_pull_request=one.on_pull_request, thread=one.thread,
    )  # fmt: skip
