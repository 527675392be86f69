"""What GitHub does not merge yet though every gate holds: left to its auto-merge, where that cannot go wrong."""

from __future__ import annotations

import pytest

from app.lifecycle.run import Phase, Wait
from tests.stories import eventually, scenes
from tests.stories.left_to_github import asked, green, merges_asked, ours, waiting

NOT_YET = {"message": 'Required status check "audit" is expected.'}


async def test_a_deployment_that_github_waits_for_is_left_to_auto_merge(hub, server):
    pull = await waiting(hub, server)
    assert ours(hub, pull).conclusion == "success"
    assert "GitHub merges it by itself" in scenes.sticky(hub, pull)
    (mutation,) = asked(hub, "enablePullRequestAutoMerge")
    assert mutation.body["variables"] | {"pull": ""} == {"pull": "", "sha": pull.head_sha, "method": "SQUASH"}

    hub.deploy(pull, "staging")

    await server.until(pull, phase=Phase.COMPLETED, merge_way=None)
    assert [(merge.head_sha, merge.method) for merge in hub.merges] == [(pull.head_sha, "squash")]
    assert len(merges_asked(hub)) == 1


async def test_a_merge_by_auto_merge_that_no_event_told_of_is_found(hub, server):
    pull = await waiting(hub, server)

    async with scenes.held_back(hub):
        hub.deploy(pull, "staging")
    await scenes.swept(server)

    await server.until(pull, phase=Phase.COMPLETED)


UNSAFE = {
    "the branch does not demand our check": {"ours": False},
    "the repository does not allow it": {"allowed": False},
}


@pytest.mark.parametrize("case", UNSAFE.values(), ids=UNSAFE.keys())
async def test_where_it_could_go_wrong_a_person_is_asked_instead(hub, server, case):
    pull = await green(hub, server, deployments=["staging"], **case)

    run = await server.until(pull, wait=Wait.REFUSED)
    await server.rest()

    assert "staging" in (run.note or "")
    assert not asked(hub, "enablePullRequestAutoMerge")
    assert pull.auto_merge is None


async def test_what_only_a_person_can_end_is_not_left_to_auto_merge(hub, server):
    scenes.fault(hub, "PUT", "/merge$", status=405, body={"message": "Waiting on code owner review."})
    pull = await green(hub, server)

    await server.until(pull, wait=Wait.REFUSED)

    assert not asked(hub, "enablePullRequestAutoMerge")


@pytest.mark.parametrize("state", ["clean", "unstable"])
async def test_s91_what_auto_merge_is_refused_for_as_nothing_holds_it_up_is_merged_directly(hub, server, state):
    scenes.fault(hub, "PUT", "/merge$", status=405, body=NOT_YET)
    refusal = {"type": "UNPROCESSABLE", "message": f"Pull request Pull request is in {state} status"}
    answer = {"data": {"enablePullRequestAutoMerge": None}, "errors": [refusal]}
    scenes.fault(hub, "POST", "graphql", status=200, body=answer, asks="enablePullRequestAutoMerge")

    pull = await green(hub, server)

    await server.until(pull, phase=Phase.COMPLETED)
    assert [request.body["sha"] for request in merges_asked(hub)] == [pull.head_sha] * 2
    assert len(hub.merges) == 1
    assert len(asked(hub, "enablePullRequestAutoMerge")) == 1


async def test_s91_a_second_refusal_is_the_last(hub, server):
    """It is clean to auto-merge, and not to the merge itself: no third time."""
    scenes.fault(hub, "PUT", "/merge$", times=9, status=405, body=NOT_YET)
    pull = await green(hub, server)

    run = await server.until(pull, wait=Wait.REFUSED, merge_way=None)
    await server.rest()

    assert "audit" in (run.note or "")
    assert len(merges_asked(hub)) == 2


async def test_what_github_does_not_take_for_auto_merge_is_told_with_what_held_the_merge_up(hub, server):
    refusal = {"type": "UNPROCESSABLE", "message": "Auto merge is broken today"}
    answer = {"data": {"enablePullRequestAutoMerge": None}, "errors": [refusal]}
    scenes.fault(hub, "POST", "graphql", status=200, body=answer, asks="enablePullRequestAutoMerge")

    pull = await green(hub, server, deployments=["staging"])

    run = await server.until(pull, wait=Wait.REFUSED, merge_way=None)
    assert "staging" in (run.note or "")


async def test_s88_an_auto_merge_whose_answer_was_lost_is_found_enabled(hub, server):
    scenes.fault(hub, "POST", "graphql", status=502, when="after", asks="enablePullRequestAutoMerge")
    pull = await green(hub, server, deployments=["staging"])
    await eventually.until(lambda: pull.auto_merge)

    hub.deploy(pull, "staging")

    await server.until(pull, phase=Phase.COMPLETED)
    assert len(hub.merges) == 1
