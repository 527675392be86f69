"""Which pull requests dursor takes by itself, and whose."""

from __future__ import annotations

from app.lifecycle.run import Phase, Wait
from tests.stories import scenes
from tests.stories.server import configuration


async def test_s56_two_labels_that_each_start_a_run_start_one(hub, server):
    files = configuration()
    files[".github/dursor.yml"] = files[".github/dursor.yml"].replace("authors: [alice]", "labels: [dursor, bot]")
    repo = await hub.create_repository("octo/widgets", files)
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN, labels=["dursor", "bot"])

    await server.until(pull, phase=Phase.WAITING_CI)
    await server.rest()

    assert len(await scenes.rows(server, "SELECT id FROM agentic_runs")) == 1
    assert scenes.sticky(hub, pull)


async def test_s58_a_bots_pull_request_is_left_to_the_bot(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration())
    pull = await hub.open_pull_request(repo, files=scenes.LINT_ERROR, author="renovate[bot]")
    await hub.finish_check(pull, "lint", "failure")

    await server.rest()

    assert await server.run(pull) is None
    assert scenes.said_by_us(hub, pull) == []


async def test_s58_a_bots_pull_request_that_the_configuration_names_is_taken(hub, server):
    files = configuration()
    files[".github/dursor.yml"] = files[".github/dursor.yml"].replace("[alice]", '["renovate[bot]"]')
    repo = await hub.create_repository("octo/widgets", files)

    pull = await hub.open_pull_request(repo, files=scenes.CLEAN, author="renovate[bot]")

    await server.until(pull, phase=Phase.WAITING_CI)


async def test_s59_a_pull_request_of_dursors_own_waits_for_a_person(hub, server):
    files = configuration("semi_auto")
    files[".github/dursor.yml"] = files[".github/dursor.yml"].replace("[alice]", '["dursor[bot]"]')
    repo = await hub.create_repository("octo/widgets", files)
    pull = await hub.open_pull_request(repo, files=scenes.LINT_ERROR, author=scenes.BOT)
    hub.set_permission(repo, "alice", "write")
    hub.comment(pull, "/dursor take", author="alice")
    await server.until(pull, phase=Phase.WAITING_CI)
    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, ci_iterations=1, is_working=False)

    await hub.finish_check(pull, "lint", "success")

    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL)
    await server.rest()
    assert not hub.merges
    assert not [request for request in hub.requests if request.path.endswith("/reviews") and request.method == "POST"]
