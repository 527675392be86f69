"""Whose approval a run rests on: one that does not count any more ends, and none hides that of another person."""

from __future__ import annotations

from app.lifecycle.run import Phase
from tests.stories import scenes

ONLY_ADMINS = "trust: {permission: admin}"


async def test_an_approval_by_somebody_who_may_not_command_hides_nobody_elses(hub, server):
    pull = await scenes.waiting_for_approval(hub, server, more=ONLY_ADMINS)
    hub.set_permission(pull.repository, "bob", "write")
    hub.set_permission(pull.repository, "carol", "admin")
    await hub.review(pull, "APPROVED", author="bob")
    await server.rest()
    assert not (await server.run(pull)).human_approved

    await hub.review(pull, "APPROVED", author="carol")

    await server.until(pull, phase=Phase.COMPLETED)


async def test_a_dismissed_approval_is_not_kept_alive_by_that_of_somebody_who_may_not_command(hub, server):
    pull = await scenes.working_on(hub, server, more=ONLY_ADMINS)
    hub.set_permission(pull.repository, "bob", "write")
    hub.set_permission(pull.repository, "carol", "admin")
    given = await hub.review(pull, "APPROVED", author="carol")
    await server.until(pull, human_approved=True)
    await hub.review(pull, "APPROVED", author="bob")
    await server.rest()

    hub.dismiss(given, "carol")

    await server.until(pull, human_approved=False)
    await hub.finish_check(pull, "test", "success")
    await server.rest()
    assert not hub.merges


async def test_when_an_approver_may_not_write_any_more_the_next_approval_counts(hub, server):
    pull = await scenes.working_on(hub, server)
    for who in ("bob", "carol"):
        hub.set_permission(pull.repository, who, "write")
    hub.comment(pull, f"/dursor approve {pull.head_sha}", author="bob")
    await server.until(pull, human_approved=True)
    hub.set_permission(pull.repository, "bob", "read")
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, phase=Phase.AWAITING_HUMAN)
    await server.rest()
    assert not hub.merges
    assert "nobody with write permission approved this commit" in scenes.sticky(hub, pull)

    await hub.review(pull, "APPROVED", author="carol")

    await server.until(pull, phase=Phase.COMPLETED)


async def test_a_command_after_an_approver_lost_the_permission_counts(hub, server):
    pull = await scenes.working_on(hub, server)
    for who in ("bob", "carol"):
        hub.set_permission(pull.repository, who, "write")
    await hub.review(pull, "APPROVED", author="bob")
    await server.until(pull, human_approved=True)
    hub.set_permission(pull.repository, "bob", "read")
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, phase=Phase.AWAITING_HUMAN)
    await server.rest()

    hub.comment(pull, f"/dursor approve {pull.head_sha}", author="carol")

    await server.until(pull, phase=Phase.COMPLETED)


async def test_a_word_for_a_head_that_dursor_does_not_know_yet_is_kept_for_it(hub, server):
    """The push's delivery is lost; the review comes through."""
    pull = await scenes.waiting_for_approval(hub, server)
    hub.set_permission(pull.repository, "bob", "write")
    async with scenes.held_back(hub):
        await hub.push(pull, {"b.py": "B = 1\n"})

    hub.comment(pull, f"/dursor approve {pull.head_sha}", author="bob")

    await server.until(pull, head_sha=pull.head_sha, human_approved=True)
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, phase=Phase.COMPLETED)
    assert [merge.head_sha for merge in hub.merges] == [pull.head_sha]


async def test_an_approving_review_of_a_head_that_dursor_does_not_know_yet_is_kept_for_it(hub, server):
    pull = await scenes.waiting_for_approval(hub, server)
    hub.set_permission(pull.repository, "bob", "write")
    async with scenes.held_back(hub):
        await hub.push(pull, {"b.py": "B = 1\n"})

    await hub.review(pull, "APPROVED", author="bob")

    await server.until(pull, head_sha=pull.head_sha, human_approved=True)


async def test_an_approval_whose_dismissal_nobody_told_merges_nothing(hub, server):
    """The word is looked for on GitHub once more, before the merge that rests on it."""
    pull = await scenes.working_on(hub, server)
    hub.set_permission(pull.repository, "bob", "write")
    given = await hub.review(pull, "APPROVED", author="bob")
    await server.until(pull, human_approved=True)
    async with scenes.held_back(hub):
        hub.dismiss(given)

    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.AWAITING_HUMAN, human_approved=False)
    await server.rest()
    assert not hub.merges
