"""What the client writes to a GitHub that keeps state is there once, and reads back."""

from __future__ import annotations

import datetime

import pytest

from app import errors
from app.github import check_output, checks, comments, commits, merging, pulls, repository, reviews
from app.localhub import faults

MARKER = "<!-- dursor:status -->"


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


async def test_a_pull_request_is_merged_at_its_commit_and_its_branch_deleted(hub, home, repo):
    pull = await hub.open_pull_request(home, files={"new.py": "x = 1\n"}, branch="feature/x")
    await hub.quiet()
    with pytest.raises(errors.Conflict):
        await merging.merge(repo, pull.number, "d" * 40, "squash")

    merged = await merging.merge(repo, pull.number, pull.head_sha, "squash")

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


async def test_a_review_with_a_finding_outside_the_diff_is_handed_in_all_the_same(hub, home, repo):
    pull = await hub.open_pull_request(home, files={"app.py": "import sys\n"})
    remarks = [reviews.Remark("app.py", 1, "here"), reviews.Remark("app.py", 4000, "far away")]

    made = await reviews.submit(
        repo, pull.number, commit_id=pull.head_sha, body="All in all", remarks=remarks, instead="Here and far away"
    )

    assert (made.body, made.state) == ("Here and far away", "COMMENTED")
    assert await reviews.line_comments(repo, pull.number) == []


async def test_remarks_stand_on_both_sides_of_the_diff_and_are_read_back_with_their_review(hub, home, repo):
    pull = await hub.open_pull_request(home, files={"app.py": "import sys\nimport re\n"})
    remarks = [
        reviews.Remark("app.py", 2, "both", start_line=1),
        reviews.Remark("app.py", 1, "gone", side="LEFT"),
    ]

    made = await reviews.submit(repo, pull.number, commit_id=pull.head_sha, body="All in all", remarks=remarks)

    both, gone = await reviews.comments_of(repo, pull.number, made.id)
    assert [(one.body, one.review_id, one.author_is_bot) for one in (both, gone)] == [
        ("both", made.id, True), ("gone", made.id, True),
    ]  # fmt: skip
    assert [(one.line, one.side) for one in await reviews.line_comments(repo, pull.number)] == [
        (2, "RIGHT"), (1, "LEFT"),
    ]  # fmt: skip


async def test_a_renamed_repository_is_written_to_under_its_new_name(hub, home, repo):
    pull = await hub.open_pull_request(home)
    hub.rename_repository(home, "gadgets")

    assert (await pulls.get(repo, pull.number)).number == pull.number
    await comments.create(repo, pull.number, "still here")

    assert [comment.body for comment in hub.comments(pull)] == ["still here"]
    assert (await repository.info(repo)).full_name == "octo/gadgets"


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
