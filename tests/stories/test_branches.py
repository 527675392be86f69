"""Branches that are renamed, gone or not there yet."""

from __future__ import annotations

from app.lifecycle.run import Phase
from tests.stories import scenes
from tests.stories.server import configuration

FILE = ".github/dursor.yml"


async def test_s102_a_default_branch_of_another_name_is_where_the_configuration_is_read(hub, server):
    files = configuration("semi_auto")
    repo = await hub.create_repository("octo/widgets", files)
    wanted = {FILE: files[FILE].replace("authors: [alice]", "authors: [bob]")}
    await hub.push_branch(repo, "trunk", wanted, "carol", base="main")
    hub.set_default_branch(repo, "trunk")

    await server.rest()
    hers = await hub.open_pull_request(repo, files=scenes.CLEAN, author="alice", branch="hers")
    his = await hub.open_pull_request(repo, files={"b.py": "B = 1\n"}, author="bob", branch="his")

    await server.until(his, phase=Phase.WAITING_CI)
    await server.rest()
    assert await server.run(hers) is None
    (row,) = await scenes.rows(server, "SELECT default_branch FROM repos")
    assert row["default_branch"] == "trunk"


async def test_s102_a_base_that_is_gone_is_said_and_nothing_is_merged(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration("full_auto"))
    await hub.push_branch(repo, "release", {"r.py": "R = 1\n"}, "carol", base="main")
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN, author="alice", base="release")
    await server.until(pull, phase=Phase.WAITING_CI)

    await hub.delete_branch(repo, "release", "carol")
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, is_busy=False)
    await server.rest()

    run = await server.run(pull)
    assert run is not None
    assert run.phase in {Phase.AWAITING_HUMAN, Phase.CANCELED}
    assert run.note
    assert not hub.merges


async def test_s102_a_repository_without_a_commit_breaks_nothing(hub, server):
    repo = await hub.create_repository("octo/widgets", {"README.md": "# Widgets\n"})
    await hub.delete_branch(repo, "main", "carol")
    await server.rest()
    other = await hub.create_repository("octo/gadgets", configuration())
    pull = await hub.open_pull_request(other, files=scenes.CLEAN, author="alice")

    await server.until(pull, phase=Phase.WAITING_CI)
    await server.rest()
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")
