"""What GitHub's answers to a merge lead to."""

from __future__ import annotations

import pytest

from app.lifecycle.run import Phase, Wait
from tests.stories import eventually, scenes


async def test_s88_a_base_that_was_modified_in_that_moment_is_tried_again(hub, server):
    hub.faults.base_branch_modified = 2
    pull = await scenes.green(hub, server)

    await server.until(pull, phase=Phase.COMPLETED)

    assert len(hub.merges) == 1


async def test_s88_a_refusal_by_a_rule_that_dursor_cannot_see_is_shown_and_not_repeated(hub, server):
    words = "Repository rule violations found"
    scenes.fault(hub, "PUT", "/merge$", status=405, body={"message": words})
    pull = await scenes.green(hub, server)

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.REFUSED)
    await server.rest()

    assert words in (run.note or "")
    assert words in scenes.sticky(hub, pull)
    assert not hub.merges


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (403, "Resource not accessible by integration"),
        (404, "Not Found"),
        (405, "Waiting on code owner review."),
        (422, "Validation Failed"),
    ],
)
async def test_s88_what_github_will_not_merge_is_a_persons_with_its_words(hub, server, status, words):
    scenes.fault(hub, "PUT", "/merge$", status=status, body={"message": words})
    pull = await scenes.green(hub, server)

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.REFUSED)
    await server.rest()

    assert words in (run.note or "")
    assert len([request for request in hub.requests if request.path.endswith("/merge")]) == 1
    assert not hub.merges


async def test_s88_a_refusal_because_somebody_else_merged_it_is_a_merge(hub, server):
    scenes.fault(hub, "PUT", "/merge$", status=405, body={"message": "Pull Request is not mergeable"}, when="after")
    pull = await scenes.green(hub, server)

    await server.until(pull, phase=Phase.COMPLETED)
    assert len(hub.merges) == 1


async def test_s88_a_refusal_because_it_was_closed_ends_the_run(hub, server):
    scenes.fault(hub, "PUT", "/merge$", delay=0.7)
    pull = await scenes.green(hub, server)
    await eventually.until(lambda: [fault for fault in hub.faults.waiting if fault.pattern == "/merge$"] == [])

    async with scenes.held_back(hub):
        hub.close(pull)
        await server.until(pull, phase=Phase.CANCELED)

    assert not hub.merges


async def test_s88_a_head_that_moved_in_that_moment_is_not_merged(hub, server):
    """409, and nobody told of the push yet."""
    pull = await scenes.waiting_for_approval(hub, server)
    scenes.fault(hub, "PUT", "/merge$", delay=0.7)
    hub.comment(pull, "/dursor approve", author="alice")
    await server.until(pull, phase=Phase.MERGING)

    async with scenes.held_back(hub) as told:
        await hub.push(pull, {"late.py": "LATE = True\n"})
        await server.until(pull, head_sha=pull.head_sha, human_approved=False)
    await scenes.let_go(hub, told)
    await server.rest()

    assert not hub.merges


async def test_s88_a_409_for_a_head_that_did_not_move_is_merged_after_looking(hub, server):
    """GitHub's servers do not all know the same head at once."""
    scenes.fault(hub, "PUT", "/merge$", status=409, body={"message": "Head branch was modified."})
    pull = await scenes.green(hub, server)

    await server.until(pull, phase=Phase.COMPLETED)
    assert len(hub.merges) == 1


async def test_s88_a_merge_that_broke_and_did_not_happen_is_tried_again_after_looking(hub, server):
    scenes.fault(hub, "PUT", "/merge$", status=500)
    pull = await scenes.green(hub, server)

    await server.until(pull, phase=Phase.COMPLETED)

    paths = [(request.method, request.path.rpartition("/")[2]) for request in hub.requests]
    tries = [place for place, (method, path) in enumerate(paths) if (method, path) == ("PUT", "merge")]
    assert len(tries) == 2
    assert ("GET", str(pull.number)) in paths[tries[0] : tries[1]]
    assert len(hub.merges) == 1


@pytest.mark.parametrize("trouble", [{"status": 500}, {"status": 502}, {"status": 504}, {"reset": True}])
async def test_s88_a_merge_whose_answer_was_lost_counts_as_done(hub, server, trouble):
    scenes.fault(hub, "PUT", "/merge$", when="after", **trouble)
    pull = await scenes.green(hub, server)

    await server.until(pull, phase=Phase.COMPLETED)
    await server.rest()
    assert len([request for request in hub.requests if request.path.endswith("/merge")]) == 1
