"""Whenever the server is killed: every pull request is merged, and nobody on GitHub sees anything twice."""

from __future__ import annotations

import functools
import os

import pytest

from app.localhub.actions import checks
from tests.crash import ledger, life, moments, process

pytestmark = pytest.mark.timeout(240)


async def survive(lived, kills):
    """Each of `kills` strikes once; then everything comes to its end, and is right."""
    for kill in kills:
        await kill(lived)
        await lived.server.start()
    await lived.to_the_end()
    assert lived.server.kills >= len(kills)
    found = await ledger.problems(lived)
    assert not found, lived.told("not as it must be", found)


async def nothing_is_left(lived):
    """Old worktrees go with the next sweep."""
    trees = lived.server.folder / "worktrees"
    for tree in trees.iterdir():
        os.utime(tree, (0, 0), follow_symlinks=False)
    await lived.until(lambda: not list(trees.iterdir()), "worktrees stay")


@pytest.mark.parametrize("seed", [101, 102])
async def test_killed_anywhere(hub, tmp_path, seed):
    async with life.led(hub, tmp_path / "data", seed) as lived:
        await survive(lived, [moments.any_time] * 6)
        await nothing_is_left(lived)
    await process.nobody_left(tmp_path / "data")


async def test_killed_when_github_has_done_it_and_before_it_says_so(hub, tmp_path):
    async with life.led(hub, tmp_path / "data", 201) as lived:
        kills = [functools.partial(moments.at_the_effect, name=name) for name in moments.WRITES]
        await survive(lived, [*kills, moments.at_a_push, moments.at_a_push])


async def test_killed_after_an_answer_was_lost(hub, tmp_path):
    async with life.led(hub, tmp_path / "data", 301) as lived:
        names = ["new check run", "new comment", "review", "merge", "deleted branch"]
        await survive(lived, [functools.partial(moments.after_a_lost_answer, name=name) for name in names])


async def test_killed_while_github_is_slow_to_do_it(hub, tmp_path):
    async with life.led(hub, tmp_path / "data", 401) as lived:
        names = ["new comment", "new check run", "review", "merge"]
        kills = [functools.partial(moments.under_a_slow_request, name=name) for name in names]
        await survive(lived, [*kills, moments.under_a_slow_push])


async def test_killed_while_an_executor_runs_and_again_at_the_start(hub, tmp_path):
    async with life.led(hub, tmp_path / "data", 501) as lived:
        await survive(lived, [moments.while_an_executor_runs, moments.at_the_start] * 3)
    await process.nobody_left(tmp_path / "data")


async def test_the_ledger_notices_what_happens_twice_and_what_is_left(hub, tmp_path):
    async with life.led(hub, tmp_path / "data", 701) as lived:
        await lived.until(lambda: hub.pulls, "nobody opened anything")
        await lived.to_the_end()
        assert not await ledger.problems(lived)
        pull = hub.pulls[0]
        status = next(said for said in hub.comments(pull) if "dursor:status" in said.body)

        hub.comment(pull, status.body, author=ledger.BOT)
        hub.merges.append(hub.merges[0])
        await hub.push_branch(lived.repo, "dursor/aside/1-1", {"a.py": ""}, ledger.BOT, base="main")
        await checks.create(hub.world, lived.repo, hub.app, pull.head_sha, checks.Change("dursor"), hub.app.bot)
        await hub.push_branch(lived.repo, pull.head_ref, {"a.py": ""}, ledger.BOT, base="main")

        found = "\n".join(await ledger.problems(lived))
    for words in ("2 comments dursor:status", "merged 2 times", "aside/1-1", "2 check runs at", "pushes of ours"):
        assert words in found
