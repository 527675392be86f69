"""Mergeability and merging: computed late as on GitHub, refused in its words, and done for real in git."""

from __future__ import annotations

import asyncio

import pytest

from app.localhub import git_compare

HOME = "/repos/octo/widgets"


async def settled(app, number=1):
    """The pull request once its mergeability is known; the first answers may not know it."""
    for _ in range(200):
        found = (await app.call("GET", f"{HOME}/pulls/{number}")).body
        if found["mergeable_state"] != "unknown":
            return found
        await asyncio.sleep(0.01)
    raise AssertionError("mergeability stayed unknown")


async def test_mergeability_is_unknown_at_first_and_again_when_the_base_moves(repo, hub, app):
    await hub.open_pull_request(repo)
    first = (await app.call("GET", f"{HOME}/pulls/1")).body
    assert (first["mergeable"], first["mergeable_state"]) == (None, "unknown")
    assert (await settled(app))["mergeable"] is True
    await hub.push_branch(repo, "main", {"other.txt": "1\n"}, "carol")
    assert (await app.call("GET", f"{HOME}/pulls/1")).body["mergeable"] is None
    assert (await settled(app))["mergeable_state"] == "clean"


async def test_a_conflict_is_dirty_and_cannot_be_merged(repo, hub, app):
    pull = await hub.open_pull_request(repo, files={"README.md": "ours\n"})
    await hub.push_branch(repo, "main", {"README.md": "theirs\n"}, "carol")
    found = await settled(app)
    assert (found["mergeable"], found["mergeable_state"]) == (False, "dirty")
    answer = await app.call("PUT", f"{HOME}/pulls/1/merge", {"sha": pull.head_sha})
    assert (answer.status, answer.body["message"]) == (405, "Pull Request is not mergeable")


async def test_a_required_check_blocks_until_it_passes(repo, hub, app):
    hub.protect(repo, required=["build"])
    pull = await hub.open_pull_request(repo)
    path, body = f"{HOME}/pulls/1/merge", {"sha": pull.head_sha}
    assert (await settled(app))["mergeable_state"] == "blocked"
    expected = await app.call("PUT", path, body)
    assert (expected.status, expected.body["message"]) == (405, 'Required status check "build" is expected.')
    run = await hub.finish_check(pull, "build", "failure")
    assert (await app.call("PUT", path, body)).body["message"] == 'Required status check "build" is failing.'
    await hub.finish_check(pull, "build", "success", app=run.suite.app.slug)
    assert (await settled(app))["mergeable_state"] == "clean"
    assert (await app.call("PUT", path, body)).status == 200


async def test_a_check_that_is_not_required_makes_it_unstable_and_mergeable(repo, hub, app):
    pull = await hub.open_pull_request(repo)
    await hub.finish_check(pull, "lint", "failure")
    assert (await settled(app))["mergeable_state"] == "unstable"
    assert (await app.call("PUT", f"{HOME}/pulls/1/merge", {"sha": pull.head_sha})).status == 200


async def test_approvals_count_from_people_who_may_write(repo, hub, app):
    hub.protect(repo, approvals=1)
    pull = await hub.open_pull_request(repo)
    hub.set_permission(repo, "carol", "write")
    await hub.review(pull, "APPROVED", author="stranger")
    assert (await settled(app))["mergeable_state"] == "blocked"
    await hub.review(pull, "APPROVED", author="carol")
    assert (await settled(app))["mergeable_state"] == "clean"
    await hub.review(pull, "CHANGES_REQUESTED", "no", author="carol")
    assert (await settled(app))["mergeable_state"] == "blocked"


async def test_a_push_dismisses_approvals_where_the_branch_says_so(repo, hub, inbox, app):
    hub.protect(repo, approvals=1, dismiss_stale=True)
    hub.set_permission(repo, "carol", "write")
    pull = await hub.open_pull_request(repo)
    await hub.review(pull, "APPROVED", author="carol")
    await hub.push(pull, {"late.txt": "1\n"})
    assert (await settled(app))["mergeable_state"] == "blocked"
    await hub.quiet()
    assert [one["review"]["state"] for one in inbox.named("pull_request_review.dismissed")] == ["dismissed"]


