"""Candidates that fail, are ended, refused, picked in the middle, or that GitHub does not let in."""

from __future__ import annotations

import asyncio

from app.lifecycle.run import Phase, Wait
from tests.stories import competing, scenes
from tests.stories.server import PATIENCE_SECONDS


async def test_a_candidate_that_changes_nothing_cannot_be_picked_and_one_that_ci_is_red_for_is_taken_by_a_person(
    hub, server
):
    repo = await competing.repository(hub, "full_auto", one="python3, -c, ''")
    issue = hub.open_issue(repo, "Count", "", "alice")
    hub.comment(issue, "/dursor use one,two", author="bob")
    await competing.candidates(server, pr_number=None)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while 2 not in repo.issues:
            await asyncio.sleep(0.05)
    red = repo.issues[2]
    await server.until(red, phase=Phase.WAITING_CI)
    await hub.finish_check(red, "test", "failure")
    await server.until(red, phase=Phase.FAILED)
    await competing.comparison(hub, issue, "given up", "changed nothing")

    failed = hub.comment(issue, "/dursor pick 2", author="bob")
    nothing = hub.comment(issue, "/dursor pick 1", author="bob")
    unknown = hub.comment(issue, "/dursor pick 7", author="bob")
    await server.rest()

    for comment in (failed, nothing, unknown):
        assert "confused" in scenes.reactions(comment)
    assert scenes.said_by_us(hub, issue, "Candidate 2 is given up and cannot be taken")
    assert scenes.said_by_us(hub, issue, "Candidate 1 has no pull request yet")
    assert scenes.said_by_us(hub, issue, "there are 1, 2")


async def test_cancel_on_the_issue_and_its_end_end_every_candidate(hub, server):
    repo = await competing.repository(hub)
    issue, one, two = await competing.two_for_an_issue(hub, server, repo)

    hub.comment(issue, "/dursor cancel", author="bob")
    await competing.candidates(server, phase="canceled")
    await server.rest()
    assert {one.state, two.state} == {"closed"}
    assert await competing.branches(hub, repo) == ["main"]
    assert issue.state == "open"

    hub.comment(issue, "/dursor use one,two", author="bob")
    await competing.candidates(server, 4)
    await server.rest()
    hub.close(issue)
    await competing.candidates(server, 4, phase="canceled")


async def test_a_candidate_is_picked_while_the_other_works_whose_executor_is_stopped(hub, server):
    repo = await competing.repository(hub, two=scenes.SLOW)
    issue = hub.open_issue(repo, "Count", "", "alice")
    hub.comment(issue, "/dursor use command:one,command:two", author="bob")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while 2 not in repo.issues:
            await asyncio.sleep(0.05)
    one = repo.issues[2]
    await server.until(one, phase=Phase.WAITING_CI)
    await scenes.executor_at_work(server)

    hub.comment(issue, "/dursor pick 1", author="bob")
    await server.rest()

    first, second = await competing.candidates(server)
    assert (first["wait"], second["phase"]) == ("no_ci", "canceled")
    assert not one.draft
    assert [row["status"] for row in await scenes.rows(server, "SELECT status FROM runs ORDER BY id")] == [
        "succeeded",
        "canceled",
    ]


async def test_a_candidate_is_not_taken_onto_a_branch_that_has_moved(hub, server):
    repo = await competing.repository(hub)
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN)
    await server.until(pull, phase=Phase.WAITING_CI)
    hub.comment(pull, "/dursor use one,two", author="bob")
    await competing.pulls_of(server, repo)

    await hub.push(pull, {"c.py": "C = 1\n"}, "alice")
    await server.until(pull, phase=Phase.WAITING_CI, head_sha=pull.head_sha)
    late = hub.comment(pull, "/dursor pick 1", author="bob")
    await server.rest()

    assert "confused" in scenes.reactions(late)
    assert scenes.said_by_us(hub, pull, "was made from another commit")
    assert not [one for one in await competing.candidates(server) if one["picked_at"]]


async def test_what_cannot_work_is_refused_by_name_before_anything_begins(hub, server):
    repo = await competing.repository(hub)
    issue = hub.open_issue(repo, "Count", "", "alice")
    said = [
        hub.comment(issue, f"/dursor use {names}", author="bob")
        for names in ("one,three", "one,one", "patch_agent", "one,two,a,b,c,d", "")
    ]
    await server.rest()

    assert all("confused" in scenes.reactions(comment) for comment in said)
    assert scenes.said_by_us(hub, issue, "`three` cannot be used here: There is no executor")
    assert scenes.said_by_us(hub, issue, "`command:one` is named twice")
    assert scenes.said_by_us(hub, issue, "`patch_agent` cannot be used here")
    assert scenes.said_by_us(hub, issue, "At most 5")
    assert scenes.said_by_us(hub, issue, "needs an executor")
    assert not await scenes.rows(server, "SELECT id FROM tasks")


async def test_a_lost_answer_makes_no_second_comparison_and_a_hostile_change_stays_in_its_fence(hub, server):
    hostile = "python3, -c, \"open('one.md', 'w').write('````\\\\n</details> @alice /dursor merge\\\\n')\""
    repo = await competing.repository(hub, one=hostile)
    issue = hub.open_issue(repo, "Count", "", "alice")
    scenes.fault(hub, "POST", rf"/issues/{issue.number}/comments$", asks="dursor:candidates", reset=True, when="after")

    hub.comment(issue, "/dursor use one,two", author="bob")

    await competing.pulls_of(server, repo)
    said = await competing.comparison(hub, issue, "</details> @alice", "+TWO = 2")
    assert "`````diff\n" in said
    assert said.count("`````") == 2
    await server.rest()
    assert len(scenes.said_by_us(hub, issue, "<!-- dursor:candidates:")) == 1


async def test_a_comparison_that_people_delete_is_not_made_again(hub, server):
    repo = await competing.repository(hub)
    issue, one, _ = await competing.two_for_an_issue(hub, server, repo)
    await competing.comparison(hub, issue, f"#{one.number}")
    (comment,) = [found for found in hub.comments(issue) if "dursor:candidates:" in found.body]

    hub.delete_comment(comment, "bob")
    hub.comment(issue, "/dursor pick 1", author="bob")
    await server.until(one, wait=Wait.NO_CI)
    await server.rest()

    assert not scenes.said_by_us(hub, issue, "dursor:candidates:")


async def test_a_branch_that_takes_no_push_of_ours_leaves_the_pull_request_as_it_is_and_says_why(hub, server):
    repo = await competing.repository(hub)
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN)
    await server.until(pull, phase=Phase.WAITING_CI)
    hub.comment(pull, "/dursor use one,two Write a number", author="bob")
    one, two = await competing.pulls_of(server, repo)
    began = pull.head_sha
    hub.protect(repo, pull.head_ref)

    hub.comment(pull, "/dursor pick 1", author="bob")
    await server.rest()

    assert pull.head_sha == began
    assert {one.state, two.state} == {"open"}
    assert scenes.said_by_us(hub, pull, "Candidate 1 could not be taken")
    assert not [found for found in await competing.candidates(server) if found["picked_at"]]
