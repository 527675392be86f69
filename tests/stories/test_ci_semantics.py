"""Many checks are one answer: green only where everything that counts is, red where anything is."""

from __future__ import annotations

import pytest

from app.lifecycle.run import Phase, Wait
from app.localhub.actions import checks
from tests.stories import scenes
from tests.stories.server import configuration


async def test_s16_many_checks_that_fail_early_wait_for_the_last_one(hub, server):
    pull = await scenes.working_on(hub, server, files=scenes.LINT_ERROR)
    last = await hub.finish_check(pull, "slow", None)
    for number in range(8):
        await hub.finish_check(pull, f"test ({number})", "failure")
    await server.rest()
    assert (await server.run(pull)).ci_iterations == 0

    await hub.update_check(last, "success")

    told = await scenes.first_instruction(server, pull)
    await server.rest()
    assert len(scenes.pushed_by_us(hub)) == 1
    assert all(f"test ({number})" in told for number in range(8))


async def test_s18_a_check_that_is_run_again_and_passes_needs_no_fix(hub, server):
    pull = await scenes.working_on(hub, server, "interactive")
    await hub.finish_check(pull, "test", "failure")
    await server.until(pull, wait=Wait.CI_RED)

    await hub.finish_check(pull, "test", "success")

    await server.until(pull, wait=Wait.APPROVAL, ci_iterations=0)


GATED = """\
on: [pull_request]
jobs:
  build: {steps: [{run: "test -e built || { echo error: not built; exit 1; }"}]}
  gate: {needs: [build], steps: [{run: "true"}]}
"""


async def test_s22_a_gate_skipped_behind_a_job_that_failed_is_not_green(hub, server):
    pull = await scenes.with_workflow(hub, server, GATED, "interactive")
    await server.until(pull, wait=Wait.CI_RED)
    assert {run.conclusion for run in hub.check_runs(pull.head_sha) if run.name == "gate"} == {"skipped"}

    await hub.push(pull, {"built": "yes\n"})

    await server.until(pull, wait=Wait.APPROVAL, head_sha=pull.head_sha)


async def test_s31_commit_statuses_alone_are_ci_too(hub, server):
    pull = await scenes.working_on(hub, server, "interactive")
    await hub.set_status(pull.repository, pull.head_sha, "pending", "ci/jenkins")
    await hub.set_status(pull.repository, pull.head_sha, "failure", "ci/jenkins", "2 tests failed")
    await server.until(pull, wait=Wait.CI_RED)

    await hub.set_status(pull.repository, pull.head_sha, "success", "ci/jenkins")

    await server.until(pull, wait=Wait.APPROVAL)


async def test_s35_suites_of_apps_that_ignore_the_push_hold_nothing_up(hub, server):
    """GitHub leaves them queued for ever, without a run."""
    pull = await scenes.working_on(hub, server)
    for slug in ("cursor", "gitguardian"):
        checks.new_suite(hub.world, pull.repository, hub.other_app(slug), pull.head_sha, pull.head_ref)

    await hub.finish_check(pull, "test", "success")

    await server.until(pull, wait=Wait.APPROVAL)


@pytest.mark.parametrize("family", ["check runs", "statuses"])
async def test_s36_the_one_failure_beyond_the_first_page_is_seen(hub, server, family):
    pull = await scenes.working_on(hub, server, "interactive")
    repo, sha = pull.repository, pull.head_sha
    async with scenes.held_back(hub):
        for number in range(105):
            good = number not in {0, 104}
            if family == "check runs":
                await scenes.check_on(hub, repo, sha, f"test {number:03}", "success" if good else "failure")
            else:
                await hub.set_status(repo, sha, "success" if good else "failure", f"ci/{number:03}")

    await hub.finish_check(pull, "last", "success")

    await server.until(pull, wait=Wait.CI_RED)
    await server.rest()
    names = ("test 000", "test 104") if family == "check runs" else ("ci/000", "ci/104")
    note = (await server.run(pull)).note
    assert all(name in (note or "") for name in names)


@pytest.mark.parametrize("conclusion", ["failure", None])
async def test_s37_our_own_check_is_not_ci(hub, server, conclusion):
    pull = await scenes.working_on(hub, server)
    change = checks.Change(name="dursor (old)", conclusion=conclusion, status=None if conclusion else "in_progress")
    await checks.create(hub.world, pull.repository, hub.app, pull.head_sha, change, hub.app.bot)

    await hub.finish_check(pull, "test", "success")

    await server.until(pull, wait=Wait.APPROVAL)


async def test_s38_a_check_of_a_forks_push_names_no_pull_request_and_is_found_by_its_commit(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration("interactive"))
    hub.set_permission(repo, "carol", "write")
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN, author="stranger", fork=True)
    await hub.quiet()
    hub.comment(pull, "/dursor take", author="carol")
    await server.until(pull, phase=Phase.WAITING_CI)

    await hub.finish_check(pull, "test", "failure")

    await server.until(pull, wait=Wait.CI_RED)


async def test_s38_a_check_that_lists_another_repositorys_pull_request_wakes_nothing(hub, server):
    pull = await scenes.working_on(hub, server)
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, wait=Wait.APPROVAL)
    other = {"number": pull.number, "base": {"repo": {"id": 12345}}}
    home = {"id": pull.repository.id, "full_name": pull.repository.full_name}
    run = {"id": 9, "head_sha": "c" * 40, "app": {"id": 5}, "pull_requests": [other]}

    await scenes.post(server, hub, "check_run", {"action": "completed", "check_run": run, "repository": home}, "odd")
    await server.rest()

    (row,) = await scenes.rows(server, "SELECT status, error FROM webhook_deliveries WHERE guid = 'odd'")
    assert (row["status"], row["error"]) == ("ignored", "nobody works on this commit")


async def test_s40_of_two_answers_under_one_name_the_red_one_counts(hub, server):
    """The push's CI and the pull request's."""
    pull = await scenes.working_on(hub, server, "interactive")
    await scenes.check_on(hub, pull.repository, pull.head_sha, "test", "failure", app="ci-for-pushes")
    await scenes.check_on(hub, pull.repository, pull.head_sha, "test", "success", app="ci-for-pulls")

    await server.until(pull, wait=Wait.CI_RED)
