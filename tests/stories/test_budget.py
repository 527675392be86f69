"""What a run, a pull request and a month may cost: who works stops there, and a person decides."""

from __future__ import annotations

import contextlib

from app import reconcile
from app.lifecycle.run import Phase, Wait
from app.reconcile.memory import Memory
from app.store import runs
from app.store import spending as store
from tests import providers
from tests.providers import Say, Tool, Turn, Usage
from tests.stories import agents, scenes
from tests.stories import server as servers


async def test_a_run_that_spends_its_dollars_waits_for_a_person_and_is_not_begun_again(hub, tmp_path):
    dear = providers.Always(
        Turn((Say("Let me look."), Tool("list", {"path": "."})), Usage(input=900_000, output=9_000))
    )
    async with servers.running(hub, tmp_path / "data") as server, providers.serve(providers.Script(dear)) as standin:
        agents.add_model(server.world.settings, "openai", "gpt-5.5", standin.url + "/v1")
        pull = await agents.adopted(hub, "patch_agent", more="limits: {run_usd: 1}")
        await server.until(pull, phase=Phase.WAITING_CI)
        await hub.finish_check(pull, "lint", "failure")

        run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.REFUSED)

        assert "used up" in (run.note or "")
        (row,) = await scenes.rows(server, "SELECT status, cost_usd, cost_is_estimate FROM runs")
        assert (row["status"], row["cost_is_estimate"]) == ("failed", 1)
        assert row["cost_usd"] >= 1


DEAR = providers.Always(Turn((Say("Let me look."), Tool("list", {"path": "."})), Usage(input=150_000, output=5_000)))


@contextlib.asynccontextmanager
async def spending(hub, tmp_path, limits):
    """A server and a pull request on which one run has spent its dollar and stopped."""
    async with servers.running(hub, tmp_path / "data") as server, providers.serve(providers.Script(DEAR)) as standin:
        agents.add_model(server.world.settings, "openai", "gpt-5.5", standin.url + "/v1")
        pull = await agents.adopted(hub, "patch_agent", more=f"limits: {{run_usd: 1, {limits}}}")
        await server.until(pull, phase=Phase.WAITING_CI)
        await hub.finish_check(pull, "lint", "failure")
        await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.REFUSED)
        yield server, pull


async def say(hub, server, pull, words, author="alice"):
    comment = hub.comment(pull, words, author=author)
    await server.rest()
    return scenes.reactions(comment) - {"eyes"}


async def ran(server):
    return len(await scenes.rows(server, "SELECT id FROM runs"))


async def test_a_spent_budget_is_a_persons_and_more_dollars_let_the_work_go_on(hub, tmp_path):
    async with spending(hub, tmp_path, "pull_request_usd: 1.5") as (server, pull):
        hub.comment(pull, "/dursor fix ci", author="alice")
        run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.BUDGET)
        await server.rest()

        assert (run.iteration, await ran(server)) == (1, 1)
        assert "is $1.50: $1." in (run.note or "")
        assert scenes.said_by_us(hub, pull, "The budget does not hold what comes next", "/dursor budget +N")
        assert "of $1.50 for this pull request" in scenes.sticky(hub, pull)

        assert await say(hub, server, pull, "/dursor budget +-1") == {"confused"}
        assert await say(hub, server, pull, "/dursor budget +5", author="mallory") == {"confused"}
        assert await ran(server) == 1

        assert await say(hub, server, pull, "/dursor budget +5") == {"rocket"}
        run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.REFUSED)

        assert (run.iteration, await ran(server)) == (2, 2)
        assert scenes.said_by_us(hub, pull, "The budget of this pull request is $6.50 now")
        await say(hub, server, pull, "/dursor status")
        assert len(scenes.said_by_us(hub, pull, "Spent: $", "of $6.50 for this pull request")) == 2


async def test_no_comment_raises_a_repositorys_month_and_the_next_one_begins_anew(hub, tmp_path):
    async with spending(hub, tmp_path, "repository_usd_month: 1.5") as (server, pull):
        hub.comment(pull, "/dursor fix ci", author="alice")
        run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.BUDGET)
        assert "limits.repository_usd_month" in (run.note or "")

        await say(hub, server, pull, "/dursor budget +5")
        await server.until(pull, wait=Wait.BUDGET, iteration=1)
        assert await ran(server) == 1
        await scenes.swept(server)
        assert await ran(server) == 1

        await server.world.database.write(
            lambda db: db.execute("UPDATE runs SET created_at = '2020-01-31T23:59:59.000000Z'")
        )
        await scenes.swept(server)

        await server.until(pull, wait=Wait.REFUSED, iteration=2)
        assert await ran(server) == 2


async def test_a_review_that_no_budget_holds_waits_and_goes_on_where_it_was(hub, server):
    more = "limits: {pull_request_usd: 1}"
    pull = await scenes.working_on(hub, server, "interactive", reviewer="patch_agent", more=more)
    (task,) = await scenes.rows(server, "SELECT id FROM tasks")
    await server.world.database.write(
        lambda db: runs.create(db, task_id=task["id"], instruction="", status="succeeded", cost_usd=1.0)
    )
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.BUDGET)
    assert await scenes.rows(server, "SELECT id FROM reviews") == []

    await say(hub, server, pull, "/dursor budget +5")

    found = await scenes.rows(server, "SELECT reserved_usd, attempt FROM reviews ORDER BY id")
    assert found[0] == {"reserved_usd": 1.0, "attempt": 2}


async def test_what_costs_nothing_works_whatever_is_spent(hub, server):
    pull = await scenes.working_on(hub, server, files=scenes.LINT_ERROR, more="limits: {pull_request_usd: 0.01}")
    (task,) = await scenes.rows(server, "SELECT id FROM tasks")
    await server.world.database.write(
        lambda db: runs.create(db, task_id=task["id"], instruction="", status="succeeded", cost_usd=1.0)
    )

    await hub.finish_check(pull, "lint", "failure")

    await server.until(pull, phase=Phase.WAITING_CI, iteration=1)


async def test_money_that_a_crash_left_set_aside_comes_back(hub, server):
    """The row of an attempt that its run went on without, as it is between the reservation and the start."""
    pull = await scenes.waiting_for_approval(hub, server)
    run = await server.run(pull)
    (task,) = await scenes.rows(server, "SELECT id, repo_id FROM tasks")
    await server.world.database.write(
        lambda db: runs.create(
            db, task_id=task["id"], agentic_run_id=run.id, attempt=run.attempt + 1, work="ci", instruction="",
            reserved_usd=2.0,
        )
    )  # fmt: skip
    assert (await server.read(lambda db: store.of_month(db, task["repo_id"])))["reserved"] == 2

    await reconcile.sweep(server.world, Memory())

    month = await server.read(lambda db: store.of_month(db, task["repo_id"]))
    assert (month["reserved"], month["settled"]) == (0, 0)
