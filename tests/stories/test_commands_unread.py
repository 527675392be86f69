"""Commands whose delivery was lost are found among the comments, each once, and only where nobody edited them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app import outbox
from app.lifecycle import effects
from app.store import repos
from tests.stories import scenes


async def look_for_commands(server, pull):
    """What the sweep does for each repository."""
    await server.world.database.write(lambda db: outbox.enqueue(db, effects.HearComments(pull.repository.id)))
    await server.rest()


async def decisions(server, pull, *names):
    return [line.split()[0] for line in await server.history(pull) if line.split()[0] in names]


async def test_a_command_whose_delivery_was_lost_is_heard_once_whatever_comes_later(hub, server):
    pull = await scenes.working_on(hub, server)
    async with scenes.held_back(hub) as lost:
        comment = hub.comment(pull, "/dursor pause\n/dursor resume", author="alice")
    await server.rest()
    assert await decisions(server, pull, "Paused", "Resumed") == []

    await look_for_commands(server, pull)
    await look_for_commands(server, pull)
    await scenes.let_go(hub, lost)
    await server.rest()

    assert await decisions(server, pull, "Paused", "Resumed") == ["Paused", "Resumed"]
    assert scenes.reactions(comment) == {"eyes", "rocket"}


async def test_a_command_that_an_event_told_of_is_not_heard_again(hub, server):
    pull = await scenes.working_on(hub, server)
    hub.comment(pull, "/dursor pause\n/dursor resume", author="alice")
    await server.rest()

    await look_for_commands(server, pull)

    assert await decisions(server, pull, "Paused", "Resumed") == ["Paused", "Resumed"]


async def test_a_lost_comment_that_was_edited_commands_nothing(hub, server):
    """Nobody can tell what it said when people saw it first."""
    pull = await scenes.working_on(hub, server)
    async with scenes.held_back(hub):
        comment = hub.comment(pull, "Nice.", author="alice")
        hub.edit_comment(comment, "/dursor cancel", author="mallory")
        comment.updated_at = (datetime.now(UTC) + timedelta(seconds=5)).strftime("%Y-%m-%dT%H:%M:%SZ")

    await look_for_commands(server, pull)

    assert not (await server.run(pull)).is_terminal


async def test_comments_are_looked_through_from_where_the_last_look_ended(hub, server):
    pull = await scenes.working_on(hub, server)
    (known,) = await scenes.rows(server, "SELECT id FROM repos")
    await server.world.database.write(lambda db: repos.note_comments_seen(db, known["id"], "2020-01-01T00:00:00.000Z"))
    comment = hub.comment(pull, "Nothing to do here.", author="alice")
    await server.rest()

    await look_for_commands(server, pull)

    (row,) = await scenes.rows(server, "SELECT comments_seen_at FROM repos")
    assert row["comments_seen_at"][:19] >= comment.created_at[:19]
    asked = [request for request in hub.requests if request.path.endswith("/issues/comments")]
    assert len(asked) == 1


async def test_a_lost_remark_on_a_line_commands_too(hub, server):
    pull = await scenes.working_on(hub, server)
    hub.set_permission(pull.repository, "bob", "write")
    remark = {"path": "a.py", "line": 1, "side": "RIGHT", "body": "/dursor pause"}
    async with scenes.held_back(hub):
        await hub.review(pull, "COMMENTED", "", "bob", comments=[remark])

    await look_for_commands(server, pull)

    assert (await server.run(pull)).paused
