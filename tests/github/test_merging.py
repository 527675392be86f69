"""Merging at one commit, deleting a branch, comparing: each answer has one meaning."""

from __future__ import annotations

import pytest

from app import errors
from app.github import commits, merging
from tests.github import scripted

SHA = "b" * 40
MERGE = "repos/octo/widgets/pulls/3/merge"
REF = "repos/octo/widgets/git/ref/heads/feature/x"
REFS = "repos/octo/widgets/git/refs/heads/feature/x"


async def test_a_merge_names_the_commit_and_the_method(server, repo):
    server.on(f"PUT {MERGE}", scripted.reply({"sha": "c" * 40, "merged": True, "message": "ok"}))

    assert await merging.merge(repo, 3, SHA, "rebase") == "c" * 40
    assert server.seen[-1].data == {"sha": SHA, "merge_method": "rebase"}


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (scripted.reply({"message": "Base branch was modified. Try again."}, 405), errors.Transient, "Base"),
        (scripted.reply({"message": "Head branch was modified."}, 409), errors.Conflict, "Head branch"),
        (scripted.reply({"message": "2 of 2 required status checks are expected."}, 405), errors.Refused, "expected"),
        (scripted.reply({"message": "Resource not accessible by integration"}, 403), errors.Forbidden, "Resource"),
        (scripted.reply({"message": "Server Error"}, 500), errors.UnknownEffect, "500"),
        (scripted.reset(), errors.UnknownEffect, "lost"),
        (scripted.reply({"merged": False, "message": "It is not mergeable"}), errors.Refused, "not mergeable"),
        (scripted.reply({"merged": True}), errors.UnknownEffect, "unexpected shape"),
    ],
)  # fmt: skip
async def test_a_merge_that_does_not_happen_says_which_way(server, repo, answer, kind, words):
    server.on(f"PUT {MERGE}", answer)

    with pytest.raises(errors.DursorError, match=words) as raised:
        await merging.merge(repo, 3, SHA, "merge")
    assert type(raised.value) is kind
    assert server.paths("PUT") == [MERGE]


async def test_a_branch_is_deleted_where_it_was_left(server, repo):
    server.on(f"GET {REF}", scripted.reply({"ref": "refs/heads/feature/x", "object": {"sha": SHA}}))
    server.on(f"DELETE {REFS}", scripted.raw(b"", 204))

    assert await merging.delete_branch(repo, "feature/x", SHA)
    assert server.paths("DELETE") == [REFS]


async def test_a_branch_that_moved_is_not_deleted(server, repo):
    server.on(f"GET {REF}", scripted.reply({"object": {"sha": "d" * 40}}))

    assert not await merging.delete_branch(repo, "feature/x", SHA)
    assert server.paths("DELETE") == []


async def test_a_branch_that_is_gone_is_as_good_as_deleted(server, repo):
    assert not await merging.delete_branch(repo, "feature/x", SHA)
    server.on(f"GET {REF}", scripted.reply({"object": {"sha": SHA}}))
    server.on(f"DELETE {REFS}", scripted.reply({"message": "Reference does not exist"}, 422))
    assert not await merging.delete_branch(repo, "feature/x", SHA)


async def test_the_head_of_a_branch_is_asked(server, repo):
    server.on(f"GET {REF}", scripted.reply({"object": {"sha": SHA}}))

    assert await commits.branch_head(repo, "feature/x") == SHA
    assert await commits.branch_head(repo, "other") is None


async def test_commits_are_compared(server, repo):
    answer = {"status": "diverged", "ahead_by": 2, "behind_by": 1, "merge_base_commit": {"sha": SHA}}
    server.on("GET repos/octo/widgets/compare/main...feature%2Fx", scripted.reply(answer))

    assert await commits.compare(repo, "main", "feature/x") == commits.Comparison("diverged", 2, 1, SHA)
