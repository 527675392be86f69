"""Comments that carry a marker are never doubled, whatever happens."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from app import errors
from app.github import comments
from tests.github import scripted, shapes

LIST = "repos/octo/widgets/issues/3/comments"
ONE = "repos/octo/widgets/issues/comments"
MARKER = "<!-- dursor:status -->"
BOT = shapes.BOT["id"]


class Conversation:
    """Comments as GitHub keeps them."""

    def __init__(self, server) -> None:
        self.kept: list[dict[str, Any]] = []
        server.on(f"GET {LIST}", self.list)
        server.on(f"POST {LIST}", self.add)

    async def list(self, request):
        return await scripted.reply(self.kept)(request)

    async def add(self, request):
        self.kept.append(shapes.comment(len(self.kept) + 1, (await request.json())["body"]))
        return await scripted.reply(self.kept[-1], 201)(request)


@pytest.fixture
def conversation(server):
    return Conversation(server)


async def test_a_marked_comment_is_made_once_however_many_want_it(conversation, repo):
    await asyncio.gather(*(comments.ensure(repo, 3, MARKER, "working", BOT) for _ in range(10)))

    assert [comment["body"] for comment in conversation.kept] == [f"{MARKER}\nworking"]


async def test_two_handles_of_a_repository_make_one_comment_too(conversation, github):
    handles = [github.repository(42, 1001, "octo/widgets") for _ in range(2)]

    await asyncio.gather(*(comments.ensure(handle, 3, MARKER, "working", BOT) for handle in handles))

    assert len(conversation.kept) == 1


async def test_a_marked_comment_is_edited_in_place(conversation, server, repo):
    conversation.kept = [shapes.comment(5, "unmarked"), shapes.comment(6, f"{MARKER}\nold")]
    server.on(f"PATCH {ONE}/6", scripted.reply(shapes.comment(6, f"{MARKER}\nnew")))

    assert (await comments.ensure(repo, 3, MARKER, "new", BOT)).id == 6
    assert server.seen[-1].data == {"body": f"{MARKER}\nnew"}
    assert LIST not in server.paths("POST")


async def test_a_marked_comment_that_already_says_it_is_left_alone(conversation, server, repo):
    conversation.kept = [shapes.comment(6, f"{MARKER}\nsame")]

    assert (await comments.ensure(repo, 3, MARKER, "same", BOT)).id == 6
    assert server.paths("PATCH") == []


@pytest.mark.parametrize("author", [shapes.ALICE, None])
async def test_the_marker_in_somebody_elses_comment_counts_for_nothing(conversation, server, repo, author):
    conversation.kept = [shapes.comment(1, MARKER, author)]

    await comments.ensure(repo, 3, MARKER, "ours", BOT)

    assert [comment["body"] for comment in conversation.kept] == [MARKER, f"{MARKER}\nours"]
    assert server.paths("PATCH") == []


async def test_a_comment_whose_answer_got_lost_is_found_and_not_doubled(conversation, server, repo):
    async def add_and_break(request):
        await conversation.add(request)
        return await scripted.reset()(request)

    server.on(f"POST {LIST}", add_and_break, conversation.add)

    with pytest.raises(errors.UnknownEffect):
        await comments.ensure(repo, 3, MARKER, "once", BOT)
    await comments.ensure(repo, 3, MARKER, "once", BOT)

    assert len(conversation.kept) == 1


async def test_a_comment_deleted_while_it_was_looked_at_is_made_anew(conversation, server, repo):
    conversation.kept = [shapes.comment(6, f"{MARKER}\nold")]
    server.on(f"PATCH {ONE}/6", scripted.reply({"message": "Not Found"}, 404))

    assert (await comments.ensure(repo, 3, MARKER, "new", BOT)).id == 2


async def test_a_comment_that_is_too_long_is_cut_and_keeps_its_marker(conversation, repo):
    await comments.ensure(repo, 3, MARKER, "```\n" + "x" * 99_999, BOT)

    body = conversation.kept[0]["body"]
    assert len(body) <= 64_000
    assert body.startswith(f"{MARKER}\n```\nxxx")
    assert body.count("```") == 2


async def test_a_reaction_goes_to_the_right_kind_of_comment(server, repo):
    for path in (f"{ONE}/6/reactions", "repos/octo/widgets/pulls/comments/7/reactions"):
        server.on(f"POST {path}", scripted.reply({"id": 1}, 200))

    await comments.react(repo, 6, "eyes")
    await comments.react(repo, 7, "rocket", kind="review")

    reactions = [(seen.path, seen.data) for seen in server.seen if "reactions" in seen.path]
    assert reactions == [
        (f"{ONE}/6/reactions", {"content": "eyes"}),
        ("repos/octo/widgets/pulls/comments/7/reactions", {"content": "rocket"}),
    ]
