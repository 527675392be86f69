"""What takes auto-merge back, and what a person asked of GitHub."""

from __future__ import annotations

import pytest

from app.lifecycle.run import Phase, Wait
from app.localhub.state.repository import RequiredCheck
from tests.stories import eventually, scenes
from tests.stories.left_to_github import asked, ours, waiting


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
