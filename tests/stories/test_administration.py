"""What the administrator does beside GitHub, on a server that runs: tries models, moves cards, stops a splitting."""

from __future__ import annotations

import asyncio

import aiohttp

from app.lifecycle.kanban import Column
from app.lifecycle.run import Phase, Wait
from app.store import tasks
from tests import providers
from tests.providers import Always, Say, Script, Silence, Status
from tests.stories import agents, scenes
from tests.stories.server import PATIENCE_SECONDS, configuration


async def ask(server, method, path):
    headers = {"Authorization": "Bearer an-admin-token-for-tests"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, f"{server.url}/api/v1{path}") as answer,
    ):
        return answer.status, await answer.json()


async def tried(server):
    """The one model, once it was tried."""
    (model,) = (await ask(server, "GET", "/models"))[1]["items"]
    status, _ = await ask(server, "POST", f"/models/{model['id']}/test")
    assert status == 202
    before = model["tested_at"]
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (model := (await ask(server, "GET", f"/models/{model['id']}"))[1])["tested_at"] == before:
            await asyncio.sleep(0.05)
    return model


async def test_a_model_is_tried_through_the_api_and_what_came_of_it_is_kept(server):
    said = Status(401, message=f"no such key {agents.KEY}")
    async with providers.serve(Script(said, Say("yes"))) as standin:
        agents.add_model(server.world.settings, "anthropic", "claude-x", standin.url)
        first = await tried(server)
        second = await tried(server)
    assert first["test_error"] == "Anthropic answered 401: no such key ***"
    assert second["test_error"] is None
    assert second["tested_at"] > first["tested_at"]


async def test_a_card_that_a_person_moved_stays_until_its_run_enters_another_column(hub, server):
    pull = await scenes.working_on(hub, server, reviewer="command:lint")
    (task,) = await scenes.rows(server, "SELECT id FROM tasks")
    await server.world.database.write(lambda db: tasks.move(db, task["id"], Column.BACKLOG, "ann"))
    await hub.push_branch(pull.repository, pull.head_ref, {"a.py": "A = 2\n"}, "alice")
    check = await scenes.check_on(hub, pull.repository, pull.head_sha, "test", None)
    await server.until(pull, phase=Phase.WAITING_CI, head_sha=pull.head_sha)
    await server.rest()
    card = "SELECT kanban_status, moved_by FROM tasks"
    assert await scenes.rows(server, card) == [{"kanban_status": "backlog", "moved_by": "ann"}]

    await hub.update_check(check, "success")
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL)
    assert await scenes.rows(server, card) == [{"kanban_status": "in_review", "moved_by": None}]


async def test_a_splitting_is_stopped_through_the_api_and_the_issue_is_told(hub, server):
    files = configuration("semi_auto")
    files[".github/dursor.yml"] = files[".github/dursor.yml"].replace("command:autofix", "patch_agent", 1)
    repo = await hub.create_repository("octo/widgets", files)
    issue = hub.open_issue(repo, "Count", "All.", "alice")
    async with providers.serve(Script(Always(Silence()))) as standin:
        agents.add_model(server.world.settings, "openai", "gpt-5.5", f"{standin.url}/v1")
        hub.set_permission(repo, "bob", "write")
        hub.comment(issue, "/dursor breakdown", author="bob")
        await scenes.executor_at_work(server)
        (run,) = await scenes.rows(server, "SELECT id, attempt FROM runs")
        status, told = await ask(server, "POST", f"/runs/{run['id']}/cancel")
        await server.rest()
        assert not server.world.engine.knows(run["id"], run["attempt"])
    assert (status, told["status"]) == (200, "canceled")
    assert scenes.said_by_us(hub, issue, "could not split this issue", "stopped by the administrator")
