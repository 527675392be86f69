"""What many checks together mean: green, red, late, cancelled, skipped, missing, or a matter for a person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.lifecycle.run import Mode, Phase, Wait
from app.localhub.actions import checks
from app.store.connection import system_clock
from tests.stories import scenes
from tests.stories.server import configuration, running

WORKFLOW = ".github/workflows/ci.yml"


async def with_workflow(hub, server, workflow, mode="semi_auto", files=scenes.CLEAN, **config):
    """A pull request in a repository whose CI really runs."""
    files_there = configuration(mode, **config) | {WORKFLOW: workflow}
    repo = await hub.create_repository("octo/widgets", files_there, ci=True)
    pull = await hub.open_pull_request(repo, files=files)
    await server.until(pull)
    return pull


async def first_instruction(server, pull):
    """What the executor of the first fix was told."""
    await server.until(pull, ci_iterations=1, is_working=False)
    found = await scenes.rows(server, "SELECT instruction FROM runs ORDER BY id LIMIT 1")
    return found[0]["instruction"]


SEVERAL = """\
on: [pull_request]
jobs:
  first: {steps: [{run: "echo error: the first is broken; exit 1"}]}
  second: {steps: [{run: "echo error: the second is broken; exit 1"}]}
  third: {steps: [{run: "sleep 0.5; echo fine"}]}
"""


async def test_several_failures_of_one_push_are_one_fix_that_is_told_of_all(hub, server):
    """S16"""
    pull = await with_workflow(hub, server, SEVERAL, files=scenes.LINT_ERROR)

    told = await first_instruction(server, pull)

    assert "the first is broken" in told
    assert "the second is broken" in told
    assert (await server.run(pull)).ci_iterations == 1


async def test_many_checks_that_fail_early_wait_for_the_last_one(hub, server):
    """S16"""
    pull = await scenes.working_on(hub, server, files=scenes.LINT_ERROR)
    last = await hub.finish_check(pull, "slow", None)
    for number in range(8):
        await hub.finish_check(pull, f"test ({number})", "failure")
    await server.rest()
    assert (await server.run(pull)).ci_iterations == 0

    await hub.update_check(last, "success")

    told = await first_instruction(server, pull)
    await server.rest()
    assert len(scenes.pushed_by_us(hub)) == 1
    assert all(f"test ({number})" in told for number in range(8))


async def test_a_check_that_is_run_again_and_passes_needs_no_fix(hub, server):
    """S18"""
    pull = await scenes.working_on(hub, server, "interactive")
    await hub.finish_check(pull, "test", "failure")
    await server.until(pull, wait=Wait.CI_RED)

    await hub.finish_check(pull, "test", "success")

    await server.until(pull, wait=Wait.APPROVAL, ci_iterations=0)


async def test_checks_cancelled_by_a_newer_push_start_no_fix(hub, server):
    """S20"""
    pull = await scenes.working_on(hub, server)
    await hub.finish_check(pull, "test", "cancelled")
    await hub.push(pull, {"b.py": "B = 2\n"})
    await hub.finish_check(pull, "test", "success")

    await server.until(pull, wait=Wait.APPROVAL, head_sha=pull.head_sha)
    assert (await server.run(pull)).iteration == 0


async def test_a_check_cancelled_by_a_person_waits_for_them_and_goes_on_when_it_is_run_again(hub, server):
    """S21"""
    pull = await scenes.working_on(hub, server)
    await hub.finish_check(pull, "test", "cancelled")

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.CI_CANCELLED)
    await server.rest()
    assert run.iteration == 0
    assert "re-run it" in scenes.sticky(hub, pull)

    await hub.finish_check(pull, "test", "success")
    await server.until(pull, wait=Wait.APPROVAL)


GATED = """\
on: [pull_request]
jobs:
  build: {steps: [{run: "test -e built || { echo error: not built; exit 1; }"}]}
  gate: {needs: [build], steps: [{run: "true"}]}
