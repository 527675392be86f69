"""What GitHub does not merge yet though every gate holds: left to its auto-merge, where that cannot go wrong."""

from __future__ import annotations

import pytest

from app.lifecycle.run import MergeWay, Phase, Wait
from app.localhub.state.repository import RequiredCheck
from tests.stories import eventually, scenes

READY = {"phase": Phase.MERGING, "merge_way": MergeWay.AUTO}
NOT_YET = {"message": 'Required status check "audit" is expected.'}


async def green(hub, server, *, ours=True, allowed=True, **rules):
    """A pull request that dursor would merge; the branch demands dursor's check and what `rules` say."""
    pull = await scenes.working_on(hub, server, "full_auto")
    for who in ("bob", "carol"):
        hub.set_permission(pull.repository, who, "write")
    pull.repository.settings.allow_auto_merge = allowed
    required = ["test", RequiredCheck("dursor", hub.app.id)] if ours else ["test"]
    hub.protect(pull.repository, required=required, source="ruleset", **rules)
    await hub.finish_check(pull, "test", "success")
    return pull


async def waiting(hub, server):
    """A pull request that GitHub is to merge once it is deployed to staging."""
    pull = await green(hub, server, deployments=["staging"])
    await server.until(pull, **READY)
    await eventually.until(lambda: pull.auto_merge)
    await server.rest()
    return pull


def ours(hub, pull):
    """Our check at the head."""
    (found,) = [run for run in hub.check_runs(pull.head_sha) if run.name == "dursor"]
    return found


def asked(hub, what):
    return [request for request in hub.requests if isinstance(request.body, dict) and what in str(request.body)]


def merges_asked(hub):
    return [request for request in hub.requests if request.path.endswith("/merge")]


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


async def test_a_push_takes_it_back_and_the_new_commit_is_not_merged_by_github(hub, server):
    pull = await waiting(hub, server)

    async with scenes.held_back(hub):
        pushed = await hub.push(pull, {"b.py": "B = 2\n"})
        await hub.finish_check(pull, "test", "success")
        hub.deploy(pull, "staging")
        await hub.quiet()
    assert not hub.merges  # nobody vouched for it
    await scenes.swept(server)

    await eventually.until(lambda: hub.merges)
    assert [merge.head_sha for merge in hub.merges] == [pushed]
    await server.until(pull, phase=Phase.COMPLETED)
    assert len(asked(hub, "disablePullRequestAutoMerge")) == 1


async def test_a_pause_takes_it_back_and_lets_nothing_through_meanwhile(hub, server):
    pull = await waiting(hub, server)

    hub.comment(pull, "/dursor pause", author="alice")

    await server.until(pull, paused=True, merge_way=None)
    assert pull.auto_merge is None
    await server.rest()
    assert ours(hub, pull).conclusion == "neutral"


async def test_while_it_cannot_be_taken_back_our_check_lets_nothing_through(hub, server):
    """GitHub would take neutral for a pass."""
    pull = await waiting(hub, server)
    refusal = {"data": {"disablePullRequestAutoMerge": None}, "errors": [{"type": "UNPROCESSABLE", "message": "No."}]}
    scenes.fault(hub, "POST", "graphql", status=200, body=refusal, asks="disablePullRequestAutoMerge")

    hub.comment(pull, "/dursor pause", author="alice")
    await server.until(pull, paused=True)
    await server.rest()
    hub.deploy(pull, "staging")
    await server.rest()

    assert pull.auto_merge is not None
    assert ours(hub, pull).conclusion is None
    assert not hub.merges
    await scenes.swept(server)
    assert pull.auto_merge is None


async def test_requested_changes_take_it_back(hub, server):
    pull = await waiting(hub, server)

    await hub.review(pull, "CHANGES_REQUESTED", "Not like this.", author="carol")

    await server.until(pull, iteration=1, merge_way=None)
    assert pull.auto_merge is None
    assert not hub.merges


@pytest.mark.parametrize("is_told", [True, False])
async def test_auto_merge_that_a_person_switches_off_is_that_persons_affair(hub, server, is_told):
    pull = await waiting(hub, server)

    if is_told:
        hub.set_auto_merge(pull, None, "carol")
    else:
        async with scenes.held_back(hub):
            hub.set_auto_merge(pull, None, "carol")
        await scenes.swept(server)

    run = await server.until(pull, wait=Wait.REFUSED, merge_way=None)
    assert "switched off" in (run.note or "")
    await server.rest()
    assert len(asked(hub, "enablePullRequestAutoMerge")) == 1


async def test_s62_auto_merge_that_a_person_switched_on_is_neither_used_nor_switched_off(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto")
    pull.repository.settings.allow_auto_merge = True
    required = ["test", RequiredCheck("dursor", hub.app.id)]
    hub.protect(pull.repository, required=required, deployments=["staging"], source="ruleset")
    hub.set_auto_merge(pull, "rebase", "carol")

    await hub.finish_check(pull, "test", "success")

    await server.until(pull, wait=Wait.REFUSED)
    hub.comment(pull, "/dursor cancel", author="alice")
    await server.until(pull, phase=Phase.CANCELED)
    await server.rest()
    assert not asked(hub, "AutoMerge(")
    assert pull.auto_merge is not None
    assert (pull.auto_merge.enabled_by.login, pull.auto_merge.method) == ("carol", "rebase")
