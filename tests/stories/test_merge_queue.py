"""A branch that merges through GitHub's queue: dursor puts a pull request there and follows what the queue does."""

from __future__ import annotations

import pytest

from app.lifecycle.run import Phase, Wait
from tests.stories import eventually, scenes
from tests.stories.left_to_github import QUEUED, asked, group_says, merges_asked, queued


async def test_s90_a_branch_with_a_merge_queue_is_merged_by_the_queue_and_never_past_it(hub, server):
    pull = await queued(hub, server)
    assert "GitHub's merge queue has it" in scenes.sticky(hub, pull)
    (mutation,) = asked(hub, "enqueuePullRequest")
    assert mutation.body["variables"]["sha"] == pull.head_sha

    await group_says(hub, pull, "success")

    await server.until(pull, phase=Phase.COMPLETED, merge_way=None)
    await server.rest()
    assert [merge.head_sha for merge in hub.merges] == [pull.head_sha]
    assert not merges_asked(hub)
    assert not asked(hub, "dequeuePullRequest")
    assert all(not ref.startswith("refs/heads/gh-readonly-queue") for ref in scenes.pushed_by_us(hub))


LET_GO = {
    "CI_FAILURE": "A check failed in GitHub's merge queue",
    "CI_TIMEOUT": "did not come to an end in time",
    "MANUAL": "Somebody took it out",
    "QUEUE_CLEARED": "Somebody emptied",
    "ROLL_BACK": "rolled back",
    "BRANCH_PROTECTIONS": "A rule of the branch",
    "GIT_TREE_INVALID": "valid tree",
    "INVALID_MERGE_COMMIT": "valid merge commit",
    "UNKNOWN_REMOVAL_REASON": "does not say why",
}


@pytest.mark.parametrize(("reason", "words"), LET_GO.items(), ids=LET_GO.keys())
async def test_s90_what_the_queue_lets_go_is_a_persons_with_the_queues_reason(hub, server, reason, words):
    pull = await queued(hub, server)

    await hub.leave_queue(pull, reason)

    run = await server.until(pull, wait=Wait.REFUSED, merge_way=None)
    await server.rest()
    assert words in (run.note or "")
    assert words in scenes.sticky(hub, pull)
    assert pull.queued is None
    assert not hub.merges


async def test_s90_a_conflict_in_the_queue_is_mended_like_any_other(hub, server):
    pull = await queued(hub, server)

    await hub.leave_queue(pull, "MERGE_CONFLICT")

    await server.until(pull, ci_iterations=1)


@pytest.mark.parametrize("reason", ["CI_FAILURE", "MERGE"])
async def test_s90_a_place_in_the_queue_whose_end_nobody_told_of_ends_the_same(hub, server, reason):
    pull = await queued(hub, server)

    async with scenes.held_back(hub):
        await hub.leave_queue(pull, reason)
    await scenes.swept(server)

    if reason == "MERGE":
        await server.until(pull, phase=Phase.COMPLETED)
    else:
        run = await server.until(pull, wait=Wait.REFUSED)
        assert LET_GO[reason] in (run.note or "")


async def test_s90_a_retry_puts_it_into_the_queue_again(hub, server):
    pull = await queued(hub, server)
    await group_says(hub, pull, "failure")
    await server.until(pull, wait=Wait.REFUSED, merge_way=None)

    hub.comment(pull, "/dursor retry", author="alice")
    await server.until(pull, **QUEUED)
    await eventually.until(lambda: pull.queued)
    await group_says(hub, pull, "success")

    await server.until(pull, phase=Phase.COMPLETED)


@pytest.mark.parametrize("trouble", [{"status": 502}, {"reset": True}])
async def test_s88_a_place_in_the_queue_whose_answer_was_lost_is_found_there(hub, server, trouble):
    scenes.fault(hub, "POST", "graphql", when="after", asks="enqueuePullRequest", **trouble)
    pull = await scenes.working_on(hub, server, "full_auto")
    hub.protect(pull.repository, required=["test"], merge_queue=True, source="ruleset")
    await hub.finish_check(pull, "test", "success")
    await eventually.until(lambda: pull.queued)
    entry = pull.queued
    assert entry is not None

    await group_says(hub, pull, "success")

    await server.until(pull, phase=Phase.COMPLETED)
    assert entry.who.login == scenes.BOT
    assert len(hub.merges) == 1


async def test_s90_what_the_queue_does_not_take_is_told_in_githubs_words(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto")
    hub.protect(pull.repository, required=["test"], deployments=["staging"], merge_queue=True, source="ruleset")

    await hub.finish_check(pull, "test", "success")

    run = await server.until(pull, wait=Wait.REFUSED, merge_way=None)
    assert "staging" in (run.note or "")
    assert not merges_asked(hub)
