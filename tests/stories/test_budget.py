"""What one run may cost: the agent stops there, and a person decides."""

from __future__ import annotations

from app.lifecycle.run import Phase, Wait
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
