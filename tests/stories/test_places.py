"""Repositories and installations are renamed, closed down, put to sleep and taken away while dursor works."""

from __future__ import annotations

import pytest

from app.lifecycle.run import Phase, Wait
from tests.stories import scenes
from tests.stories.server import configuration


async def test_an_executor_that_is_stopped_while_its_tree_is_made_does_not_run_on(hub, server):
    pull = await scenes.fixing(hub, server)

    hub.archive_repository(pull.repository)

    await server.until(pull, phase=Phase.CANCELED)
    await server.rest()
    assert {row["status"] for row in await scenes.rows(server, "SELECT status FROM runs")} <= {"canceled", "failed"}


@pytest.mark.parametrize("deed", ["archive_repository", "delete_repository"])
async def test_a_repository_that_is_closed_down_ends_its_runs_without_a_dead_letter(hub, server, deed):
    """S57"""
    pull = await scenes.fixing(hub, server)
    await scenes.executor_at_work(server)

    getattr(hub, deed)(pull.repository)

    await server.until(pull, phase=Phase.CANCELED)
    await server.rest()
    assert scenes.pushed_by_us(hub) == []
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status IN ('failed', 'queued')")


@pytest.mark.parametrize("deed", ["uninstall", "suspend"])
async def test_an_installation_that_is_gone_or_asleep_ends_its_runs_without_a_dead_letter(hub, server, deed):
    """S106"""
    pull = await scenes.fixing(hub, server)
    await scenes.executor_at_work(server)

    getattr(hub, deed)(hub.installation(pull.repository))

    await server.until(pull, phase=Phase.CANCELED)
    await server.rest()
    assert scenes.pushed_by_us(hub) == []
    assert await server.history(pull)
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")


async def test_an_installation_that_wakes_up_again_is_worked_for_again(hub, server):
    """S106"""
    pull = await scenes.working_on(hub, server)
    installation = hub.installation(pull.repository)
    hub.suspend(installation)
    await server.until(pull, phase=Phase.CANCELED)

    hub.suspend(installation, suspended=False)
    await hub.quiet()
    hub.comment(pull, "/dursor retry", author="alice")

    await server.until(pull, is_terminal=False)


async def test_repositories_that_are_taken_from_the_app_end_their_runs_and_the_others_go_on(hub, server):
    """S106"""
    kept, taken = await _two(hub, server)
    installation = hub.installation(kept.repository)
    installation.repositories = {kept.repository.id, taken.repository.id}

    hub.select_repositories(installation, [kept.repository])

    await server.until(taken, phase=Phase.CANCELED)
    await hub.finish_check(kept, "test", "success")
    await server.until(kept, wait=Wait.APPROVAL)


async def test_a_selection_that_names_no_removed_repository_is_looked_through(hub, server):
    """S107: GitHub lists none when the selection changes from all to some."""
    kept, taken = await _two(hub, server)

    hub.select_repositories(hub.installation(kept.repository), [kept.repository])

    await server.until(taken, phase=Phase.CANCELED)
    assert not (await server.run(kept)).is_terminal


async def test_a_renamed_repository_is_the_same_repository(hub, server):
    """S108"""
    pull = await scenes.working_on(hub, server, "full_auto", files=scenes.LINT_ERROR)
    hub.rename_repository(pull.repository, "gadgets")
    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, ci_iterations=1, is_working=False)
    await hub.finish_check(pull, "lint", "success")

    await server.until(pull, phase=Phase.COMPLETED)

    (row,) = await scenes.rows(server, "SELECT full_name FROM repos")
    assert row["full_name"] == "octo/gadgets"


async def test_a_rename_that_nobody_told_of_is_followed(hub, server):
    """S108: reads follow the redirect, writes find the repository by its id."""
    pull = await scenes.working_on(hub, server, "full_auto")
    async with scenes.held_back(hub):
        hub.rename_repository(pull.repository, "gadgets")

    hub.comment(pull, "/dursor status", author="alice")
    await server.rest()
    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.COMPLETED)
    assert len(scenes.said_by_us(hub, pull, "waiting for CI")) == 1


async def _two(hub, server):
    pulls = []
    for name in ("kept", "taken"):
        repo = await hub.create_repository(f"octo/{name}", configuration("semi_auto"))
        pulls.append(await hub.open_pull_request(repo, files=scenes.CLEAN))
        await server.until(pulls[-1], phase=Phase.WAITING_CI)
    return pulls
