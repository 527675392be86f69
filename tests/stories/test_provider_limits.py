"""A model's provider says "not now": the work waits at no cost and goes on where it was, or by another executor."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest

from app.lifecycle.run import Phase, Wait
from app.store.connection import iso, parse
from tests import providers
from tests.providers import Status
from tests.stories import agents, scenes
from tests.stories import server as servers
from tests.stories.eventually import until

ROWS = "SELECT status, retry_at, waits, submissions, attempt, executor FROM runs"


@pytest.fixture
async def server(hub, tmp_path, monkeypatch):
    for name, value in agents.CLAUDE.items():
        monkeypatch.setenv(name, value)
    async with servers.running(hub, tmp_path / "data") as started:
        yield started


@pytest.fixture
async def model(server):
    """What Claude Code's model does; the server has a key for it."""
    made = agents.Model(server.world.root)
    async with providers.serve(made) as standin:
        agents.add_model(server.world.settings, "anthropic", "claude-sonnet-4-5", standin.url)
        made.standin = standin
        yield made


async def red(hub, server, executor="claude_code", **config):
    """A pull request whose CI is red while the executor is about to mend it."""
    pull = await agents.adopted(hub, executor, **config)
    await server.until(pull, phase=Phase.WAITING_CI)
    await hub.finish_check(pull, "lint", "failure")
    return pull


async def waits_for_the_provider(server):
    """The row of an executor run, once it waits."""
    async with asyncio.timeout(servers.PATIENCE_SECONDS):
        while not (rows := await scenes.rows(server, f"{ROWS} WHERE status = 'queued' AND waits > 0")):
            await asyncio.sleep(0.02)
    return rows[0]


async def until_waits(server, count, table="runs"):
    async with asyncio.timeout(servers.PATIENCE_SECONDS):
        while not await scenes.rows(server, f"SELECT id FROM {table} WHERE status = 'queued' AND waits = {count}"):
            await asyncio.sleep(0.02)


async def worked(server):
    (row,) = await scenes.rows(server, "SELECT active_seconds FROM agentic_runs")
    return row["active_seconds"]


async def status_of(server):
    admin = {"Authorization": "Bearer an-admin-token-for-tests"}
    async with aiohttp.ClientSession(headers=admin) as http, http.get(f"{server.url}/status") as answer:
        return json.loads(await answer.read())


async def test_a_limit_in_the_middle_is_waited_for_and_the_session_goes_on_in_its_tree(hub, server, model):
    model.first, model.limit = 2, agents.limited(6)
    pull = await red(hub, server, mode="semi_auto")
    row = await waits_for_the_provider(server)
    assert (row["waits"], row["submissions"]) == (1, 0)
    assert (await server.run(pull)).phase is Phase.FIXING_CI
    (awaited,) = (await status_of(server))["awaiting"]
    assert awaited == {"provider": "anthropic", "until": row["retry_at"], "runs": 1}
    await until(lambda: "It waits for Anthropic until" in scenes.sticky(hub, pull))
    asked = len(model.standin.answered)

    model.limit = None
    run = await server.until(pull, phase=Phase.WAITING_CI, ci_iterations=1)

    (row,) = await scenes.rows(server, ROWS)
    assert (row["status"], row["attempt"], row["submissions"], row["retry_at"]) == ("succeeded", 1, 1, None)
    assert (run.failures, run.attempt) == (0, 1)
    resumed = model.standin.answered[asked:]
    assert resumed
    assert all("Edit" in request.text and "tool_result" in request.text for request in resumed)
    assert "It waits for" not in scenes.sticky(hub, pull)
    assert model.standin.keys == {agents.KEY}


async def test_a_limit_of_unknown_length_is_waited_for_longer_each_time_and_no_time_of_the_run_is_spent(
    hub, server, model
):
    model.limit = agents.limited(None, code=529)
    pull = await red(hub, server, mode="semi_auto")
    row = await waits_for_the_provider(server)
    assert 50 < (parse(row["retry_at"]) - server.world.now()).total_seconds() <= 60
    assert await worked(server) < -50  # what it waits is taken off beforehand

    now = iso(server.world.now())
    await server.world.database.write(lambda db: db.execute("UPDATE runs SET retry_at = ?", (now,)) and None)
    await server.world.database.write(lambda db: db.execute("UPDATE jobs SET run_after = ?", (now,)) and None)
    await until_waits(server, 2)
    (row,) = await scenes.rows(server, ROWS)
    assert 100 < (parse(row["retry_at"]) - server.world.now()).total_seconds() <= 120
    assert (row["submissions"], (await server.run(pull)).failures) == (0, 0)


async def test_a_reviewer_waits_too(hub, server, model):
    model.limit = agents.limited(3000)
    pull = await agents.adopted(hub, "command:autofix", reviewer="claude_code", mode="semi_auto")
    await server.until(pull, phase=Phase.WAITING_CI)
    await hub.finish_check(pull, "lint", "success")
    await server.until(pull, phase=Phase.REVIEWING)
    await until_waits(server, 1, "reviews")
    assert (await status_of(server))["awaiting"][0]["provider"] == "anthropic"
    await until(lambda: "It waits for Anthropic until" in scenes.sticky(hub, pull))

    hub.set_permission(pull.repository, "bob", "write")
    hub.comment(pull, "/dursor cancel", "bob")
    await server.until(pull, phase=Phase.CANCELED)
    await server.rest()
    (row,) = await scenes.rows(server, "SELECT status, retry_at FROM reviews")
    assert (row["status"], row["retry_at"]) == ("failed", None)
    assert (await status_of(server))["awaiting"] == []


async def test_the_key_is_nowhere_but_encrypted(hub, server, model):
    pull = await red(hub, server, mode="semi_auto")
    await server.until(pull, phase=Phase.WAITING_CI, ci_iterations=1)
    found = [
        path for path in server.world.root.rglob("*") if path.is_file() and agents.KEY.encode() in path.read_bytes()
    ]
    assert found == []


async def test_who_pauses_ends_the_wait_and_resume_begins_again(hub, server, model):
    model.limit = agents.limited(3000)
    pull = await red(hub, server, mode="semi_auto")
    await waits_for_the_provider(server)
    hub.set_permission(pull.repository, "bob", "write")

    hub.comment(pull, "/dursor pause", "bob")
    await server.until(pull, paused=True)
    await until(lambda: "It waits for" not in scenes.sticky(hub, pull))
    (row,) = await scenes.rows(server, ROWS)
    assert (row["status"], row["retry_at"]) == ("canceled", None)

    model.limit = None
    hub.comment(pull, "/dursor resume", "bob")
    await server.until(pull, phase=Phase.WAITING_CI, ci_iterations=1, paused=False)


@pytest.mark.parametrize("refusal", [agents.limited(3000), Status(401), Status(402)], ids=["limit", "key", "money"])
async def test_the_next_executor_goes_on(hub, server, model, refusal):
    model.limit = refusal
    pull = await red(hub, server, mode="semi_auto", more="fallback: [codex, 'command:autofix']")
    run = await server.until(pull, phase=Phase.WAITING_CI, ci_iterations=1)
    (row,) = await scenes.rows(server, ROWS)
    assert (row["status"], row["executor"], row["attempt"]) == ("succeeded", "command:autofix", 1)
    assert run.failures == 0


async def test_without_a_key_the_run_says_what_to_do(hub, server):
    pull = await red(hub, server, mode="semi_auto")
    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.REFUSED)
    assert "dursor model add --provider anthropic" in (run.note or "")
