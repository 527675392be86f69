"""An approval is of one commit: a push takes it away, and says whose it was."""

from __future__ import annotations

import asyncio

from app.lifecycle.run import Phase, Wait
from tests.stories import eventually, scenes


async def test_a_persons_push_takes_an_approval_away_and_says_whose(hub, server):
    pull = await scenes.working_on(hub, server)
    hub.set_permission(pull.repository, "bob", "write")
    await hub.review(pull, "APPROVED", author="bob")
    await server.until(pull, human_approved=True)
    approved = pull.head_sha

    await hub.push(pull, {"b.py": "B = 1\n"})
    await server.until(pull, head_sha=pull.head_sha, human_approved=False)
    await server.rest()
    await hub.push(pull, {"c.py": "C = 1\n"})
    await server.until(pull, head_sha=pull.head_sha)
    await server.rest()

    (said,) = scenes.said_by_us(hub, pull, "does not count any more")
    assert f"The approval by bob was of `{approved[:10]}`" in said


async def test_our_own_push_takes_an_approval_away_and_says_whose(hub, server):
    pull = await scenes.working_on(hub, server, files=scenes.LINT_ERROR)
    hub.set_permission(pull.repository, "bob", "write")
    approved = pull.head_sha
    hub.comment(pull, f"/dursor approve {approved}", author="bob")
    await server.until(pull, human_approved=True)

    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, ci_iterations=1, human_approved=False, phase=Phase.WAITING_CI)
    await server.rest()

    (said,) = scenes.said_by_us(hub, pull, "does not count any more")
    assert f"The approval by bob was of `{approved[:10]}`" in said


async def test_an_approval_is_of_a_commit_for_the_branch_it_was_to_go_into(hub, server):
    """Whoever opened a pull request may choose another base, and the same commit is another change there."""
    pull = await scenes.working_on(hub, server)
    hub.set_permission(pull.repository, "bob", "write")
    await hub.push_branch(pull.repository, "next", {"n.py": "N = 1\n"}, "carol", base="main")
    await hub.review(pull, "APPROVED", author="bob")
    await server.until(pull, human_approved=True)
    await asyncio.sleep(1.1)  # GitHub's times are whole seconds

    await hub.edit(pull, base="next")
    await server.until(pull, human_approved=False)
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, wait=Wait.APPROVAL)
    await scenes.swept(server)
    assert not hub.merges
    assert not (await server.run(pull)).human_approved

    await asyncio.sleep(1.1)
    await hub.review(pull, "APPROVED", author="bob")

    await server.until(pull, phase=Phase.COMPLETED)


async def test_what_was_approved_for_another_base_stays_void_after_somebody_else_approved(hub, server):
    pull = await scenes.working_on(hub, server)
    for who in ("bob", "carol"):
        hub.set_permission(pull.repository, who, "write")
    await hub.push_branch(pull.repository, "next", {"n.py": "N = 1\n"}, "carol", base="main")
    await hub.review(pull, "APPROVED", author="bob")
    await server.until(pull, human_approved=True)
    await asyncio.sleep(1.1)  # GitHub's times are whole seconds
    await hub.edit(pull, base="next")
    await server.until(pull, human_approved=False)
    hub.comment(pull, f"/dursor approve {pull.head_sha}", author="carol")
    await server.until(pull, human_approved=True)
    hub.set_permission(pull.repository, "carol", "read")

    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.AWAITING_HUMAN, human_approved=False)
    await server.rest()
    assert not hub.merges


async def test_no_commit_that_was_approved_before_the_base_changed_is_merged_by_that(hub, server):
    """Push, approval and change of the base are heard of at once."""
    pull = await scenes.working_on(hub, server)
    hub.set_permission(pull.repository, "bob", "write")
    await hub.push_branch(pull.repository, "next", {"n.py": "N = 1\n"}, "carol", base="main")
    async with scenes.held_back(hub):
        await hub.push(pull, {"b.py": "B = 1\n"})
        await hub.review(pull, "APPROVED", author="bob")
        await asyncio.sleep(1.1)
        await hub.edit(pull, base="next")

    await hub.finish_check(pull, "test", "success")
    await scenes.swept(server)

    await server.until(pull, head_sha=pull.head_sha, wait=Wait.APPROVAL)
    await server.rest()
    assert not hub.merges
    assert not (await server.run(pull)).human_approved


async def test_a_base_that_changed_unheard_of_is_seen_before_the_merge(hub, server):
    pull = await scenes.waiting_for_approval(hub, server)
    hub.set_permission(pull.repository, "bob", "write")
    await hub.push_branch(pull.repository, "next", {"n.py": "N = 1\n"}, "carol", base="main")
    async with scenes.held_back(hub):
        hub.comment(pull, "/dursor approve", author="bob")
        await hub.edit(pull, base="next")

    await scenes.swept(server)
    await server.rest()

    assert not hub.merges
    assert not (await server.run(pull)).human_approved


async def test_a_base_that_changes_while_an_approval_is_taken_in_leaves_it_void(hub, server):
    pull = await scenes.waiting_for_approval(hub, server)
    hub.set_permission(pull.repository, "bob", "write")
    await hub.push_branch(pull.repository, "next", {"n.py": "N = 1\n"}, "carol", base="main")
    scenes.fault(hub, "POST", "/reactions$", delay=3, times=2)
    said = hub.comment(pull, "/dursor approve", author="bob")
    await eventually.until(lambda: said.reactions)  # it was read; whose word it is and of what is looked at now
    await asyncio.sleep(1)

    await hub.edit(pull, base="next")
    await server.until(pull, human_approved=False, wait=Wait.APPROVAL)
    await eventually.until(lambda: scenes.said_by_us(hub, pull, "was said before this was to go into"))
    await server.rest()

    assert not hub.merges
    assert not (await server.run(pull)).human_approved
