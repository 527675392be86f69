"""Threads of remarks: all of them are read, page by page, and ours are resolved where the App may."""

from __future__ import annotations

import pytest

from app import errors
from app.github import reviews, threads
from app.localhub.faults import Fault
from tests import github_descriptions

MARKER = "<!-- dursor:remark:1 -->"


@pytest.fixture
async def pull(hub, home):
    files = {"a.py": "".join(f"x{number} = {number}\n" for number in range(130))}
    return await hub.open_pull_request(home, files=files)


def remark(line=1, body="Why?"):
    return {"path": "a.py", "line": line, "body": body}


@pytest.mark.parametrize(
    ("document", "asked"),
    [
        (threads.DOCUMENT, {"owner": "o", "name": "n", "number": 1}),
        (threads.DOCUMENT, {"owner": "o", "name": "n", "number": 1, "after": "Y3Vyc29yOjE="}),
        (threads.RESOLVE, {"thread": "PRRT_1"}),
    ],
)
def test_the_documents_fit_githubs_schema(document, asked):
    assert github_descriptions.graphql_errors(document, asked) == []


async def test_more_threads_than_one_page_are_all_read(hub, repo, pull):
    made = await hub.review(pull, "COMMENTED", "", "carol", [remark(line) for line in range(1, 121)])
    before = len(hub.requests)

    found = await threads.of(repo, pull.number)

    assert list(found) == [comment.id for comment in made.comments]
    assert sum(request.path == "/api/graphql" for request in hub.requests[before:]) == 3


async def test_who_resolved_a_thread_and_what_was_said_in_it_is_known(hub, repo, pull):
    made = await hub.review(pull, "COMMENTED", "", "carol", [remark(1), remark(2)])
    hub.reply(made.comments[0], "Never mind.", "bob")
    hub.resolve(made.comments[0], "bob")

    first, second = (await threads.of(repo, pull.number)).values()

    assert first.is_resolved
    assert first.resolved_by
    assert (first.resolved_by.login, first.resolved_by.id) == ("bob", hub.user("bob").id)
    assert [(said.author.login, said.body) for said in first.newest] == [("carol", "Why?"), ("bob", "Never mind.")]
    assert not second.is_resolved
    assert second.resolved_by is None


async def test_a_reply_is_found_again_by_its_marker_and_its_author(hub, repo, pull):
    made = await hub.review(pull, "COMMENTED", "", "carol", [remark()])
    root, bot = made.comments[0], hub.app.bot.id
    hub.reply(root, f"{MARKER} says carol", "carol")
    assert not (await threads.of(repo, pull.number))[root.id].holds(MARKER, bot)

    await threads.reply(repo, pull.number, root.id, MARKER, "Done.")

    assert (await threads.of(repo, pull.number))[root.id].holds(MARKER, bot)
    assert [line.reply_to for line in await reviews.line_comments(repo, pull.number)] == [None, root.id, root.id]


async def test_a_thread_that_is_gone_takes_no_reply(hub, repo, pull):
    made = await hub.review(pull, "COMMENTED", "", "carol", [remark()])
    hub.delete_remark(made.comments[0], "carol")
    assert await threads.of(repo, pull.number) == {}
    with pytest.raises(errors.NotFound):
        await threads.reply(repo, pull.number, 1, MARKER, "Done.")


async def test_a_thread_is_resolved_however_often_it_is_asked_for(hub, repo, pull):
    made = await hub.review(pull, "COMMENTED", "", "carol", [remark()])
    found = (await threads.of(repo, pull.number))[made.comments[0].id]
    assert [await threads.resolve(repo, found.id) for _ in range(2)] == [True, True]
    assert pull.threads[0].resolved_by is hub.app.bot


@pytest.mark.parametrize("kind", ["FORBIDDEN", "NOT_FOUND"])
async def test_a_thread_that_may_not_be_resolved_is_left_open(hub, repo, pull, kind):
    told = {"data": {"resolveReviewThread": None}, "errors": [{"type": kind, "message": "Resource not accessible"}]}
    hub.faults.add(Fault("POST", "graphql", status=200, body=told))
    assert await threads.resolve(repo, "PRRT_1") is False


async def test_a_resolving_whose_answer_is_lost_leaves_open_whether_it_happened(hub, repo, pull):
    made = await hub.review(pull, "COMMENTED", "", "carol", [remark()])
    found = (await threads.of(repo, pull.number))[made.comments[0].id]
    hub.faults.add(Fault("POST", "graphql", reset=True, when="after"))
    with pytest.raises(errors.UnknownEffect):
        await threads.resolve(repo, found.id)
    assert (await threads.of(repo, pull.number))[found.root.id].is_resolved


async def test_threads_of_a_pull_request_that_is_not_there_are_an_error(repo):
    with pytest.raises(errors.NotFound):
        await threads.of(repo, 99)