"""


async def test_a_gate_skipped_behind_a_job_that_failed_is_not_green(hub, server):
    """S22"""
    pull = await with_workflow(hub, server, GATED, "interactive")
    await server.until(pull, wait=Wait.CI_RED)
    assert {run.conclusion for run in hub.check_runs(pull.head_sha) if run.name == "gate"} == {"skipped"}

    await hub.push(pull, {"built": "yes\n"})

    await server.until(pull, wait=Wait.APPROVAL, head_sha=pull.head_sha)


async def test_workflows_of_a_fork_that_wait_for_a_maintainer_are_neither_red_nor_missing(hub, server):
    """S24"""
    workflow = "on: [pull_request]\njobs: {test: {steps: [{run: 'true'}]}}\n"
    repo = await hub.create_repository("octo/widgets", configuration() | {WORKFLOW: workflow}, ci=True)
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


async def test_a_workflow_that_cannot_start_is_red_and_ends_with_a_person(hub, server):
    """S25: dursor may not mend what is protected."""
    mend = "sh, -c, 'echo on: push > .github/workflows/ci.yml'"
    pull = await with_workflow(hub, server, "on: [pull_request]\njobs: 12\n", autofix=mend)

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, ci_iterations=1)
    await server.rest()

    assert not hub.merges
    assert WORKFLOW in run.note


async def test_commit_statuses_alone_are_ci_too(hub, server):
    """S31"""
    pull = await scenes.working_on(hub, server, "interactive")
    await hub.set_status(pull.repository, pull.head_sha, "pending", "ci/jenkins")
    await hub.set_status(pull.repository, pull.head_sha, "failure", "ci/jenkins", "2 tests failed")
    await server.until(pull, wait=Wait.CI_RED)

    await hub.set_status(pull.repository, pull.head_sha, "success", "ci/jenkins")

    await server.until(pull, wait=Wait.APPROVAL)


async def test_nothing_reports_and_that_is_not_green(hub, server):
    """S32"""
    pull = await scenes.working_on(hub, server, "full_auto")

    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.NO_CI)

    await server.rest()
    assert not hub.merges


async def test_nothing_reports_and_the_configuration_says_that_this_is_as_good_as_green(hub, server):
    """S32"""
    files = configuration("full_auto")
    files[".github/dursor.yml"] = files[".github/dursor.yml"].replace("ci: {", "ci: {none_is_green: true, ")
    repo = await hub.create_repository("octo/widgets", files)
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN)

    await server.until(pull, phase=Phase.COMPLETED)
    assert [merge.head_sha for merge in hub.merges] == [pull.head_sha]


async def test_a_required_check_that_never_starts_is_named_to_a_person(hub, tmp_path):
    """S28: eleven minutes later, by the server's clock."""
    ahead = timedelta()
    async with running(hub, tmp_path / "data", clock=lambda: system_clock() + ahead) as server:
        repo = await hub.create_repository("octo/widgets", configuration("full_auto"))
        hub.protect(repo, required=["deploy-preview"])
        pull = await hub.open_pull_request(repo, files=scenes.CLEAN)
        await server.until(pull, phase=Phase.WAITING_CI)
        await hub.finish_check(pull, "test", "success")
        await server.rest()
        assert (await server.run(pull)).phase is Phase.WAITING_CI

        ahead = timedelta(minutes=11)
        await hub.finish_check(pull, "test", "success")

        run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.CI_MISSING)
        assert "deploy-preview" in run.note
        assert not hub.merges


async def test_suites_of_apps_that_ignore_the_push_hold_nothing_up(hub, server):
    """S35: GitHub leaves them queued for ever, without a run."""
    pull = await scenes.working_on(hub, server)
    for slug in ("cursor", "gitguardian"):
        checks.new_suite(hub.world, pull.repository, hub.other_app(slug), pull.head_sha, pull.head_ref)

    await hub.finish_check(pull, "test", "success")

    await server.until(pull, wait=Wait.APPROVAL)


@pytest.mark.parametrize("family", ["check runs", "statuses"])
async def test_the_one_failure_beyond_the_first_page_is_seen(hub, server, family):
    """S36"""
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
    assert all(name in note for name in names)


@pytest.mark.parametrize("conclusion", ["failure", None])
async def test_our_own_check_is_not_ci(hub, server, conclusion):
    """S37"""
    pull = await scenes.working_on(hub, server)
    change = checks.Change(name="dursor (old)", conclusion=conclusion, status=None if conclusion else "in_progress")
    await checks.create(hub.world, pull.repository, hub.app, pull.head_sha, change, hub.app.bot)

    await hub.finish_check(pull, "test", "success")

    await server.until(pull, wait=Wait.APPROVAL)


async def test_a_check_of_a_forks_push_names_no_pull_request_and_is_found_by_its_commit(hub, server):
    """S38"""
    repo = await hub.create_repository("octo/widgets", configuration("interactive"))
    hub.set_permission(repo, "carol", "write")
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN, author="stranger", fork=True)
    await hub.quiet()
    hub.comment(pull, "/dursor take", author="carol")
    await server.until(pull, phase=Phase.WAITING_CI)

    await hub.finish_check(pull, "test", "failure")

    await server.until(pull, wait=Wait.CI_RED)


