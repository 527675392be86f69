"""The client against a GitHub that keeps state: what is written is there, once, and reads back."""

from __future__ import annotations

import datetime

import pytest

from app import errors
from app.github import (
    check_output,
    checks,
    client,
    comments,
    commits,
    contents,
    issues,
    limits,
    merging,
    permissions,
    pulls,
    repository,
    reviews,
)
from app.lifecycle.checks import BranchRules, Required
from app.localhub import faults
from app.localhub.hub import Hub

MARKER = "<!-- dursor:status -->"


@pytest.fixture
async def hub(tmp_path, private_key):
    async with Hub(tmp_path, key=private_key) as hub:
        yield hub


@pytest.fixture
async def home(hub):
    files = {"app.py": "import os\n", ".github/dursor.yml": "version: 1\n"}
    return await hub.create_repository("octo/widgets", files)


@pytest.fixture
async def github(hub):
    async with client.GitHub(hub.app.id, hub.private_key_pem, hub.api_url, pace=limits.Pace(write_gap=0)) as github:
        yield github


@pytest.fixture
def repo(hub, home, github):
    return github.repository(hub.installation(home).id, home.id, home.full_name)


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
    assert [one.number for one in await pulls.for_commit(repo, found.head_sha)] == [pull.number]
    assert [one.number for one in await pulls.all_open(repo)] == [pull.number]
    assert [one.path for one in await pulls.files(repo, pull.number)] == ["app.py"]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_comment_is_there_once_whenever_the_connection_breaks(hub, home, repo, when):
    pull = await hub.open_pull_request(home)
    bot = hub.app.bot.id
    hub.faults.add(faults.Fault("POST", f"issues/{pull.number}/comments", reset=True, when=when))

    with pytest.raises(errors.UnknownEffect):
        await comments.ensure(repo, pull.number, MARKER, "first", bot)
    await comments.ensure(repo, pull.number, MARKER, "second", bot)
    told = await comments.ensure(repo, pull.number, MARKER, "third", bot)

    assert [comment.body for comment in hub.comments(pull)] == [f"{MARKER}\nthird"]
    await comments.react(repo, told.id, "eyes")
    await comments.react(repo, told.id, "eyes")
    assert len(hub.comments(pull)[0].reactions) == 1


async def test_a_pull_request_is_opened_once_though_the_answer_is_lost(hub, home, repo):
    await hub.push_branch(home, "dursor/fix", {"app.py": "x = 1\n"}, "alice", "Fix", base="main")
    hub.faults.add(faults.Fault("POST", "/pulls$", reset=True, when="after"))

    async def create():
        return await pulls.create(repo, title="Fix", body="Mended.", head="dursor/fix", base="main", draft=False)

    with pytest.raises(errors.UnknownEffect):
        await create()
    pull = await create()

    assert [one.number for one in hub.pulls] == [pull.number]
    assert (await pulls.update(repo, pull.number, title="Better")).title == "Better"


async def test_our_check_run_is_found_again_and_finished(hub, home, repo):
    pull = await hub.open_pull_request(home)
    said = check_output.Report("Working", "on it")
    made = await checks.create_run(repo, name="dursor", head_sha=pull.head_sha, external_id="run-1", report=said)

    found = await checks.find_run(repo, pull.head_sha, "run-1")
    assert found == made
    done = await checks.update_run(repo, made.id, check_output.Report("Done", "fine", conclusion="success"))

    assert (done.status, done.conclusion, done.title) == ("completed", "success", "Done")
    assert (await checks.run(repo, made.id)).conclusion == "success"


async def test_what_a_branch_demands_is_read(hub, home, repo):
    assert await checks.required(repo, "main") == BranchRules()
    hub.protect(home, required=["lint"], approvals=1, strict=True)

    rules = await checks.required(repo, "main")

    assert rules.required == (Required("lint", None),)
    assert (rules.approvals, rules.strict) == (1, True)


