"""Permissions, reviews and issues: what people may do and what they said."""

from __future__ import annotations

import pytest

from app import errors
from app.github import issues, permissions, reviews
from tests.github import scripted, shapes

PERMISSION = "repos/octo/widgets/collaborators"
PULL = "repos/octo/widgets/pulls/3"


@pytest.mark.parametrize("level", ["admin", "write", "read", "none"])
async def test_a_permission_is_asked_of_github(server, repo, level):
    answer = {"permission": level, "role_name": "maintain", "user": shapes.ALICE}
    server.on(f"GET {PERMISSION}/alice/permission", scripted.reply(answer))

    assert await permissions.of(repo, "alice") == permissions.Permission(level, "maintain", 11)


async def test_somebody_github_does_not_know_has_no_permission(repo):
    assert (await permissions.of(repo, "nobody")).level == "none"


@pytest.mark.parametrize(
    "answer",
    [
        scripted.reply({"message": "x"}, 500),
        scripted.reply({"message": "Resource not accessible by integration"}, 403),
        scripted.reply({"permission": "root", "user": None}),
        scripted.reply({"user": shapes.ALICE}),
        scripted.reply([]),
    ],
)
async def test_a_permission_that_cannot_be_read_is_not_given(server, repo, answer):
    server.on(f"GET {PERMISSION}/alice/permission", answer)

    with pytest.raises(errors.DursorError):
        await permissions.of(repo, "alice")


@pytest.mark.parametrize("login", ["", ".", ".."])
async def test_a_login_that_would_change_the_address_is_refused(server, repo, login):
    with pytest.raises(errors.Invalid):
        await permissions.of(repo, login)
    assert server.seen == []


async def test_a_login_with_a_slash_stays_one_piece_of_the_address(server, repo):
    await permissions.of(repo, "../../user?x[bot]")

    assert server.paths("GET") == [f"{PERMISSION}/..%2F..%2Fuser%3Fx%5Bbot%5D/permission"]


async def test_reviews_are_read_with_their_commit_and_state_in_capitals(server, repo):
    answer = [
        shapes.review(1, state="approved"),
        shapes.review(2, user=None, state="NEW_STATE", body=None, commit_id=None, submitted_at=None),
        shapes.review(3, user=shapes.BOT),
    ]
    server.on(f"GET {PULL}/reviews", scripted.reply(answer))

    first, second, third = await reviews.of(repo, 3)

    assert (first.state, first.author_login, first.commit_id) == ("APPROVED", "alice", "b" * 40)
    assert (second.state, second.author_id, second.body) == ("NEW_STATE", None, "")
    assert third.author_is_bot


async def test_remarks_on_lines_are_read_outdated_ones_too(server, repo):
    remark = {
        "id": 5,
        "pull_request_review_id": None,
        "in_reply_to_id": 4,
        "user": None,
        "path": "a.py",
        "line": None,
        "original_line": 7,
        "body": "hm",
    }
    server.on(f"GET {PULL}/comments", scripted.reply([remark]))

    (found,) = await reviews.line_comments(repo, 3)

    assert (found.reply_to, found.line, found.original_line, found.author_login) == (4, None, 7, None)


async def submit(repo, remarks):
    return await reviews.submit(repo, 3, commit_id="b" * 40, body="All in all", remarks=remarks, instead="All of it")


async def test_a_review_is_handed_in_with_its_remarks(server, repo):
    server.on(f"POST {PULL}/reviews", scripted.reply(shapes.review(1, state="COMMENTED")))

    gone = reviews.Remark("a.py", 4, "three", side="LEFT", start_line=2)
    await submit(repo, [reviews.Remark("a.py", 7, "one"), reviews.Remark("a.py", 9, "two", start_line=8), gone])

    data = server.seen[-1].data
    assert (data["commit_id"], data["event"], data["body"]) == ("b" * 40, "COMMENT", "All in all")
    assert data["comments"] == [
        {"path": "a.py", "line": 7, "side": "RIGHT", "body": "one"},
        {"path": "a.py", "line": 9, "side": "RIGHT", "body": "two", "start_line": 8, "start_side": "RIGHT"},
        {"path": "a.py", "line": 4, "side": "LEFT", "body": "three", "start_line": 2, "start_side": "LEFT"},
    ]


REFUSED = scripted.reply({"message": "Unprocessable Entity", "errors": ["Line could not be resolved"]}, 422)


async def test_a_review_that_is_refused_for_a_line_is_handed_in_without_remarks(server, repo):
    server.on(f"POST {PULL}/reviews", REFUSED, scripted.reply(shapes.review(1)))

    await submit(repo, [reviews.Remark("a.py", 999, "look here")])

    assert server.seen[-1].data == {"commit_id": "b" * 40, "event": "COMMENT", "body": "All of it"}


@pytest.mark.parametrize("remarks", [[], [reviews.Remark("a.py", 1, "x")]])
async def test_a_review_that_is_refused_for_good_is_not_tried_for_ever(server, repo, remarks):
    server.on(f"POST {PULL}/reviews", REFUSED)

    with pytest.raises(errors.Invalid, match="could not be resolved"):
        await submit(repo, remarks)
    assert server.paths("POST").count(f"{PULL}/reviews") == 1 + len(remarks)


async def test_the_remarks_of_one_review_are_read(server, repo):
    path = f"{PULL}/reviews/9/comments"
    remarks = [{"id": number, "path": "a.py", "body": str(number), "user": shapes.BOT} for number in range(3)]
    server.on(f"GET {path}", scripted.reply(remarks))

    assert [remark.id for remark in await reviews.comments_of(repo, 3, 9)] == [0, 1, 2]


async def test_an_issue_is_told_from_a_pull_request(server, repo):
    issue = {"number": 3, "title": "t", "body": None, "state": "open", "user": None, "labels": [{"name": "x"}]}
    path = "repos/octo/widgets/issues/3"
    server.on(f"GET {path}", scripted.reply(issue), scripted.reply({**issue, "pull_request": {"url": ""}}))

    assert [(await issues.get(repo, 3)).is_pull for _ in range(2)] == [False, True]


async def test_an_issue_is_closed_as_done(server, repo):
    server.on("PATCH repos/octo/widgets/issues/3", scripted.reply({}))

    await issues.close(repo, 3)

    assert server.seen[-1].data == {"state": "closed", "state_reason": "completed"}
