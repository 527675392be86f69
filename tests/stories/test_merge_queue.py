"""A branch that merges through GitHub's queue: dursor puts a pull request there, looks after it, and takes it out."""

from __future__ import annotations

import pytest

from app.lifecycle.run import MergeWay, Mode, Phase, Wait
from app.localhub.shapes import repositories
from app.localhub.state.repository import RequiredCheck
from tests.stories import eventually, scenes

READY = {"phase": Phase.MERGING, "merge_way": MergeWay.QUEUE}


async def queued(hub, server, mode="full_auto", *, ours=False, **config):
    """A pull request that dursor has put into the queue; with `ours` the branch demands dursor's check, too."""
    pull = await scenes.working_on(hub, server, mode, **config)
    for who in ("bob", "carol"):
        hub.set_permission(pull.repository, who, "write")
    required = ["test", RequiredCheck("dursor", hub.app.id)] if ours else ["test"]
    hub.protect(pull.repository, required=required, merge_queue=True, source="ruleset")
    await hub.finish_check(pull, "test", "success")
    if mode != "full_auto":
        await server.until(pull, wait=Wait.APPROVAL)
        await hub.review(pull, "APPROVED", author="bob")
    await server.until(pull, **READY)
    await eventually.until(lambda: pull.queued)
    await server.rest()
    return pull


async def group_says(hub, pull, conclusion, name="test"):
    """CI reports about the commit that the queue would merge."""
    await scenes.check_on(hub, pull.repository, pull.queued.sha, name, conclusion)


async def taken_out(server, pull):
    """Wait until GitHub's queue has it no longer, and dursor knows."""
    await eventually.until(lambda: pull.queued is None)
    await server.until(pull, merge_way=None)


def asked(hub, what):
    return [request for request in hub.requests if isinstance(request.body, dict) and what in str(request.body)]


def merges_asked(hub):
    return [request for request in hub.requests if request.path.endswith("/merge")]


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
    await server.until(pull, **READY)
    await eventually.until(lambda: pull.queued)
    await group_says(hub, pull, "success")

    await server.until(pull, phase=Phase.COMPLETED)


async def test_a_push_takes_it_out_and_is_judged_anew(hub, server):
    pull = await queued(hub, server)

    pushed = await hub.push(pull, {"b.py": "B = 2\n"})

    await server.until(pull, phase=Phase.WAITING_CI, head_sha=pushed)
    await taken_out(server, pull)
    assert not hub.merges


async def pauses(hub, pull):
    hub.comment(pull, "/dursor pause", author="alice")


async def cancels(hub, pull):
    hub.comment(pull, "/dursor cancel", author="alice")


async def wants_changes(hub, pull):
    await hub.review(pull, "CHANGES_REQUESTED", "Not like this.", author="carol")


async def makes_a_draft(hub, pull):
    hub.set_draft(pull, draft=True)


async def breaks_the_head(hub, pull):
    await hub.finish_check(pull, "test", "failure")


async def closes(hub, pull):
    hub.close(pull)


async def asks_first(hub, pull):
    hub.comment(pull, "/dursor mode semi_auto", author="alice")


ENDS = {
    "a pause": (pauses, {"paused": True}),
    "the end of the run": (cancels, {"phase": Phase.CANCELED}),
    "a closed pull request": (closes, {"phase": Phase.CANCELED}),
    "requested changes": (wants_changes, {"iteration": 1}),
    "a draft": (makes_a_draft, {"wait": Wait.GATE}),
    "a head that turned red": (breaks_the_head, {"is_merging": False}),
    "a mode that asks a person first": (asks_first, {"mode": Mode.SEMI_AUTO, "wait": Wait.APPROVAL}),
}


@pytest.mark.parametrize(("happens", "then"), ENDS.values(), ids=ENDS.keys())
async def test_a_merge_that_is_not_wanted_any_more_is_taken_out_of_the_queue(hub, server, happens, then):
    pull = await queued(hub, server)

    await happens(hub, pull)

    await server.until(pull, **then)
    await taken_out(server, pull)
    await server.rest()
    assert not hub.merges


async def test_an_approval_that_is_dismissed_takes_it_out_of_the_queue(hub, server):
    pull = await queued(hub, server, "semi_auto")

    hub.dismiss(pull.reviews[-1])

    await server.until(pull, wait=Wait.APPROVAL, human_approved=False)
    await taken_out(server, pull)


async def test_an_end_of_the_pause_puts_it_back(hub, server):
    pull = await queued(hub, server)
    await pauses(hub, pull)
    await taken_out(server, pull)

    hub.comment(pull, "/dursor resume", author="alice")

    await server.until(pull, **READY)
    await eventually.until(lambda: pull.queued)


async def test_what_could_not_be_taken_out_is_taken_out_by_the_next_sweep(hub, server):
    """GitHub refused it; the check says nothing that would let GitHub merge until then."""
    pull = await queued(hub, server, ours=True)
    refusal = {"data": {"dequeuePullRequest": None}, "errors": [{"type": "UNPROCESSABLE", "message": "It is locked."}]}
    scenes.fault(hub, "POST", "graphql", status=200, body=refusal, asks="dequeuePullRequest")
    await pauses(hub, pull)
    await server.until(pull, paused=True)
    await server.rest()
    assert pull.queued
    (check,) = [run for run in hub.check_runs(pull.head_sha) if run.name == "dursor"]
    assert check.conclusion is None
    assert "takes that back" in scenes.sticky(hub, pull)

    await scenes.swept(server)

    await taken_out(server, pull)
    await server.rest()
    assert check.conclusion == "neutral"


async def test_what_a_person_put_into_the_queue_stays_there(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto")
    hub.protect(pull.repository, required=["test"], merge_queue=True, source="ruleset")
    await hub.enqueue(pull, "carol")
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, **READY)
    await server.rest()

    await pauses(hub, pull)
    await server.until(pull, paused=True, merge_way=None)
    await server.rest()

    assert pull.queued is not None
    assert pull.queued.who.login == "carol"


@pytest.mark.parametrize("trouble", [{"status": 502}, {"reset": True}])
async def test_s88_a_place_in_the_queue_whose_answer_was_lost_is_found_there(hub, server, trouble):
    scenes.fault(hub, "POST", "graphql", when="after", asks="enqueuePullRequest", **trouble)
    pull = await scenes.working_on(hub, server, "full_auto")
    hub.protect(pull.repository, required=["test"], merge_queue=True, source="ruleset")
    await hub.finish_check(pull, "test", "success")
    await eventually.until(lambda: pull.queued)
    entry = pull.queued

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
