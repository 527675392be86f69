"""Labels say something too, if whoever put them on may say it: people who can only triage can label as well."""

from __future__ import annotations

from app.lifecycle.run import Phase
from tests.stories import scenes
from tests.stories.server import configuration

OFF = "dursor:off"


async def adopted_by_label(hub, label="dursor"):
    """A repository that takes what is labelled; alice's pull request has no label yet."""
    files = configuration("semi_auto")
    files[".github/dursor.yml"] = files[".github/dursor.yml"].replace("authors: [alice]", f"labels: [{label}]")
    return await hub.create_repository("octo/widgets", files)


async def test_s55_the_label_that_keeps_dursor_away_stops_it_and_its_removal_lets_it_go_on(hub, server):
    pull = await scenes.working_on(hub, server)

    hub.label(pull, OFF, "alice")
    await server.until(pull, paused=True)

    hub.unlabel(pull, OFF, "alice")
    await server.until(pull, paused=False)


async def test_s55_a_label_by_somebody_who_may_only_triage_stops_nothing_and_is_refused_in_one_note(hub, server):
    pull = await scenes.working_on(hub, server)
    hub.set_permission(pull.repository, "tina", "triage")

    hub.label(pull, OFF, "tina")
    await server.rest()

    assert not (await server.run(pull)).paused
    assert len(scenes.said_by_us(hub, pull, "To tina, about a label", "needs write permission")) == 1


async def test_s55_a_pull_request_with_that_label_is_not_taken_until_it_is_off(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration("semi_auto"))
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN, labels=[OFF])
    hub.comment(pull, "/dursor take", author="alice")
    await server.rest()
    assert await server.run(pull) is None
    assert scenes.said_by_us(hub, pull, "keeps dursor away")

    hub.unlabel(pull, OFF, "alice")

    await server.until(pull, phase=Phase.WAITING_CI)


async def test_s55_a_label_put_on_by_somebody_who_may_write_takes_a_pull_request(hub, server):
    repo = await adopted_by_label(hub)
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN)
    await server.rest()

    hub.label(pull, "dursor", "alice")

    await server.until(pull, phase=Phase.WAITING_CI)


async def test_s55_a_label_put_on_by_somebody_who_may_only_triage_takes_nothing(hub, server):
    """Nor does another label that somebody who may write puts beside it."""
    repo = await adopted_by_label(hub)
    hub.set_permission(repo, "tina", "triage")
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN)

    hub.label(pull, "dursor", "tina")
    await server.rest()
    hub.label(pull, "bug", "alice")
    await server.rest()

    assert await server.run(pull) is None


async def test_s58_a_bot_that_labels_its_own_pull_request_is_left_alone(hub, server):
    repo = await adopted_by_label(hub)

    await hub.open_pull_request(repo, files=scenes.CLEAN, author="renovate[bot]", labels=["dursor"])
    await server.rest()

    assert not await scenes.rows(server, "SELECT id FROM agentic_runs")


async def test_s58_a_bots_pull_request_that_a_person_labels_is_taken(hub, server):
    repo = await adopted_by_label(hub)
    hub.set_permission(repo, "alice", "write")
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN, author="renovate[bot]")

    hub.label(pull, "dursor", "alice")

    await server.until(pull, phase=Phase.WAITING_CI)
