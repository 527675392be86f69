"""A run that waits at a gate: when only what dursor does itself is left, that is done."""

from __future__ import annotations

from app.lifecycle.run import Phase, Wait
from tests.stories import scenes
from tests.stories.server import configuration


async def test_a_conflict_that_came_while_it_waited_at_a_gate_is_mended_when_that_opens(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto", autofix="'true'")
    hub.set_permission(pull.repository, "bob", "write")
    hub.protect(pull.repository, approvals=1)
    await hub.finish_check(pull, "test", "success")
    await scenes.at_a_gate(server, pull, "demands 1 approval of this commit")
    await server.rest()
    del pull.repository.protections["main"]
    await hub.push_branch(pull.repository, "main", {"a.py": "A = 2\n"}, "carol")

    await scenes.swept(server)

    await server.until(pull, ci_iterations=1)


async def test_a_commit_approved_before_it_was_reviewed_is_reviewed_once_ci_is_green(hub, server):
    """The approval came when CI was canceled, so that nothing but the gates is waited for any more."""
    repo = await hub.create_repository("octo/widgets", configuration("semi_auto", reviewer="command:lint"))
    hub.set_permission(repo, "bob", "write")
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN)
    await server.until(pull)
    run = await hub.finish_check(pull, "test", "cancelled")
    await server.until(pull, wait=Wait.CI_CANCELLED)
    await hub.review(pull, "APPROVED", author="bob")
    await scenes.at_a_gate(server, pull, "CI is inconclusive")

    await hub.update_check(run, "success")
    await scenes.swept(server)

    await server.until(pull, phase=Phase.COMPLETED)
