"""What is said and lost while a candidate is being taken or given up, and what follows after that."""

from __future__ import annotations

import asyncio

from app import advance
from app.lifecycle import signals
from app.lifecycle.run import Phase, Wait
from tests.stories import competing, scenes
from tests.stories.server import PATIENCE_SECONDS


async def test_cancel_ends_the_candidate_that_is_being_taken_too(hub, server):
    repo = await competing.repository(hub)
    issue, one, two = await competing.two_for_an_issue(hub, server, repo)
    scenes.fault(hub, "GET", rf"/pulls/{one.number}$", status=502, times=1000)
    hub.comment(issue, "/dursor pick 1", author="bob")
    await picked(server, 1)

    hub.comment(issue, "/dursor cancel", author="bob")
    await competing.candidates(server, phase="canceled")
    hub.faults.waiting.clear()
    await server.rest()

    assert {one.state, two.state} == {"closed"}
    assert await competing.branches(hub, repo) == ["main"]
    assert not await scenes.rows(server, "SELECT id FROM tasks WHERE picked_at IS NOT NULL")


async def test_what_a_candidate_made_without_hearing_of_it_goes_with_it(hub, server):
    repo = await competing.repository(hub)
    issue = hub.open_issue(repo, "Count", "", "alice")
    scenes.fault(hub, "POST", "/pulls$", status=500, when="after", times=2)
    hub.comment(issue, "/dursor use one,two", author="bob")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while 2 not in repo.issues:
            await asyncio.sleep(0.02)
    scenes.fault(hub, "GET", "/pulls$", status=502, times=1000)

    hub.comment(issue, "/dursor cancel", author="bob")
    await competing.candidates(server, phase="canceled", pr_number=None)
    await server.world.database.write(lambda db: db.execute("UPDATE runs SET pushed_at = NULL"))
    hub.faults.waiting.clear()
    await server.rest()

    assert repo.issues[2].state == "closed"
    assert await competing.branches(hub, repo) == ["main"]


async def test_a_candidate_that_ends_while_it_is_taken_leaves_the_other_to_be_picked(hub, server):
    repo = await competing.repository(hub)
    issue, one, two = await competing.two_for_an_issue(hub, server, repo)
    scenes.fault(hub, "GET", rf"/pulls/{one.number}$", status=502, times=1000)
    hub.comment(issue, "/dursor pick 1", author="bob")
    await picked(server, 1)
    first, _ = await competing.candidates(server)
    await server.world.database.write(lambda db: advance.signal(db, first["id"], signals.PullClosed(why="Closed.")))
    hub.faults.waiting.clear()
    await server.rest()

    hub.comment(issue, "/dursor pick 2", author="bob")
    await picked(server, 2)
    await server.rest()
    assert not two.draft
    assert issue.state == "open"


async def test_after_the_pull_request_of_the_one_that_was_taken_is_closed_a_retry_knows_the_issue(hub, server):
    repo = await competing.repository(hub)
    issue, one, _ = await competing.two_for_an_issue(hub, server, repo)
    hub.comment(issue, "/dursor pick 1", author="bob")
    await server.until(one, wait=Wait.NO_CI)
    hub.close(one)
    await server.until(one, phase=Phase.CANCELED)

    hub.comment(issue, "/dursor retry", author="bob")
    await server.rest()
    *_, last = await scenes.rows(server, "SELECT instruction FROM runs ORDER BY id")
    assert "There should be numbers." in last["instruction"]
    assert "Write a number" in last["instruction"]


async def test_dollars_that_are_given_on_the_issue_reach_the_candidate_that_waits_for_them(hub, server):
    repo = await competing.repository(hub, two=scenes.SLOW, limits="ci: 0, pull_request_usd: 5")
    issue = hub.open_issue(repo, "Count", "", "alice")
    hub.comment(issue, "/dursor use one,two", author="bob")
    _, second = await competing.candidates(server)
    spent = signals.BudgetSpent(attempt=1, why="It is spent.")
    await server.world.database.write(lambda db: advance.signal(db, second["id"], spent))

    hub.comment(issue, "/dursor budget +5", author="bob")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await competing.candidates(server))[1]["wait"] == Wait.BUDGET:
            await asyncio.sleep(0.02)
    assert scenes.said_by_us(hub, issue, "The budget of this pull request is $10.00 now")


async def test_a_candidate_that_could_not_be_taken_is_taken_at_the_next_try_and_goes_on(hub, server):
    repo = await competing.repository(hub)
    issue, one, _ = await competing.two_for_an_issue(hub, server, repo)
    await hub.finish_check(one, "test", "success")
    await server.until(one, wait=Wait.CANDIDATE)
    scenes.fault(hub, "GET", rf"/pulls/{one.number}$", status=403, body={"message": "Not now"})
    hub.comment(issue, "/dursor pick 1", author="bob")
    await server.until(one, wait=Wait.BROKEN)
    assert scenes.said_by_us(hub, issue, "Candidate 1 could not be taken")

    hub.comment(issue, "/dursor pick 1", author="bob")
    await server.until(one, wait=Wait.APPROVAL)
    assert not one.draft


async def picked(server, number):
    """Wait until this candidate was picked."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while [one["candidate"] for one in await competing.candidates(server) if one["picked_at"]] != [number]:
            await asyncio.sleep(0.02)
