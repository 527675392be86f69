"""A task that is made, begun and talked with through the API goes its way to the merge as one of an issue does."""

from __future__ import annotations

import asyncio

import aiohttp

from app.lifecycle.run import Phase
from tests.stories import competing, scenes
from tests.stories.server import PATIENCE_SECONDS
from tests.stories.test_issues import repository


async def ask(server, method, path, body=None):
    headers = {"Authorization": f"Bearer {server.world.settings.admin_token.get_secret_value()}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, f"{server.url}/api/v1{path}", json=body) as answer,
    ):
        return answer.status, await answer.json()


async def opened(server, repo, number):
    """The pull request, once it is there."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while number not in repo.issues:
            await asyncio.sleep(0.05)
    return repo.issues[number]


async def test_a_task_of_the_api_is_begun_and_merged(hub, server):
    repo = await repository(hub, "full_auto")
    await server.rest()
    _, repos = await ask(server, "GET", "/repos")
    wanted = {"repo_id": repos["items"][0]["id"], "title": "Count", "message": "Write B.", "coding_mode": "full_auto"}
    _, task = await ask(server, "POST", "/tasks", wanted)
    await ask(server, "POST", f"/tasks/{task['id']}/messages", {"content": "Into b.py."})

    status, run = await ask(server, "POST", "/agentic-runs", {"task_id": task["id"]})
    assert (status, run["phase"], run["mode"]) == (201, "coding", "full_auto")
    pull = await opened(server, repo, 1)
    assert pull.head_ref.startswith("dursor/count-")
    assert (pull.title, pull.user.login) == ("Count", scenes.BOT)
    (given,) = await scenes.rows(server, "SELECT instruction FROM runs")
    assert all(said in given["instruction"] for said in ("Write B.", "Into b.py."))
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, phase=Phase.COMPLETED)
    assert (await ask(server, "GET", f"/tasks/{task['id']}"))[1]["kanban_status"] == "done"


async def test_what_the_api_says_to_a_task_with_candidates_is_said_to_each(hub, server):
    repo = await competing.repository(hub)
    await competing.two_for_an_issue(hub, server, repo)
    await server.rest()
    (leader,) = await scenes.rows(server, "SELECT id FROM tasks WHERE parent_id IS NULL")
    status, message = await ask(server, "POST", f"/tasks/{leader['id']}/messages", {"content": "Mind the gap."})
    await server.rest()
    told = await scenes.rows(server, "SELECT instruction FROM runs WHERE instruction LIKE '%Mind the gap.%'")
    assert (status, len(told)) == (201, 2)
    assert message["task_id"] != leader["id"]
    (waits,) = await scenes.rows(server, "SELECT wait FROM agentic_runs WHERE task_id = ?", leader["id"])
    assert waits["wait"] == "candidates"
