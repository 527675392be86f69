"""A write whose answer got lost has happened or has not: it is looked for, and never made twice."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from app.lifecycle.run import Phase
from app.words import STATUS_MARKER
from tests.stories import scenes
from tests.stories.server import PATIENCE_SECONDS

LOST: dict[str, dict[str, Any]] = {
    "an error": {"status": 500},
    "a cut connection": {"reset": True},
    "a bad gateway": {"status": 502},
}
WRITES = {
    "the status comment": ("POST", r"/issues/\d+/comments$"),
    "the check run": ("POST", "/check-runs$"),
    "a change of the check run": ("PATCH", r"/check-runs/\d+$"),
    "a change of the comment": ("PATCH", r"/issues/comments/\d+$"),
    "the merge": ("PUT", "/merge$"),
    "the end of the branch": ("DELETE", "/git/refs/heads/"),
    "the end of a token": ("DELETE", "/installation/token$"),
}


def ours(hub, pull):
    return [run.name for run in hub.check_runs(pull.head_sha) if run.suite.app is hub.app]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("method", "pattern"), WRITES.values(), ids=WRITES.keys())
async def test_s113_a_write_without_an_answer_is_read_back_and_made_once(hub, server, method, pattern, when):
    trouble = LOST["a cut connection"] if method == "PUT" else LOST["an error"]
    scenes.fault(hub, method, pattern, when=when, **trouble)
    pull = await scenes.working_on(hub, server, "full_auto", more="merge: {delete_branch: true}")
    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.COMPLETED)
    async with asyncio.timeout(PATIENCE_SECONDS):  # what is in doubt waits until GitHub cannot be at work on it
        while not (scenes.said_by_us(hub, pull, STATUS_MARKER, "merged") and ours(hub, pull)):
            await asyncio.sleep(0.1)
    await server.rest()

    assert len(hub.merges) == 1
    assert scenes.sticky(hub, pull)
    assert ours(hub, pull) == ["dursor"]
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")
