"""Several executors try the same: from an issue to a merged pull request with two candidates, and on pull requests."""

from __future__ import annotations

from app.lifecycle.run import Phase, Wait
from tests.stories import competing, scenes


async def test_from_an_issue_to_a_merged_pull_request_with_two_candidates_of_which_dursor_takes_one(hub, server):
    repo = await competing.repository(hub, "full_auto")
    issue, red, green = await competing.two_for_an_issue(hub, server, repo)
    assert red.draft
    assert green.draft
    assert (red.head_ref, green.head_ref) == ("dursor/1-count-1-command-one", "dursor/1-count-2-command-two")
    assert "Closes" not in green.body
    told = [row["instruction"] for row in await scenes.rows(server, "SELECT instruction FROM runs ORDER BY id")]
    assert len(told) == 2
    assert all("Write a number" in text and "There should be numbers." in text for text in told)

    await hub.finish_check(red, "test", "failure")
    await hub.finish_check(green, "test", "success")

    await server.until(green, phase=Phase.COMPLETED)
    await server.rest()
    assert green.merged_at
    assert not green.draft
    assert f"Closes #{issue.number}" in green.body
    assert (red.state, red.merged_at) == ("closed", None)
    assert issue.state == "closed"
    assert await competing.branches(hub, repo) == ["main"]
    said = await competing.comparison(hub, issue, "Candidate 2 was taken")
    assert f"#{green.number} goes on" in said
    assert not scenes.said_by_us(hub, issue, "is the pull request for this")


async def test_a_person_compares_and_picks_where_the_mode_leaves_the_choice_to_people(hub, server):
    repo = await competing.repository(hub, more="review: {min_score: 0.5}")
    issue, one, two = await competing.two_for_an_issue(hub, server, repo)
    await hub.finish_check(one, "test", "success")
    await hub.finish_check(two, "test", "success")
    await competing.candidates(server, wait="candidate")
    said = await competing.comparison(hub, issue, "They are done", "/dursor pick N")
    for word in (
        f"| **1** #{one.number} | `command:one` | done | green |",
        "1 file, +1 ",
        "1 file, +2 ",
        "+ONE = 1",
        "+MORE = 3",
    ):
        assert word in said
    await server.rest()
    assert len(scenes.said_by_us(hub, issue, "CI is green for 2 of 2")) == 1
    assert not [body for pull in (one, two) for body in scenes.said_by_us(hub, pull, "dursor:say")]

    picked = hub.comment(issue, "/dursor pick 2", author="bob")
    run = await server.until(two, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL)
    await server.rest()
    again = hub.comment(issue, "/dursor pick 2", author="bob")
    other = hub.comment(issue, "/dursor pick 1", author="bob")
    await server.rest()

    assert run.mode == "semi_auto"
    assert "rocket" in scenes.reactions(picked) & scenes.reactions(again)
    assert scenes.said_by_us(hub, issue, "Candidate 2 was taken already.")
    assert "confused" in scenes.reactions(other)
    assert one.state == "closed"
    assert len(scenes.said_by_us(hub, one, "dursor closes this: Candidate 2 was taken")) == 1
    assert await competing.branches(hub, repo) == ["dursor/1-count-2-command-two", "main"]

    await hub.review(two, "APPROVED", author="bob")
    await server.until(two, phase=Phase.COMPLETED)
    await server.rest()
    assert issue.state == "closed"


async def test_candidates_for_a_pull_request_begin_at_its_head_and_the_taken_commit_becomes_its_head(hub, server):
    repo = await competing.repository(hub)
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN)
    await server.until(pull, phase=Phase.WAITING_CI)
    began = pull.head_sha

    hub.comment(pull, "/dursor use one,two Write a number", author="bob")
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.CANDIDATES)
    one, two = await competing.pulls_of(server, repo)
    assert one.base_ref == "main"
    assert pull.head_sha == began
    assert one.head_ref.startswith(f"dursor/{pull.number}-")
    for candidate in (one, two):
        await hub.finish_check(candidate, "test", "success")
    await competing.candidates(server, wait="candidate")
    await competing.comparison(hub, pull, "They are done", "1 file, +1 ")

    hub.comment(pull, "/dursor pick 1", author="bob")
    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL)  # as CI said of this commit
    await server.rest()
    assert run.head_sha == pull.head_sha == one.head_sha != began
    assert {one.state, two.state} == {"closed"}
    assert not one.merged_at
    assert scenes.said_by_us(hub, one, "its commit is the head of")
    assert await competing.branches(hub, repo) == sorted(["main", pull.head_ref])
    await competing.comparison(hub, pull, "Candidate 1 was taken")


async def test_one_executor_that_is_named_works_on_the_task_from_then_on(hub, server):
    repo = await competing.repository(hub)
    issue = hub.open_issue(repo, "Count", "", "alice")

    hub.comment(issue, "/dursor use two Write them", author="bob")

    (pull,) = await competing.first_pull(server, repo)
    hub.comment(pull, "/dursor use one", author="bob")
    await server.rest()
    assert scenes.said_by_us(hub, pull, "`command:one` works on this from now on")
    hub.comment(pull, "/dursor do Write more", author="bob")
    await server.until(pull, iteration=1, phase=Phase.WAITING_CI)
    worked = [row["executor"] for row in await scenes.rows(server, "SELECT executor FROM runs ORDER BY id")]
    assert worked == ["command:two", "command:one"]
    assert not pull.draft


async def test_the_configuration_can_want_candidates_for_every_task(hub, server):
    repo = await competing.repository(hub, more="candidates: [command:one, command:two]")
    issue = hub.open_issue(repo, "Count", "", "alice")

    hub.label(issue, "dursor", "bob")

    one, two = await competing.pulls_of(server, repo)
    hub.comment(issue, "/dursor do Write another number", author="bob")
    await server.rest()
    told = [row["instruction"] for row in await scenes.rows(server, "SELECT instruction FROM runs ORDER BY id")]
    assert len(told) == 4
    assert all("Write another number" in text for text in told[2:])
    assert one.draft
    assert two.draft