async def test_a_strict_branch_wants_the_head_up_to_date(repo, hub, app):
    hub.protect(repo, required=[], strict=True)
    pull = await hub.open_pull_request(repo)
    await hub.push_branch(repo, "main", {"other.txt": "1\n"}, "carol")
    assert (await settled(app))["mergeable_state"] == "behind"
    assert (await app.call("PUT", f"{HOME}/pulls/1/merge", {"sha": pull.head_sha})).status == 405


async def test_a_draft_is_not_merged(repo, hub, app):
    pull = await hub.open_pull_request(repo, draft=True)
    assert (await settled(app))["mergeable_state"] == "draft"
    answer = await app.call("PUT", f"{HOME}/pulls/1/merge", {"sha": pull.head_sha})
    assert (answer.status, answer.body["message"]) == (405, "Pull Request is still a draft")


async def test_another_head_than_the_callers_is_409(repo, hub, app):
    pull = await hub.open_pull_request(repo)
    seen = pull.head_sha
    await hub.push(pull, {"late.txt": "1\n"})
    answer = await app.call("PUT", f"{HOME}/pulls/1/merge", {"sha": seen})
    assert answer.status == 409
    assert answer.body["message"] == "Head branch was modified. Review and try the merge again."
    assert hub.merges == []


async def test_github_may_say_that_the_base_was_modified_and_merge_the_next_time(repo, hub, app):
    pull = await hub.open_pull_request(repo)
    hub.faults.base_branch_modified = 1
    path, body = f"{HOME}/pulls/1/merge", {"sha": pull.head_sha}
    refused = await app.call("PUT", path, body)
    assert (refused.status, refused.body["message"][:24]) == (405, "Base branch was modified")
    assert (await app.call("PUT", path, body)).status == 200


async def test_a_method_the_repository_does_not_allow_is_405(repo, hub, app):
    pull = await hub.open_pull_request(repo)
    repo.settings.allow_rebase_merge = False
    body = {"sha": pull.head_sha, "merge_method": "rebase"}
    answer = await app.call("PUT", f"{HOME}/pulls/1/merge", body)
    assert (answer.status, answer.body["message"]) == (405, "Rebase merges are not allowed on this repository.")


@pytest.mark.parametrize(("method", "parents", "commits"), [("merge", 2, 3), ("squash", 1, 1), ("rebase", 1, 2)])
async def test_each_method_leaves_its_own_history(repo, hub, app, inbox, method, parents, commits):
    pull = await hub.open_pull_request(repo, title="Say hello", files={"hello.txt": "hello\n"})
    await hub.push(pull, {"world.txt": "world\n"})
    before = await hub.default_branch_sha(repo)
    body = {"sha": pull.head_sha, "merge_method": method}
    answer = (await app.call("PUT", f"{HOME}/pulls/1/merge", body)).body
    git = hub.world.git(repo)
    assert answer["sha"] == await hub.default_branch_sha(repo)
    assert len(await git_compare.commits_between(git, before, answer["sha"])) == commits
    assert len((await git_compare.commit(git, answer["sha"])).parents) == parents
    assert await hub.read(repo, "world.txt") == "world\n"
    await hub.quiet()
    closed = inbox.named("pull_request.closed")[0]
    assert (closed["pull_request"]["merged"], closed["sender"]["login"]) == (True, "dursor[bot]")
    assert [(merge.method, merge.head_sha) for merge in hub.merges] == [(method, pull.head_sha)]


async def test_a_merged_pull_request_is_not_merged_again(repo, hub, app):
    pull = await hub.open_pull_request(repo)
    path, body = f"{HOME}/pulls/1/merge", {"sha": pull.head_sha}
    assert (await app.call("PUT", path, body)).status == 200
    assert (await app.call("PUT", path, body)).status == 405
    assert len(hub.merges) == 1


async def test_the_branch_stays_unless_the_repository_deletes_it(repo, hub, app):
    for number, deletes in ((1, False), (2, True)):
        repo.settings.delete_branch_on_merge = deletes
        pull = await hub.open_pull_request(repo, branch=f"b{number}", files={f"{number}": "x"})
        await app.call("PUT", f"{HOME}/pulls/{number}/merge", {"sha": pull.head_sha})
        gone = (await app.call("GET", f"{HOME}/git/ref/heads/b{number}")).status == 404
        assert gone is deletes
