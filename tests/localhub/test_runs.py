"""The hub's own CI: workflow runs, jobs, check runs and logs, as GitHub Actions shows them for a pull request."""

from __future__ import annotations

import asyncio

import pytest

HOME = "/repos/octo/ci"
WORKFLOW = """
name: CI
on: [pull_request]
jobs:
  test:
    name: unit tests
    steps:
      - name: Look
        run: |
          echo "::error file=a.py,line=1::the file is bad"
          test "$(cat a.py)" = good
  gate:
    needs: test
    steps: [{run: "true"}]
"""
FOREVER = "on: [pull_request]\njobs: {wait: {steps: [{run: sleep 100}]}}\n"


async def start(hub, app, workflow=WORKFLOW, **more):
    files = {"a.py": "good", ".github/workflows/ci.yml": workflow}
    repo = await hub.create_repository("octo/ci", files, ci=True)
    await app.authenticate()
    return repo


async def until(found):
    """Wait until `found()` is something, for ten seconds at most."""
    for _ in range(1000):
        if result := found():
            return result
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come")


def runs(hub):
    return [run for repo in hub.world.repositories.values() for run in repo.workflow_runs]


async def test_a_good_head_is_green_and_tells_it_step_by_step(hub, inbox, app):
    repo = await start(hub, app)
    pull = await hub.open_pull_request(repo, files={"b.py": "1"})
    await hub.quiet()
    listed = (await app.call("GET", f"{HOME}/commits/{pull.head_sha}/check-runs")).body["check_runs"]
    assert {(run["name"], run["conclusion"]) for run in listed} == {("unit tests", "success"), ("gate", "success")}
    told = [name for name in inbox.names if name.startswith(("check_run", "workflow_run", "check_suite.completed"))]
    assert told == [
        "workflow_run.requested",
        "check_run.created",
        "workflow_run.in_progress",
        "check_run.completed",
        "check_run.created",
        "check_run.completed",
        "check_suite.completed",
        "workflow_run.completed",
    ]


async def test_a_bad_head_is_red_with_its_step_annotation_and_log(hub, inbox, app):
    repo = await start(hub, app)
    pull = await hub.open_pull_request(repo, files={"a.py": "bad"})
    await hub.quiet()
    run = (await app.call("GET", f"{HOME}/actions/runs?head_sha={pull.head_sha}")).body["workflow_runs"][0]
    assert (run["status"], run["conclusion"], run["event"]) == ("completed", "failure", "pull_request")
    jobs = (await app.call("GET", f"{HOME}/actions/runs/{run['id']}/jobs")).body["jobs"]
    assert [(job["name"], job["conclusion"]) for job in jobs] == [("unit tests", "failure"), ("gate", "skipped")]
    assert [step["name"] for step in jobs[0]["steps"] if step["conclusion"] == "failure"] == ["Look"]
    notes = (await app.call("GET", f"{HOME}/check-runs/{jobs[0]['id']}/annotations")).body
    assert ("a.py", "the file is bad") in {(note["path"], note["message"]) for note in notes}
    logs = await app.call("GET", f"{HOME}/actions/jobs/{jobs[0]['id']}/logs")
    assert logs.status == 302
    text = (await app.call("GET", logs.headers["location"], token="")).body
    assert "##[error]Process completed with exit code 1." in text
    hub.clock.advance(61)
    assert (await app.call("GET", logs.headers["location"], token="")).status == 404


async def test_a_job_behind_needs_has_no_check_run_before_its_turn(hub, inbox, app):
    repo = await start(hub, app, WORKFLOW.replace('test "$(cat a.py)" = good', "sleep 100"))
    pull = await hub.open_pull_request(repo, files={"b.py": "1"})
    await until(lambda: any(run.status == "in_progress" for run in hub.check_runs(pull.head_sha)))
    suites = (await app.call("GET", f"{HOME}/commits/{pull.head_sha}/check-suites")).body["check_suites"]
    assert [run.name for run in hub.check_runs(pull.head_sha)] == ["unit tests"]
    assert {suite["status"] for suite in suites if suite["app"]["slug"] == "github-actions"} == {"in_progress"}


