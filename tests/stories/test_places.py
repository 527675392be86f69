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
async def test_s57_a_repository_that_is_closed_down_ends_its_runs_without_a_dead_letter(hub, server, deed):
    pull = await scenes.fixing(hub, server)
    await scenes.executor_at_work(server)

    getattr(hub, deed)(pull.repository)

    await server.until(pull, phase=Phase.CANCELED)
    await server.rest()
    assert scenes.pushed_by_us(hub) == []
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status IN ('failed', 'queued')")


@pytest.mark.parametrize("deed", ["uninstall", "suspend"])
async def test_s106_an_installation_that_is_gone_or_asleep_ends_its_runs_without_a_dead_letter(hub, server, deed):
    pull = await scenes.fixing(hub, server)
    await scenes.executor_at_work(server)

    getattr(hub, deed)(hub.installation(pull.repository))

    await server.until(pull, phase=Phase.CANCELED)
    await server.rest()
    assert scenes.pushed_by_us(hub) == []
    assert await server.history(pull)
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")


async def test_s106_an_installation_that_wakes_up_again_is_worked_for_again(hub, server):
    pull = await scenes.working_on(hub, server)
    installation = hub.installation(pull.repository)
    hub.suspend(installation)
    await server.until(pull, phase=Phase.CANCELED)

    hub.suspend(installation, suspended=False)
    await hub.quiet()
    hub.comment(pull, "/dursor retry", author="alice")

    await server.until(pull, is_terminal=False)


async def test_s106_repositories_that_are_taken_from_the_app_end_their_runs_and_the_others_go_on(hub, server):
    kept, taken = await _two(hub, server)
    installation = hub.installation(kept.repository)
    installation.repositories = {kept.repository.id, taken.repository.id}

    hub.select_repositories(installation, [kept.repository])

    await server.until(taken, phase=Phase.CANCELED)
    await hub.finish_check(kept, "test", "success")
    await server.until(kept, wait=Wait.APPROVAL)


async def test_s107_a_selection_that_names_no_removed_repository_is_looked_through(hub, server):
    """GitHub lists none when the selection changes from all to some."""
    kept, taken = await _two(hub, server)

    hub.select_repositories(hub.installation(kept.repository), [kept.repository])

    await server.until(taken, phase=Phase.CANCELED)
    await server.rest()
    assert not (await server.run(kept)).is_terminal
    known = await scenes.rows(server, "SELECT full_name, active FROM repos ORDER BY full_name")
    assert [(row["full_name"], row["active"]) for row in known] == [("octo/kept", 1), ("octo/taken", 0)]


async def test_s108_a_renamed_repository_is_the_same_repository(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto", files=scenes.LINT_ERROR)
    hub.rename_repository(pull.repository, "gadgets")
    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, ci_iterations=1, is_working=False)
    await hub.finish_check(pull, "lint", "success")

    await server.until(pull, phase=Phase.COMPLETED)

    (row,) = await scenes.rows(server, "SELECT full_name FROM repos")
    assert row["full_name"] == "octo/gadgets"


async def test_s108_a_rename_that_nobody_told_of_is_followed(hub, server):
    """Reads follow the redirect, writes find the repository by its id."""
    pull = await scenes.working_on(hub, server, "full_auto")
    async with scenes.held_back(hub):
        hub.rename_repository(pull.repository, "gadgets")

    hub.comment(pull, "/dursor status", author="alice")
    await server.rest()
    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.COMPLETED)
    assert len(scenes.said_by_us(hub, pull, "waiting for CI")) == 1


async def test_s106_a_suspension_that_nobody_told_of_is_found(hub, server):
    pull = await scenes.fixing(hub, server)
    await scenes.executor_at_work(server)
    async with scenes.held_back(hub):
        hub.suspend(hub.installation(pull.repository))

    await scenes.swept(server)

    run = await server.until(pull, phase=Phase.CANCELED)
    assert "suspended" in (run.note or "")


