"""Deliveries come late, out of order or never, answers get lost, servers end: a run ends where the truth is."""

from __future__ import annotations

import asyncio

import pytest

from app.lifecycle.run import Phase, Wait
from app.words import STATUS_MARKER
from tests.stories import scenes
from tests.stories.server import PATIENCE_SECONDS, configuration, running


async def test_s01_a_check_of_a_push_that_nobody_told_of_is_read_at_that_push(hub, server):
    pull = await scenes.working_on(hub, server)
    async with scenes.held_back(hub) as synchronize:
        await hub.push(pull, {"b.py": "B = 2\n"})

    await hub.finish_check(pull, "test", "success")
    await server.until(pull, head_sha=pull.head_sha, wait=Wait.APPROVAL)
    await scenes.let_go(hub, synchronize)
    await server.rest()

    history = await server.history(pull)
    assert sum(line.startswith("HeadMoved") for line in history) == 1
    assert (await server.run(pull)).wait is Wait.APPROVAL


async def test_s02_a_red_check_of_a_commit_that_was_pushed_over_fixes_nothing(hub, server):
    pull = await scenes.working_on(hub, server)
    old = pull.head_sha
    await hub.push(pull, {"b.py": "B = 2\n"})
    await server.until(pull, head_sha=pull.head_sha)

    await scenes.check_on(hub, pull.repository, old, "test", "failure")
    await server.rest()
    run = await server.run(pull)
    assert not run.is_working
    assert (run.ci_iterations, scenes.pushed_by_us(hub)) == (0, [])

    await hub.finish_check(pull, "test", "success")
    await server.until(pull, wait=Wait.APPROVAL, head_sha=pull.head_sha)


async def test_s03_pushes_told_in_the_wrong_order_leave_the_newest_as_the_head(hub, server):
    pull = await scenes.working_on(hub, server)
    async with scenes.held_back(hub) as deliveries:
        await hub.push(pull, {"b.py": "B = 2\n"})
        await hub.push(pull, {"c.py": "C = 3\n"})

    await scenes.let_go(hub, deliveries[::-1])

    await server.until(pull, head_sha=pull.head_sha)
    await server.rest()
    assert (await server.run(pull)).head_sha == pull.head_sha
    assert sum(line.startswith("HeadMoved") for line in await server.history(pull)) == 1


async def test_s04_a_pull_request_told_to_be_closed_before_it_was_told_to_be_opened_starts_nothing(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration())
    async with scenes.held_back(hub) as deliveries:
        pull = await hub.open_pull_request(repo, files=scenes.CLEAN)
        hub.close(pull)

    await scenes.let_go(hub, deliveries[::-1])
    await server.rest()

    assert await server.run(pull) is None


async def test_s10_what_happened_while_the_server_was_down_is_made_up_for_without_saying_anything_twice(hub, tmp_path):
    """Failed deliveries are asked for again, and what left no trace is found by looking."""
    async with running(hub, tmp_path / "data") as server:
        repo = await hub.create_repository("octo/widgets", configuration("semi_auto"))
        asked = await hub.open_pull_request(repo, files=scenes.CLEAN, branch="asked")
        checked = await hub.open_pull_request(repo, files=scenes.CLEAN, branch="checked")
        for pull in (asked, checked):
            await server.until(pull, phase=Phase.WAITING_CI)
        await server.rest()

    hub.target("http://127.0.0.1:1/nobody-listens")
    hub.comment(asked, "/dursor mode full_auto", author="alice")
    await hub.quiet()
    hub.target(None)
    await hub.finish_check(asked, "test", "success")
    await hub.finish_check(checked, "test", "success")
    await hub.quiet()

    async with running(hub, tmp_path / "data") as server:
        await server.until(asked, phase=Phase.COMPLETED)
        await server.until(checked, wait=Wait.APPROVAL)
        await server.rest()
    for pull in (asked, checked):
        assert scenes.sticky(hub, pull)
    assert len(scenes.said_by_us(hub, checked, "a person decides")) <= 2
    assert [merge.pull for merge in hub.merges] == [asked]


LOST = {"cut off": {"reset": True}, "a bad gateway": {"status": 502, "body": "<html>Bad gateway</html>"}}


@pytest.mark.parametrize("trouble", LOST.values(), ids=LOST.keys())
async def test_s14_a_write_whose_answer_was_lost_is_found_again_and_not_done_twice(hub, server, trouble):
    for method, pattern in (("POST", r"/issues/\d+/comments$"), ("POST", "/check-runs$"), ("PUT", "/merge$")):
        scenes.fault(hub, method, pattern, when="after", **trouble)
    pull = await scenes.working_on(hub, server, "full_auto")
    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.COMPLETED)
    async with asyncio.timeout(PATIENCE_SECONDS):  # a lost answer is waited out before anything is made again
        while hub.faults.waiting or not scenes.said_by_us(hub, pull, STATUS_MARKER, "merged"):
            await asyncio.sleep(0.05)
    await server.rest()

    assert len(hub.merges) == 1
    assert "merged" in scenes.sticky(hub, pull)
    assert len([run for run in hub.check_runs(pull.head_sha) if run.suite.app is hub.app]) == 1


async def test_s15_a_server_that_ends_in_the_middle_of_a_fix_begins_the_same_fix_again(hub, tmp_path):
    """Nothing is counted twice, and what was half done is not taken for a result."""
    flag = tmp_path / "seen" / "second-time"
    autofix = f"sh, -c, 'test -e {flag} && exec ruff check --no-cache --fix . ; echo half > half.py; exec sleep 30'"
    async with running(hub, tmp_path / "data") as server:
        pull = await scenes.fixing(hub, server, autofix=autofix)
        await server.until(pull, phase=Phase.FIXING_CI)
        while not list((tmp_path / "data" / "worktrees").glob("*/half.py")):
            await asyncio.sleep(0.02)
    flag.touch()

    async with running(hub, tmp_path / "data") as server:
        await server.until(pull, phase=Phase.WAITING_CI, ci_iterations=1)
        await server.rest()

        assert await hub.read(pull.repository, "half.py", pull.head_ref) is None
        assert (await hub.read(pull.repository, "a.py", pull.head_ref)) == ""
        assert scenes.pushed_by_us(hub) == [f"refs/heads/{pull.head_ref}"]
        (row,) = await scenes.rows(server, "SELECT attempt, submissions FROM runs")
        assert (row["attempt"], row["submissions"]) == (1, 2)
