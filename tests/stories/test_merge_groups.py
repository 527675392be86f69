"""The commits that GitHub's queue tests: dursor vouches for those of its own runs, and CI there wakes nothing."""

from __future__ import annotations

from app.lifecycle.run import Phase
from app.localhub.shapes import repositories
from app.localhub.state.repository import RequiredCheck
from tests.stories import eventually, scenes
from tests.stories.left_to_github import group_says, queued, taken_out


async def test_a_merge_group_waits_for_our_check_and_gets_it_after_a_fresh_look(hub, server):
    pull = await queued(hub, server, ours=True)
    group = pull.queued.sha
    await eventually.until(lambda: [run for run in hub.check_runs(group) if run.conclusion == "success"])
    assert not hub.merges

    await group_says(hub, pull, "success")

    await server.until(pull, phase=Phase.COMPLETED)
    assert [run.name for run in hub.check_runs(group) if run.suite.app is hub.app] == ["dursor"]


async def test_a_merge_group_of_somebody_elses_pull_request_gets_nothing_from_us(hub, server):
    pull = await queued(hub, server, ours=True)
    other = await hub.open_pull_request(pull.repository, branch="other", author="bob", files={"o.py": "O = 1\n"})
    await hub.finish_check(other, "test", "success")

    entry = await hub.enqueue(other, "carol")
    await server.rest()

    assert [run for run in hub.check_runs(entry.sha) if run.suite.app is hub.app] == []


async def test_a_merge_group_of_a_pull_request_that_a_person_queued_too_early_gets_nothing_from_us(hub, server):
    pull = await scenes.waiting_for_approval(hub, server)
    required = ["test", RequiredCheck("dursor", hub.app.id)]
    hub.protect(pull.repository, required=required, merge_queue=True, source="ruleset")

    entry = await hub.enqueue(pull, "carol")
    await server.rest()

    assert [run for run in hub.check_runs(entry.sha) if run.suite.app is hub.app] == []
    assert not hub.merges


async def test_a_merge_group_is_not_vouched_for_where_a_gate_does_not_hold_any_more(hub, server):
    """Its event comes late, after a check failed at the head that no event told of."""
    hub.app.events = tuple(event for event in hub.app.events if event != "merge_group")
    pull = await queued(hub, server, ours=True)
    entry = pull.queued
    async with scenes.held_back(hub):
        await hub.finish_check(pull, "test", "failure")

    group = {"head_sha": entry.sha, "head_ref": entry.ref, "base_sha": entry.base_sha, "base_ref": "refs/heads/main"}
    home = repositories.normal(hub.world, pull.repository)
    told = {"action": "checks_requested", "merge_group": group, "repository": home}
    await scenes.post(server, hub, "merge_group", told)

    await taken_out(server, pull)
    assert [run for run in hub.check_runs(entry.sha) if run.suite.app is hub.app] == []


async def test_what_ci_says_of_a_merge_group_wakes_nothing(hub, server):
    pull = await queued(hub, server)
    before = len(hub.requests)

    await group_says(hub, pull, "failure", name="lint")
    await hub.set_status(pull.repository, pull.queued.sha, "failure")
    await server.rest()

    assert hub.requests[before:] == []
    assert (await server.run(pull)).phase is Phase.MERGING