async def test_s106_the_first_pull_request_of_a_new_repository_may_be_lost(hub, server):
    async with scenes.held_back(hub):
        repo = await hub.create_repository("octo/widgets", configuration("semi_auto"))
    installation = hub.installation(repo)
    hub.uninstall(installation)
    hub.install("octo")
    await server.rest()
    assert [row["full_name"] for row in await scenes.rows(server, "SELECT full_name FROM repos")] == ["octo/widgets"]
    async with scenes.held_back(hub):
        pull = await hub.open_pull_request(repo, files=scenes.CLEAN)

    await scenes.swept(server)

    assert await server.run(pull) is not None


async def test_s106_permissions_that_are_accepted_are_noted_and_runs_look_again(hub, server):
    pull = await scenes.working_on(hub, server)
    async with scenes.held_back(hub):
        hub.close(pull)

    hub.accept_permissions(hub.installation(pull.repository), workflows="write")

    await server.until(pull, phase=Phase.CANCELED)
    (row,) = await scenes.rows(server, "SELECT permissions FROM installations")
    assert '"workflows": "write"' in row["permissions"]


async def test_s106_a_person_who_withdraws_a_sign_in_uninstalls_nothing(hub, server):
    pull = await scenes.working_on(hub, server)

    status, _ = await scenes.post(
        server, hub, "github_app_authorization", {"action": "revoked", "sender": {"id": 1, "login": "alice"}}
    )
    await server.rest()

    assert status == 202
    (row,) = await scenes.rows(server, "SELECT status FROM webhook_deliveries WHERE guid = 'a-guid'")
    assert row["status"] == "ignored"
    assert not (await server.run(pull)).is_terminal


@pytest.mark.parametrize("is_told", [True, False], ids=["told", "not told"])
async def test_s108_a_repository_that_moves_to_another_owner_with_the_app_goes_on_there(hub, server, is_told):
    hub.install("elsewhere")
    pull = await scenes.working_on(hub, server)
    await server.rest()
    if is_told:
        hub.transfer_repository(pull.repository, "elsewhere")
    else:
        async with scenes.held_back(hub):
            hub.transfer_repository(pull.repository, "elsewhere")
        await scenes.swept(server)
    await server.rest()

    await hub.finish_check(pull, "test", "success")

    await server.until(pull, wait=Wait.APPROVAL)
    (row,) = await scenes.rows(server, "SELECT full_name, installation_id, active FROM repos")
    assert row == {
        "full_name": "elsewhere/widgets", "installation_id": hub.installation(pull.repository).id, "active": 1,
    }  # fmt: skip


async def test_s108_a_repository_that_moves_to_an_owner_without_the_app_ends_its_runs(hub, server):
    pull = await scenes.working_on(hub, server)
    await server.rest()

    hub.transfer_repository(pull.repository, "strangers")  # nobody is told: they have not the App
    await scenes.swept(server)

    run = await server.until(pull, phase=Phase.CANCELED)
    assert run.note
    await server.rest()
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")


async def test_s108_an_owner_with_another_name_is_the_same_owner(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto")
    await server.rest()

    hub.rename_owner("octo", "octopus")
    await server.rest()
    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.COMPLETED)
    (row,) = await scenes.rows(server, "SELECT full_name, account FROM repos JOIN installations")
    assert row == {"full_name": "octopus/widgets", "account": "octopus"}


@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
async def test_s109_who_may_see_a_repository_changes_who_is_listened_to_in_nothing(hub, server, private):
    """What the configuration says is read anew, the run looks again, and a stranger has no more say than before."""
    pull = await scenes.working_on(hub, server)
    await server.rest()
    (before,) = await scenes.rows(server, "SELECT config_read_at FROM repos")

    hub.set_private(pull.repository, private=private)
    await server.rest()

    (after,) = await scenes.rows(server, "SELECT config_read_at FROM repos")
    assert after["config_read_at"] > before["config_read_at"]
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, wait=Wait.APPROVAL)
    hub.comment(pull, "/dursor approve", author="mallory")
    await server.rest()
    assert (await server.run(pull)).wait is Wait.APPROVAL


async def _two(hub, server):
    pulls = []
    for name in ("kept", "taken"):
        repo = await hub.create_repository(f"octo/{name}", configuration("semi_auto"))
        pulls.append(await hub.open_pull_request(repo, files=scenes.CLEAN))
        await server.until(pulls[-1], phase=Phase.WAITING_CI)
    return pulls
