"""S112: a later version of the API says less; what dursor reads of a pull request is still there."""

from __future__ import annotations

import dataclasses

from app.github import pulls
from tests.github import scripted, shapes

GONE = {"merge_commit_sha", "assignee"}  # what version 2026-03-10 no longer has


async def test_s112_a_pull_request_without_what_the_next_version_drops_is_read_all_the_same(server, repo):
    whole = shapes.pull()
    server.on(
        "GET repos/octo/widgets/pulls/1", scripted.reply(whole | {"merge_commit_sha": "f" * 40, "assignee": None})
    )
    before = await pulls.get(repo, 1)
    server.on(
        "GET repos/octo/widgets/pulls/1",
        scripted.reply({name: value for name, value in whole.items() if name not in GONE}),
    )

    assert await pulls.get(repo, 1) == dataclasses.replace(before, merge_commit_sha=None)
