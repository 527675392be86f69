"""Every conclusion GitHub knows, and each way to come to it late, twice or from somebody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.lifecycle.run import Phase, Wait
from app.localhub.state.repository import RequiredCheck
from app.store.connection import system_clock
from tests.stories import scenes
from tests.stories.server import configuration, running


async def test_s19_a_check_that_was_green_at_this_commit_and_is_red_now_is_called_flaky_and_not_fixed(hub, server):
    pull = await scenes.working_on(hub, server)
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, wait=Wait.APPROVAL)

    await hub.finish_check(pull, "test", "failure")

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.CI_RED)
    await server.rest()
    assert "flaky" in (run.note or "")
    assert run.iteration == 0
    assert not scenes.pushed_by_us(hub)

    await hub.finish_check(pull, "test", "success")
    await server.until(pull, wait=Wait.APPROVAL, iteration=0)


async def test_s23_a_check_that_is_neutral_is_green(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto")

    await hub.finish_check(pull, "coverage", "neutral")

    await server.until(pull, phase=Phase.COMPLETED)


async def test_s26_what_ran_out_of_time_is_not_the_codes_fault_and_waits_for_a_person(hub, server):
    pull = await scenes.working_on(hub, server)

    await hub.finish_check(pull, "test", "timed_out")

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.CI_TOO_SLOW)
    await server.rest()
    assert run.iteration == 0
    assert "test" in (run.note or "")


async def test_s27_a_stale_check_is_no_success(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto")

    await hub.finish_check(pull, "test", "stale")

    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.CI_CANCELLED, iteration=0)
    await server.rest()
    assert not hub.merges


async def test_s29_a_required_check_that_another_app_reports_is_not_there(hub, tmp_path):
    ahead = timedelta()
    async with running(hub, tmp_path / "data", clock=lambda: system_clock() + ahead) as server:
        repo = await hub.create_repository("octo/widgets", configuration("full_auto"))
        hub.protect(repo, required=[RequiredCheck("test", hub.other_app("trusted-ci").id)])
        pull = await hub.open_pull_request(repo, files=scenes.CLEAN)
        await server.until(pull, phase=Phase.WAITING_CI)
        await hub.finish_check(pull, "test", "success", app="somebody-else")
        await server.rest()
        await server.until(pull, phase=Phase.WAITING_CI)

        ahead = timedelta(minutes=11)
        await hub.finish_check(pull, "lint", "success", app="somebody-else")

        run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.CI_MISSING)
        assert "test never started" in (run.note or "")
        assert f"only the app {hub.other_app('trusted-ci').id} can report it" in (run.note or "")
        assert not hub.merges


@pytest.mark.parametrize("conclusion", ["success", "failure"])
async def test_s33_what_appears_forty_seconds_after_the_push_is_waited_for(hub, tmp_path, conclusion):
    ahead = timedelta()
    files = configuration("interactive")
    files[".github/dursor.yml"] = files[".github/dursor.yml"].replace("settle_seconds: 1", "settle_seconds: 60")
    async with running(hub, tmp_path / "data", clock=lambda: system_clock() + ahead) as server:
        repo = await hub.create_repository("octo/widgets", files)
        pull = await hub.open_pull_request(repo, files=scenes.CLEAN)
        await server.until(pull, phase=Phase.WAITING_CI)
        await hub.finish_check(pull, "lint", "success")
        await server.rest()
        await server.until(pull, phase=Phase.WAITING_CI)

        ahead = timedelta(seconds=40)
        late = await hub.finish_check(pull, "test", None)
        ahead = timedelta(seconds=90)
        await hub.update_check(late, conclusion)

        await server.until(pull, wait=Wait.APPROVAL if conclusion == "success" else Wait.CI_RED)
        assert [line for line in await server.history(pull) if line.startswith("Ci")] == [
            "CiPassed -> awaiting_human" if conclusion == "success" else "CiFailed -> awaiting_human"
        ]


async def test_s34_a_job_that_is_not_there_yet_holds_the_answer_back(hub, server):
    pull = await scenes.working_on(hub, server)
    first = await hub.finish_check(pull, "build", None, app="pipelines")
    first.suite.holds = 1
    await hub.update_check(first, "success")
    await server.rest()
    await server.until(pull, phase=Phase.WAITING_CI)

    first.suite.holds = 0
    await hub.finish_check(pull, "deploy", "success", app="pipelines")

    await server.until(pull, wait=Wait.APPROVAL)


async def test_s45_a_merge_groups_failure_is_not_the_pull_requests(hub, server):
    pull = await scenes.working_on(hub, server)
    await hub.finish_check(pull, "test", "success")
    before = await server.until(pull, wait=Wait.APPROVAL)
    entry = await hub.enqueue(pull)

    await scenes.check_on(hub, pull.repository, entry.sha, "test", "failure")
    await hub.leave_queue(pull, "CI_FAILURE")
    await server.rest()

    assert await server.run(pull) == before
