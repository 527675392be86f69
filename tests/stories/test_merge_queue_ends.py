"""What takes a pull request out of GitHub's queue again, and what does not."""

from __future__ import annotations

import pytest

from app.lifecycle.run import Mode, Phase, Wait
from tests.stories import eventually, scenes
from tests.stories.left_to_github import QUEUED, pauses, queued, taken_out


async def test_a_push_takes_it_out_and_is_judged_anew(hub, server):
    pull = await queued(hub, server)

    pushed = await hub.push(pull, {"b.py": "B = 2\n"})

    await server.until(pull, phase=Phase.WAITING_CI, head_sha=pushed)
    await taken_out(server, pull)
    assert not hub.merges


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

    await server.until(pull, **QUEUED)
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
    await server.until(pull, **QUEUED)
    await server.rest()

    await pauses(hub, pull)
    await server.until(pull, paused=True, merge_way=None)
    await server.rest()

    assert pull.queued is not None
    assert pull.queued.who.login == "carol"