async def test_a_check_that_lists_another_repositorys_pull_request_wakes_nothing(hub, server):
    """S38"""
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


async def test_of_two_answers_under_one_name_the_red_one_counts(hub, server):
    """S40: the push's CI and the pull request's."""
    pull = await scenes.working_on(hub, server, "interactive")
    await scenes.check_on(hub, pull.repository, pull.head_sha, "test", "failure", app="ci-for-pushes")
    await scenes.check_on(hub, pull.repository, pull.head_sha, "test", "success", app="ci-for-pulls")

    await server.until(pull, wait=Wait.CI_RED)


async def test_what_is_red_on_the_base_too_is_not_this_pull_requests_to_fix(hub, server):
    """S41"""
    pull = await scenes.working_on(hub, server, "full_auto")
    await scenes.check_on(hub, pull.repository, pull.base_sha, "test", "failure")

    await hub.finish_check(pull, "test", "failure")

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.BASE_RED)
    await server.rest()
    assert run.iteration == 0
    assert f"red on main since {pull.base_sha[:10]}" in run.note
    assert "The base branch is red too." in scenes.sticky(hub, pull)

    await hub.finish_check(pull, "test", "success")
    await server.until(pull, phase=Phase.COMPLETED)


ANNOTATED = """\
on: [pull_request]
jobs:
  lint: {steps: [{run: "echo '::error file=a.py,line=1::os is imported and unused'; exit 1"}]}
"""
GONE = {
    "not there": {"status": 404, "body": {"message": "Not Found"}},
    "expired": {"status": 410, "body": {"message": "Gone"}},
}


@pytest.mark.parametrize("answer", GONE.values(), ids=GONE.keys())
async def test_a_log_that_is_gone_leaves_the_annotations(hub, server, answer):
    """S42"""
    scenes.fault(hub, "GET", r"/actions/jobs/\d+/logs", times=50, **answer)

    pull = await with_workflow(hub, server, ANNOTATED, files=scenes.LINT_ERROR)

    assert "os is imported and unused" in await first_instruction(server, pull)


ENDLESS = """\
on: [pull_request]
jobs:
  noisy:
    steps:
      - run: |
          python3 - <<'END'
          print("\\x1b[31mbegin\\x1b[0m")
          for number in range(12000): print("noise", number, "-" * 80)
          print("token ghs_0123456789abcdefghijABCDEFGHIJ012345")
          print("error: the needle")
          print("x" * 300_000)
          END
          exit 1
"""


async def test_a_huge_log_with_colours_and_a_token_becomes_a_bounded_clean_excerpt(hub, server):
    """S42"""
    pull = await with_workflow(hub, server, ENDLESS, files=scenes.LINT_ERROR)

    told = await first_instruction(server, pull)
    assert "the needle" in told
    assert len(told) <= 60_000
    assert "ghs_0123456789" not in told
    assert "\x1b" not in told


async def test_a_conflict_is_why_there_is_no_ci(hub, server):
    """S43"""
    workflow = "on: [pull_request]\njobs: {test: {steps: [{run: 'true'}]}}\n"
    repo = await hub.create_repository(
        "octo/widgets", configuration("interactive") | {WORKFLOW: workflow, "a.py": "A = 0\n"}, ci=True
    )
    hub.ci_delay = 0.5
    pull = await hub.open_pull_request(repo, files={"a.py": "A = 1\n"})
    await hub.push_branch(repo, "main", {"a.py": "A = 2\n"}, "carol")

    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.CONFLICT, mode=Mode.INTERACTIVE)
    await server.rest()
    assert "conflicts with its base" in scenes.sticky(hub, pull)


async def test_a_fix_that_leaves_the_same_failure_is_not_tried_again(hub, server):
    """S44"""
    pull = await scenes.working_on(hub, server, files=scenes.LINT_ERROR)
    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, phase=Phase.WAITING_CI, ci_iterations=1)

    await hub.finish_check(pull, "lint", "failure")

    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.NO_PROGRESS)
    await server.rest()
    assert run.ci_iterations == 1
    assert len(scenes.pushed_by_us(hub)) == 1
    assert scenes.said_by_us(hub, pull, "Another fix would not get further", "lint")