async def test_a_pull_request_is_merged_at_its_commit_and_its_branch_deleted(hub, home, repo):
    pull = await hub.open_pull_request(home, files={"new.py": "x = 1\n"}, branch="feature/x")
    await hub.quiet()
    with pytest.raises(errors.Conflict):
        await merging.merge(repo, pull.number, "d" * 40, "squash")

    merged = await merging.merge(repo, pull.number, pull.head_sha, "squash", title="New", message="By dursor")

    assert (await pulls.get(repo, pull.number)).merged
    assert await hub.default_branch_sha(home) == merged == await commits.branch_head(repo, "main")
    assert len(hub.merges) == 1
    assert not await merging.delete_branch(repo, "feature/x", "d" * 40)
    assert await merging.delete_branch(repo, "feature/x", pull.head_sha)
    assert not await merging.delete_branch(repo, "feature/x", pull.head_sha)


async def test_a_merge_whose_answer_is_lost_happened_once(hub, home, repo):
    pull = await hub.open_pull_request(home, files={"new.py": "x = 1\n"})
    await hub.quiet()
    hub.faults.add(faults.Fault("PUT", "/merge$", status=502, when="after"))

    with pytest.raises(errors.UnknownEffect):
        await merging.merge(repo, pull.number, pull.head_sha, "squash")

    assert (await pulls.get(repo, pull.number)).merged
    assert len(hub.merges) == 1


async def test_a_busy_base_is_passing_trouble_and_a_missing_approval_is_not(hub, home, repo):
    pull = await hub.open_pull_request(home, files={"new.py": "x = 1\n"})
    await hub.quiet()
    hub.faults.base_branch_modified = 1
    with pytest.raises(errors.Transient):
        await merging.merge(repo, pull.number, pull.head_sha, "merge")

    hub.protect(home, approvals=1)
    with pytest.raises(errors.Refused, match="approv"):
        await merging.merge(repo, pull.number, pull.head_sha, "merge")
    assert hub.merges == []


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


async def test_a_review_with_a_finding_outside_the_diff_is_handed_in_all_the_same(hub, home, repo):
    pull = await hub.open_pull_request(home, files={"app.py": "import sys\n"})
    findings = [reviews.Finding("app.py", 4000, "far away")]

    made = await reviews.submit(
        repo, pull.number, commit_id=pull.head_sha, body="All in all", event="COMMENT", findings=findings
    )

    assert "far away" in made.body
    assert await reviews.line_comments(repo, pull.number) == []


async def test_configuration_is_read_from_a_branch(repo, home):
    found = await contents.file(repo, ".github/dursor.yml", "main")

    assert found is not None
    assert found.text == "version: 1\n"
    assert await contents.file(repo, ".github/dursor.yaml", "main") is None


async def test_a_renamed_repository_is_written_to_under_its_new_name(hub, home, repo):
    pull = await hub.open_pull_request(home)
    hub.rename_repository(home, "gadgets")

    assert (await pulls.get(repo, pull.number)).number == pull.number
    await comments.create(repo, pull.number, "still here")

    assert [comment.body for comment in hub.comments(pull)] == ["still here"]
    assert (await repository.info(repo)).full_name == "octo/gadgets"


async def test_a_suspended_or_removed_installation_is_a_refusal(hub, home, github, repo):
    installation = hub.installation(home)
    hub.suspend(installation)
    with pytest.raises(errors.Refused):
        await repository.info(repo)
    hub.uninstall(installation)
    with pytest.raises(errors.NotFound):
        await github.installation(installation.id)


async def test_a_delivery_that_failed_is_found_and_asked_for_again(hub, home, github):
    hub.target("http://127.0.0.1:1/nobody-listens")
    hub.ping()
    await hub.quiet()
    an_hour_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)

    (failed,) = [one async for one in github.deliveries(an_hour_ago, only_failed=True) if one.event == "ping"]
    await github.redeliver(failed.id)
    await hub.quiet()

    again = [one async for one in github.deliveries(an_hour_ago) if one.guid == failed.guid]
    assert sorted(one.redelivery for one in again) == [False, True]
