"""Where a command is said: conversation, review, line. It is the same command there, and is answered there."""

from __future__ import annotations

from app.lifecycle.run import Phase
from tests.stories import scenes
from tests.stories.server import configuration


def remark(body, line=1):
    return {"path": "a.py", "line": line, "side": "RIGHT", "body": body}


def replies(pull):
    return [one for one in pull.review_comments if one.user.login == scenes.BOT]


async def with_a_reviewer(hub, server, role="write"):
    pull = await scenes.working_on(hub, server)
    hub.set_permission(pull.repository, "bob", role)
    return pull


async def test_s79_a_command_in_a_review_is_obeyed(hub, server):
    pull = await with_a_reviewer(hub, server)

    await hub.review(pull, "COMMENTED", "Let me look at this.\n\n/dursor pause", "bob")

    await server.until(pull, paused=True)
    await server.rest()
    assert (await server.run(pull)).iteration == 0


async def test_s79_a_command_on_a_line_is_obeyed_and_is_no_request(hub, server):
    pull = await with_a_reviewer(hub, server)

    review = await hub.review(pull, "COMMENTED", "", "bob", comments=[remark("/dursor pause")])

    await server.until(pull, paused=True)
    await server.rest()
    assert scenes.reactions(review.comments[0]) == {"eyes", "rocket"}
    assert not (await server.run(pull)).asked
    assert not await scenes.rows(server, "SELECT id FROM messages")


async def test_s79_a_question_on_a_line_is_answered_in_its_thread(hub, server):
    pull = await with_a_reviewer(hub, server)
    review = await hub.review(pull, "COMMENTED", "", "bob", comments=[remark("Why?")])
    await server.rest()
    said_before = len(hub.comments(pull))

    hub.reply(review.comments[0], "/dursor status", "bob")
    await server.rest()

    (answer,) = [reply for reply in replies(pull) if "dursor is" in reply.body]  # the remark gets one of its own
    assert answer.in_reply_to == review.comments[0].id
    assert len(hub.comments(pull)) == said_before


async def test_s79_a_question_in_a_review_is_answered_in_the_conversation(hub, server):
    pull = await with_a_reviewer(hub, server)

    await hub.review(pull, "COMMENTED", "/dursor why", "bob")
    await server.rest()

    assert len(scenes.said_by_us(hub, pull, "To bob, about a review")) == 1


async def test_s79_a_refusal_is_told_where_the_command_was_said(hub, server):
    pull = await with_a_reviewer(hub, server, "read")

    review = await hub.review(pull, "COMMENTED", "", "bob", comments=[remark("/dursor cancel")])
    await server.rest()

    (answer,) = replies(pull)
    assert "needs write permission" in answer.body
    assert scenes.reactions(review.comments[0]) == {"eyes", "confused"}
    assert not (await server.run(pull)).is_terminal


async def test_s72_an_approval_in_a_review_is_about_the_commit_that_was_reviewed(hub, server):
    pull = await scenes.waiting_for_approval(hub, server)
    hub.set_permission(pull.repository, "bob", "write")
    async with scenes.held_back(hub) as told:
        await hub.review(pull, "COMMENTED", "/dursor merge", "bob")
    await hub.push(pull, {"evil.py": "EVIL = True\n"}, author="mallory")
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, head_sha=pull.head_sha, phase=Phase.AWAITING_HUMAN)

    await scenes.let_go(hub, told)
    await server.rest()

    assert not hub.merges
    assert scenes.said_by_us(hub, pull, "To bob, about a review", "is not the head")


async def test_s70_a_command_on_a_line_that_was_deleted_is_not_obeyed_in_whatever_order_it_is_told(hub, server):
    pull = await with_a_reviewer(hub, server)
    async with scenes.held_back(hub) as told:
        review = await hub.review(pull, "COMMENTED", "", "bob", comments=[remark("/dursor cancel")])
        hub.delete_remark(review.comments[0], "bob")

    await scenes.let_go(hub, told[::-1])
    await server.rest()

    assert not (await server.run(pull)).is_terminal
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status IN ('failed', 'queued')")


async def test_a_review_takes_a_pull_request_in_hand(hub, server):
    files = configuration("semi_auto")
    files[".github/dursor.yml"] = files[".github/dursor.yml"].replace("[alice]", "[]")
    repo = await hub.create_repository("octo/widgets", files)
    hub.set_permission(repo, "bob", "write")
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN)

    await hub.review(pull, "COMMENTED", "/dursor take interactive", "bob")

    await server.until(pull, mode="interactive")


async def test_an_edit_of_a_review_commands_nothing(hub, server):
    pull = await with_a_reviewer(hub, server)
    review = await hub.review(pull, "COMMENTED", "Hello.", "bob")

    hub.edit_review(review, "/dursor cancel")
    await server.rest()

    assert not (await server.run(pull)).is_terminal
