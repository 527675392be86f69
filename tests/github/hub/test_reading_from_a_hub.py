"""What people and CI do on a GitHub that keeps state, read by the client."""

from __future__ import annotations

import pytest

from app import errors
from app.github import checks, contents, issues, logs, permissions, pulls, repository, reviews
from app.lifecycle.checks import BranchRules, Required

WORKFLOW = """\
name: CI
on: [pull_request]
jobs:
  lint:
    steps:
      - name: Say hello
        run: echo hello
      - name: Lint
        run: |
          echo "::error file=app.py,line=1::unused import"
          exit 1
"""


async def test_the_app_knows_itself_and_where_it_is_installed(hub, home, github, repo):
    assert (await github.app()).slug == "dursor"
    assert (await github.bot_user("dursor")).id == hub.app.bot.id
    (installation,) = await github.installations()
    assert await github.installation(installation.id) == installation
    found = await github.installation_repositories(installation.id)
    assert [one.full_name for one in found] == ["octo/widgets"]
    assert (await repository.info(repo)).default_branch == "main"


async def test_a_pull_request_and_what_is_reported_about_it_are_read(hub, home, repo):
    pull = await hub.open_pull_request(home, files={"app.py": "import sys\n"}, labels=["dursor"])
    run = await hub.finish_check(pull, "lint", "failure")

    found = await pulls.get(repo, pull.number)
    reported = await checks.at(repo, found.head_sha)

    assert (found.labels, found.author_login, found.is_fork) == (("dursor",), "alice", False)
    told = [(one.id, one.name, one.status, one.conclusion) for one in reported.runs]
    assert told == [(run.id, "lint", "completed", "failure")]
    assert [suite.conclusion for suite in reported.suites if suite.runs_count] == ["failure"]
    assert (reported.statuses, reported.workflow_runs) == ((), ())
    assert [one.number for one in await pulls.open_for_branch(repo, found.head_ref)] == [pull.number]
    assert [one.number for one in await pulls.all_open(repo)] == [pull.number]
    assert [one.path for one in await pulls.files(repo, pull.number)] == ["app.py"]


async def test_what_a_branch_demands_is_read(hub, home, repo):
    assert await checks.required(repo, "main") == BranchRules()
    hub.protect(home, required=["lint"], approvals=1, strict=True)

    rules = await checks.required(repo, "main")

    assert rules.required == (Required("lint", None),)
    assert (rules.approvals, rules.strict) == (1, True)


async def test_people_and_what_they_said_are_read(hub, home, repo):
    pull = await hub.open_pull_request(home, files={"app.py": "import sys\n"})
    hub.set_permission(home, "carol", "maintain")
    remark = {"path": "app.py", "line": 1, "body": "why?"}
    await hub.review(pull, "CHANGES_REQUESTED", "Please look again", "carol", comments=[remark])

    (review,) = await reviews.of(repo, pull.number)
    (line,) = await reviews.line_comments(repo, pull.number)

    assert (review.state, review.author_login, review.commit_id) == ("CHANGES_REQUESTED", "carol", pull.head_sha)
    assert (line.review_id, line.path, line.line, line.body) == (review.id, "app.py", 1, "why?")
    carol = await permissions.of(repo, "carol")
    assert (carol.level, carol.role, carol.user_id) == ("write", "maintain", review.author_id)
    assert (await permissions.of(repo, "mallory")).level != "write"
    assert (await issues.get(repo, pull.number)).is_pull


async def test_configuration_is_read_from_a_branch(repo, home):
    found = await contents.file(repo, ".github/dursor.yml", "main")

    assert found is not None
    assert found.text == "version: 1\n"
    assert await contents.file(repo, ".github/dursor.yaml", "main") is None


async def test_a_suspended_or_removed_installation_is_a_refusal(hub, home, github, repo):
    installation = hub.installation(home)
    hub.suspend(installation)
    with pytest.raises(errors.Refused):
        await repository.info(repo)
    hub.uninstall(installation)
    with pytest.raises(errors.NotFound):
        await github.installation(installation.id)


async def test_a_red_job_is_read_with_all_its_evidence(hub, github):
    files = {"app.py": "import os\n", ".github/workflows/ci.yml": WORKFLOW}
    tested = await hub.create_repository("octo/tested", files, ci=True)
    repo = github.repository(hub.installation(tested).id, tested.id, tested.full_name)
    pull = await hub.open_pull_request(tested, files={"app.py": "import sys\n"})
    await hub.quiet()

    reported = await checks.at(repo, pull.head_sha)
    (run,) = [run for run in reported.runs if run.name == "lint"]
    (workflow_run,) = reported.workflow_runs
    (job,) = await logs.jobs(repo, workflow_run.id)
    log = await logs.job_log(repo, job.id)

    assert (run.status, run.conclusion, workflow_run.conclusion) == ("completed", "failure", "failure")
    assert (job.check_run_id, job.conclusion) == (run.id, "failure")
    assert [step.conclusion for step in job.steps if step.name == "Lint"] == ["failure"]
    assert log is not None
    assert "hello" in log
    assert "exit code 1" in log
    assert ("app.py", "unused import") in [(one.path, one.message) for one in await checks.annotations(repo, run.id)]

    await checks.rerun_failed(repo, workflow_run.id)
    await hub.quiet()
    assert [one.attempt for one in (await checks.at(repo, pull.head_sha)).workflow_runs] == [2]
