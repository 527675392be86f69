"""Nobody can make dursor talk: who may not command is answered once in an hour, bots and the vanished never."""

from __future__ import annotations

from app.localhub.actions import comments
from tests.stories import scenes


def answers(hub, pull):
    return scenes.said_by_us(hub, pull, "<!-- dursor:answer:")


async def test_s64_who_may_not_command_is_answered_once_however_much_they_write(hub, server):
    pull = await scenes.working_on(hub, server)
    hub.set_permission(pull.repository, "mallory", "read")

    first = hub.comment(pull, "/dursor fix\n/dursor cancel\n/dursor help", author="mallory")
    later = [hub.comment(pull, f"/dursor {verb}", author="mallory") for verb in ("fix", "help", "status", "nonsense")]
    await server.rest()

    assert not (await server.run(pull)).is_terminal
    assert len(answers(hub, pull)) == 1
    assert scenes.reactions(first) == {"eyes", "confused"}
    assert [scenes.reactions(comment) for comment in later] == [set()] * 4


async def test_s64_somebody_else_is_answered_for_themselves(hub, server):
    pull = await scenes.working_on(hub, server)
    for name in ("mallory", "trudy"):
        hub.comment(pull, "/dursor cancel", author=name)
    await server.rest()

    assert len(answers(hub, pull)) == 2


async def test_s64_an_account_that_is_gone_commands_nothing(hub, server):
    pull = await scenes.working_on(hub, server)
    hub.set_permission(pull.repository, "ghost", "admin")

    comment = hub.comment(pull, "/dursor cancel", author="ghost")
    await server.rest()

    assert not (await server.run(pull)).is_terminal
    assert answers(hub, pull) == []
    assert scenes.reactions(comment) == set()


async def test_s64_a_comment_that_nobody_wrote_commands_nothing(hub, server):
    pull = await scenes.working_on(hub, server)
    hub.comment(pull, "Hello.", author="alice")
    await server.rest()
    (delivery,) = [one for one in hub.deliveries.list(1000)[0] if one["event"] == "issue_comment"][:1]
    payload = hub.deliveries.get(delivery["id"])["request"]["payload"]
    nobodys = payload["comment"] | {"id": 4711, "user": None, "body": "/dursor cancel"}

    status, _ = await scenes.post(server, hub, "issue_comment", payload | {"comment": nobodys, "sender": None})
    await server.rest()

    assert status == 202
    assert not (await server.run(pull)).is_terminal


async def test_s65_a_name_that_belongs_to_somebody_else_by_now_has_no_permission(hub, server):
    """An account was renamed; whoever took its name is another person."""
    pull = await scenes.working_on(hub, server)
    comment = hub.comment(pull, "Hello.", author="alice")
    await server.rest()
    (delivery,) = [one for one in hub.deliveries.list(1000)[0] if one["event"] == "issue_comment"][-1:]
    payload = hub.deliveries.get(delivery["id"])["request"]["payload"]
    another = payload["sender"] | {"login": "alice", "type": "User", "id": 4711}
    said = payload["comment"] | {"id": comment.id, "user": another, "body": "/dursor cancel"}

    await scenes.post(server, hub, "issue_comment", payload | {"action": "created", "comment": said, "sender": another})
    await server.rest()

    assert not (await server.run(pull)).is_terminal


async def test_a_permission_that_cannot_be_asked_for_is_a_retry_and_no_yes(hub, server):
    pull = await scenes.working_on(hub, server)
    scenes.fault(hub, "GET", "/permission$", times=2, status=502, body={"message": "Bad Gateway"})

    hub.comment(pull, "/dursor pause", author="mallory")
    hub.comment(pull, "/dursor mode interactive", author="alice")

    await server.until(pull, mode="interactive", paused=False)


async def test_s67_a_bot_that_may_command_is_answered_by_no_word(hub, server):
    pull = await scenes.working_on(hub, server, more='trust: {bots: ["release[bot]"]}')

    comment = hub.comment(pull, "/dursor status\n/dursor nonsense\n/dursor approve", author="release[bot]")
    await server.rest()

    assert answers(hub, pull) == []
    assert "confused" in scenes.reactions(comment)
    assert not (await server.run(pull)).human_approved


async def test_s67_a_bot_is_named_by_the_number_of_its_account_too(hub, server):
    bot = hub.user("release[bot]")
    pull = await scenes.working_on(hub, server, more=f"trust: {{bots: [{bot.id}]}}")

    hub.comment(pull, "/dursor pause", author="release[bot]")

    await server.until(pull, paused=True)


async def test_s67_a_bot_whose_name_the_configuration_only_begins_with_commands_nothing(hub, server):
    pull = await scenes.working_on(hub, server, more='trust: {bots: ["release"]}')

    comment = hub.comment(pull, "/dursor cancel", author="release[bot]")
    await server.rest()

    assert not (await server.run(pull)).is_terminal
    assert scenes.reactions(comment) == set()


async def test_s68_a_comment_of_ours_that_somebody_else_edited_commands_nothing(hub, server):
    pull = await scenes.working_on(hub, server)
    await server.rest()
    ours = comments.create(hub.world, pull, "Hello.", hub.app.bot, hub.app)

    hub.edit_comment(ours, "/dursor cancel", author="alice")
    await server.rest()

    assert not (await server.run(pull)).is_terminal