async def test_a_newer_push_cancels_the_run_of_the_older_head(hub, inbox, app):
    repo = await start(hub, app, FOREVER)
    pull = await hub.open_pull_request(repo, files={"b.py": "1"})
    first = await until(lambda: runs(hub) and runs(hub)[0].status == "in_progress" and runs(hub)[0])
    await hub.push(pull, {"c.py": "1"})
    await until(lambda: first.conclusion)
    assert first.conclusion == "cancelled"
    second = await until(lambda: len(runs(hub)) > 1 and runs(hub)[1])
    assert second.head_sha == pull.head_sha


async def test_no_more_than_two_jobs_run_at_once(hub, inbox, app):
    jobs = ", ".join(f"j{number}: {{steps: [{{run: sleep 100}}]}}" for number in range(3))
    repo = await start(hub, app, f"on: [pull_request]\njobs: {{{jobs}}}\n")
    pull = await hub.open_pull_request(repo, files={"b.py": "1"})
    await until(lambda: sum(run.status == "in_progress" for run in hub.check_runs(pull.head_sha)) == 2)
    assert [run.status for run in hub.check_runs(pull.head_sha)].count("queued") == 1


async def test_nothing_runs_while_there_is_a_conflict(hub, inbox, app):
    repo = await start(hub, app)
    pull = await hub.open_pull_request(repo, files={"b.py": "1"})
    await hub.push_branch(repo, "main", {"a.py": "other"}, "carol")
    await hub.push(pull, {"a.py": "mine"})
    await hub.quiet()
    assert [run for run in runs(hub) if run.head_sha == pull.head_sha] == []


async def test_what_is_tested_is_the_merge_with_the_base(hub, inbox, app):
    repo = await start(hub, app)
    pull = await hub.open_pull_request(repo, files={"b.py": "1"})
    await hub.push_branch(repo, "main", {"a.py": "broken on the base"}, "carol")
    await hub.push(pull, {"c.py": "1"})
    await hub.quiet()
    assert {run.conclusion for run in hub.check_runs(pull.head_sha)} == {"failure", "skipped"}


async def test_failed_jobs_run_again_in_the_same_run(hub, inbox, app):
    repo = await start(hub, app)
    pull = await hub.open_pull_request(repo, files={"a.py": "bad"})
    await hub.quiet()
    run = runs(hub)[0]
    before = {one.id for one in hub.check_runs(pull.head_sha)}
    assert (await app.call("POST", f"{HOME}/actions/runs/{run.id}/rerun-failed-jobs")).status == 201
    await hub.quiet()
    jobs = (await app.call("GET", f"{HOME}/actions/runs/{run.id}/jobs")).body["jobs"]
    assert {job["run_attempt"] for job in jobs} == {2}
    assert before.isdisjoint(one.id for one in hub.check_runs(pull.head_sha))
    every = (await app.call("GET", f"{HOME}/actions/runs/{run.id}/jobs?filter=all")).body
    assert every["total_count"] == 4


async def test_a_strangers_fork_waits_for_a_maintainer_with_no_check_run(hub, inbox, app):
    repo = await start(hub, app)
    repo.settings.fork_runs_need_approval = True
    pull = await hub.open_pull_request(repo, author="mallory", fork=True)
    await hub.quiet()
    assert (runs(hub)[0].conclusion, hub.check_runs(pull.head_sha)) == ("action_required", [])
    await hub.approve_workflows(pull)
    await hub.quiet()
    assert runs(hub)[0].conclusion == "success"


async def test_a_workflow_that_cannot_be_read_is_a_startup_failure(hub, inbox, app):
    repo = await start(hub, app, "on: [pull_request]\njobs: 1\n")
    await hub.open_pull_request(repo)
    await hub.quiet()
    assert {run.conclusion for run in runs(hub)} == {"startup_failure"}


async def test_ci_can_come_late(hub, inbox, app):
    repo = await start(hub, app)
    hub.ci_delay = 100
    await hub.open_pull_request(repo)
    assert runs(hub) == []


async def test_a_push_to_the_default_branch_runs_what_listens_to_pushes(hub, inbox, app):
    await start(hub, app, WORKFLOW.replace("pull_request", "push"))
    await hub.quiet()
    assert [(run.event, run.conclusion) for run in runs(hub)] == [("push", "success")]


@pytest.mark.parametrize("name", ["ci.yml", "other.txt"])
async def test_only_workflow_files_are_workflows(hub, inbox, app, name):
    repo = await hub.create_repository("octo/ci", {f".github/workflows/{name}": WORKFLOW, "a.py": "good"}, ci=True)
    await hub.open_pull_request(repo)
    await hub.quiet()
    assert len(runs(hub)) == (name == "ci.yml")
