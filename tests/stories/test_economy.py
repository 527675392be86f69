"""What an event costs: nothing, while what is known already says that nothing can be decided."""

from __future__ import annotations

from app.perform import reading
from tests.stories import scenes
from tests.stories.server import configuration


def _asked(hub):
    return [f"{request.method} {request.path}" for request in hub.requests]


async def test_the_ends_of_single_checks_cost_nothing_while_others_are_under_way(hub, server):
    pull = await scenes.working_on(hub, server)
    names = [f"leg {number}" for number in range(6)]
    runs = [await scenes.check_on(hub, pull.repository, pull.head_sha, name, None) for name in names]
    await scenes.check_on(hub, pull.repository, pull.head_sha, "first", "success")
    await server.rest()
    before = _asked(hub)

    for run in runs[:-1]:
        await hub.update_check(run, "success")
        await hub.quiet()
        await server.rest()
    assert _asked(hub) == before

    await hub.update_check(runs[-1], "failure")
    await server.until(pull, ci_iterations=1)


async def test_a_pull_request_that_nobody_wants_costs_one_request_when_it_is_opened_and_none_after(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration())
    await hub.open_pull_request(repo, files=scenes.CLEAN, author="stranger")
    await server.rest()
    before = len(hub.requests)

    other = await hub.open_pull_request(repo, files={"b.py": "B = 1\n"}, author="stranger", branch="other")
    await server.rest()
    (looked,) = _asked(hub)[before:]  # does it change the configuration?
    assert looked.endswith("/contents/.github/dursor.yml")

    await hub.push(other, {"b.py": "B = 2\n"}, author="stranger")
    hub.label(other, "question")
    await hub.finish_check(other, "test", "failure")
    await hub.review(other, "APPROVED", "", "bob")
    await server.rest()
    assert len(hub.requests) == before + 1


async def test_a_push_that_touches_the_configuration_has_it_read_at_once(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration())
    first = await hub.open_pull_request(repo, files=scenes.CLEAN, author="stranger")
    await server.rest()
    assert await server.run(first) is None
    assert reading.CONFIG_SECONDS > 60

    wants_all = configuration()[".github/dursor.yml"].replace("authors: [alice]", "authors: [stranger]")
    await hub.push_branch(repo, "main", {".github/dursor.yml": wants_all}, "carol")
    await server.rest()
    second = await hub.open_pull_request(repo, files={"b.py": "B = 1\n"}, author="stranger", branch="other")
    await server.until(second)


async def test_another_push_to_the_default_branch_reads_nothing(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration())
    await hub.open_pull_request(repo, files=scenes.CLEAN, author="stranger")
    await server.rest()
    before = _asked(hub)

    sha = await hub.push_branch(repo, "main", {"c.py": "C = 1\n"}, "carol")
    await server.rest()
    assert _asked(hub) == before
    assert [row["latest_commit"] for row in await scenes.rows(server, "SELECT latest_commit FROM repos")] == [sha]


async def test_a_branch_of_an_open_pull_request_that_changes_the_configuration_later_is_judged(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration())
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN, author="bob")
    await server.rest()
    assert not [run for run in hub.check_runs(pull.head_sha) if run.name == "dursor config"]

    await hub.push(pull, {".github/dursor.yml": "mode: [wrong\n"})
    await server.rest()

    (judged,) = [run for run in hub.check_runs(pull.head_sha) if run.name == "dursor config"]
    assert judged.conclusion == "failure"
