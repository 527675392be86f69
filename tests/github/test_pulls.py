"""Pull requests: odd ones are read, wrong shapes are not, none is opened twice."""

from __future__ import annotations

import pytest

from app import errors
from app.github import pulls
from tests.github import scripted, shapes

PULLS = "repos/octo/widgets/pulls"


async def one(server, repo, **changes):
    server.on(f"GET {PULLS}/3", scripted.reply(shapes.pull(**changes)))
    return await pulls.get(repo, 3)


async def test_a_pull_request_is_read_as_it_is(server, repo):
    pull = await one(server, repo, mergeable=True, mergeable_state="clean", merge_commit_sha="c" * 40)

    assert (pull.number, pull.head_sha, pull.head_ref, pull.base_ref) == (3, "b" * 40, "topic", "main")
    assert (pull.mergeable, pull.mergeable_state, pull.merge_commit_sha) == (True, "clean", "c" * 40)
    assert (pull.author_login, pull.author_id, pull.author_is_bot) == ("alice", 11, False)
    assert (pull.body, pull.labels, pull.is_fork, pull.stack, pull.auto_merge) == ("", ("dursor",), False, False, False)


async def test_a_pull_request_whose_fork_and_author_are_gone_is_read(server, repo):
    head = {"sha": "b" * 40, "ref": "topic", "repo": None, "user": None}
    pull = await one(server, repo, head=head, user=None)

    assert (pull.head_repo_id, pull.head_repo_full_name, pull.is_fork) == (None, None, True)
    assert (pull.author_login, pull.author_id, pull.author_is_bot) == (None, None, False)


async def test_a_pull_request_from_a_fork_is_told_from_one_of_the_repository(server, repo):
    head = {"sha": "b" * 40, "ref": "topic", "repo": {"id": 2, "full_name": "eve/widgets"}}

    assert (await one(server, repo, head=head)).is_fork


async def test_a_stacked_pull_request_says_so(server, repo):
    assert (await one(server, repo, stack={"id": 1})).stack


async def test_words_nobody_knows_yet_and_missing_fields_are_no_trouble(server, repo):
    answer = shapes.pull(mergeable_state="brand-new", state="open")
    for field in ("merge_commit_sha", "auto_merge", "labels", "changed_files", "maintainer_can_modify"):
        del answer[field]
    server.on(f"GET {PULLS}/3", scripted.reply(answer))

    pull = await pulls.get(repo, 3)
    assert (pull.mergeable_state, pull.changed_files, pull.labels) == ("brand-new", None, ())


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "3"},
        {"number": True},
        {"number": 2**63},
        {"head": None},
        {"base": {"sha": "a", "ref": "main", "repo": None}},
        {"draft": "no"},
        {"title": 7},
        {"labels": {}},
        {"labels": ["dursor"]},
        {"mergeable": "MERGEABLE"},
    ],
)
async def test_a_wrong_shape_is_passing_trouble(server, repo, changes):
    with pytest.raises(errors.Transient, match="unexpected shape"):
        await one(server, repo, **changes)


async def test_text_that_no_database_takes_is_made_fit(server, repo):
    pull = await one(server, repo, title="nul \0, half \ud83d.")

    assert pull.title == "nul \ufffd, half ?."


async def test_open_pull_requests_of_a_branch_leave_forks_out(server, repo):
    fork = {"sha": "b" * 40, "ref": "topic", "repo": {"id": 2, "full_name": "octo/fork"}}
    server.on(f"GET {PULLS}", scripted.reply([shapes.pull(), shapes.pull(number=4, head=fork)]))

    assert [pull.number for pull in await pulls.open_for_branch(repo, "topic")] == [3]
    assert server.seen[-1].query["head"] == "octo:topic"
    assert server.seen[-1].query["state"] == "open"


async def create(repo):
    return await pulls.create(repo, title="T\n2", body="B", head="topic", base="main", draft=True)


async def test_a_pull_request_is_opened(server, repo):
    server.on(f"POST {PULLS}", scripted.reply(shapes.pull(), 201))

    assert (await create(repo)).number == 3
    asked = {"title": "T 2", "body": "B", "head": "topic", "base": "main", "draft": True}
    assert server.seen[-1].data == asked


async def test_a_pull_request_that_exists_is_found_in_place_of_a_second(server, repo):
    refusal = {"message": "Validation Failed", "errors": [{"message": "A pull request already exists for o:t."}]}
    other = {**shapes.pull()["base"], "ref": "other"}
    server.on(f"POST {PULLS}", scripted.reply(refusal, 422))
    server.on(f"GET {PULLS}", scripted.reply([shapes.pull(number=8, base=other), shapes.pull()]))
    server.on(f"GET {PULLS}/3", scripted.reply(shapes.pull(title="told in full")))

    assert (await create(repo)).title == "told in full"


async def test_a_pull_request_that_cannot_be_opened_says_why(server, repo):
    refusal = {"message": "Validation Failed", "errors": [{"message": "No commits between main and topic"}]}
    server.on(f"POST {PULLS}", scripted.reply(refusal, 422))

    with pytest.raises(errors.Invalid, match="No commits between"):
        await create(repo)


async def test_an_answer_to_opening_that_cannot_be_read_leaves_its_effect_open(server, repo):
    server.on(f"POST {PULLS}", scripted.reply({"number": "three"}, 201))

    with pytest.raises(errors.UnknownEffect):
        await create(repo)


async def test_only_what_is_given_is_changed(server, repo):
    server.on(f"PATCH {PULLS}/3", scripted.reply(shapes.pull(state="closed")))

    assert (await pulls.update(repo, 3, state="closed")).state == "closed"
    assert server.seen[-1].data == {"state": "closed"}


async def test_files_are_listed_with_odd_names_and_without_patches(server, repo):
    files = [
        {"filename": "-rf\nx", "status": "added", "additions": 1, "deletions": 0, "patch": "@@ -0,0 +1 @@\n+x"},
        {"filename": "new.bin", "previous_filename": "old.bin", "status": "renamed", "additions": 0, "deletions": 0},
    ]
    server.on(f"GET {PULLS}/3/files", scripted.reply(files))

    assert await pulls.files(repo, 3) == [
        pulls.ChangedFile("-rf\nx", None, "added", 1, 0, "@@ -0,0 +1 @@\n+x"),
        pulls.ChangedFile("new.bin", "old.bin", "renamed", 0, 0, None),
    ]
