"""CI comes to no answer by itself: a person is told what it waits for, and nothing is fixed or merged."""

from __future__ import annotations

from datetime import timedelta

from app.lifecycle.run import Mode, Phase, Wait
from app.store.connection import system_clock
from tests.stories import scenes
from tests.stories.server import configuration, running


async def test_s20_checks_cancelled_by_a_newer_push_start_no_fix(hub, server):
    pull = await scenes.working_on(hub, server)
    await hub.finish_check(pull, "test", "cancelled")
    await hub.push(pull, {"b.py": "B = 2\n"})
    await hub.finish_check(pull, "test", "success")

    await server.until(pull, wait=Wait.APPROVAL, head_sha=pull.head_sha)
    assert (await server.run(pull)).iteration == 0


async def test_s21_a_check_cancelled_by_a_person_waits_for_them_and_goes_on_when_it_is_run_again(hub, server):
    pull = await scenes.working_on(hub, server)
    await hub.finish_check(pull, "test", "cancelled")

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.CI_CANCELLED)
    await server.rest()
    assert run.iteration == 0
    assert "re-run it" in scenes.sticky(hub, pull)

    await hub.finish_check(pull, "test", "success")
    await server.until(pull, wait=Wait.APPROVAL)


async def test_s24_workflows_of_a_fork_that_wait_for_a_maintainer_are_neither_red_nor_missing(hub, server):
    workflow = "on: [pull_request]\njobs: {test: {steps: [{run: 'true'}]}}\n"
    repo = await hub.create_repository("octo/widgets", configuration() | {scenes.WORKFLOW: workflow}, ci=True)
    repo.settings.fork_runs_need_approval = True
    hub.set_permission(repo, "carol", "write")
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN, author="stranger", fork=True)
    await hub.quiet()

    hub.comment(pull, "/dursor take", author="carol")
    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.CI_NEEDS_PERSON)
    await server.rest()
    assert run.iteration == 0
    assert "approve the workflow run" in scenes.sticky(hub, pull)

    await hub.approve_workflows(pull)
    await hub.quiet()
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.GATE)
    assert not hub.merges


async def test_s32_nothing_reports_and_that_is_not_green(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto")

    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.NO_CI)

    await server.rest()
    assert not hub.merges


async def test_s32_nothing_reports_and_the_configuration_says_that_this_is_as_good_as_green(hub, server):
    files = configuration("full_auto")
    files[".github/dursor.yml"] = files[".github/dursor.yml"].replace("ci: {", "ci: {none_is_green: true, ")
    repo = await hub.create_repository("octo/widgets", files)
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN)

    await server.until(pull, phase=Phase.COMPLETED)
    assert [merge.head_sha for merge in hub.merges] == [pull.head_sha]


async def test_s28_a_required_check_that_never_starts_is_named_to_a_person(hub, tmp_path):
    """Eleven minutes later, by the server's clock."""
    ahead = timedelta()
    async with running(hub, tmp_path / "data", clock=lambda: system_clock() + ahead) as server:
        repo = await hub.create_repository("octo/widgets", configuration("full_auto"))
        hub.protect(repo, required=["deploy-preview"])
        await scenes.check_on(hub, repo, await hub.default_branch_sha(repo), "deploy-preview", "success")
        pull = await hub.open_pull_request(repo, files=scenes.CLEAN)
        await server.until(pull, phase=Phase.WAITING_CI)
        await hub.finish_check(pull, "test", "success")
        await server.rest()
        await server.until(pull, phase=Phase.WAITING_CI)

        ahead = timedelta(minutes=11)
        await hub.finish_check(pull, "test", "success")

        run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.CI_MISSING)
        assert "deploy-preview never started; on main circleci reports it" in (run.note or "")
        assert not hub.merges


async def test_s41_what_is_red_on_the_base_too_is_not_this_pull_requests_to_fix(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto")
    await scenes.check_on(hub, pull.repository, pull.base_sha, "test", "failure")

    await hub.finish_check(pull, "test", "failure")

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.BASE_RED)
    await server.rest()
    assert run.iteration == 0
    assert f"red on main since {pull.base_sha[:10]}" in (run.note or "")
    assert "The base branch is red too." in scenes.sticky(hub, pull)

    await hub.finish_check(pull, "test", "success")
    await server.until(pull, phase=Phase.COMPLETED)


async def test_s41_the_commit_that_mends_the_base_is_brought_in_by_itself(hub, server):
    pull = await scenes.working_on(hub, server)
    await scenes.check_on(hub, pull.repository, pull.base_sha, "test", "failure")
    await hub.finish_check(pull, "test", "failure")
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.BASE_RED)
    await server.rest()

    await hub.push_branch(pull.repository, "main", {"b.py": "B = 1\n"}, "carol")
    mended = await hub.default_branch_sha(pull.repository)
    await scenes.check_on(hub, pull.repository, mended, "test", "success")

    run = await server.until(pull, phase=Phase.WAITING_CI, ci_iterations=1)
    assert (await hub.commits(pull))[-1].sha == run.head_sha
    assert await hub.read(pull.repository, "b.py", pull.head_ref) == "B = 1\n"


async def test_s43_a_conflict_is_why_there_is_no_ci(hub, server):
    workflow = "on: [pull_request]\njobs: {test: {steps: [{run: 'true'}]}}\n"
    repo = await hub.create_repository(
        "octo/widgets", configuration("interactive") | {scenes.WORKFLOW: workflow, "a.py": "A = 0\n"}, ci=True
    )
    hub.ci_delay = 0.5
    pull = await hub.open_pull_request(repo, files={"a.py": "A = 1\n"})
    await hub.push_branch(repo, "main", {"a.py": "A = 2\n"}, "carol")

    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.CONFLICT, mode=Mode.INTERACTIVE)
    await server.rest()
    assert "conflicts with its base" in scenes.sticky(hub, pull)
