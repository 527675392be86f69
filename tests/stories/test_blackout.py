"""Two hours in which no delivery arrives: after the sweep every run ends where it would have ended, said once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tests.stories import scenes
from tests.stories.server import configuration, running

TWO_HOURS = timedelta(hours=2)
ENDS = {
    "approved": "completed",
    "closed": "canceled",
    "merged": "completed",
    "deleted": "canceled",
    "paused": "awaiting_human",
    "pushed": "awaiting_human",
    "red": "completed",
    "suspended": "canceled",
}


class Clock:
    """The machine's, and as far ahead as a test says."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


async def begin(hub, server):
    """A pull request for everything that happens, each where it waits for that; one in another installation."""
    home = await hub.create_repository("octo/widgets", configuration("semi_auto"))
    other = await hub.create_repository("acme/gadgets", configuration("semi_auto"))
    pulls = {}
    for name in ENDS:
        files = {f"{name}.py": "import os\n" if name == "red" else "A = 1\n"}
        repo = other if name == "suspended" else home
        pulls[name] = await hub.open_pull_request(repo, files=files, branch=name)
        await server.until(pulls[name])
        if name != "red":
            await hub.finish_check(pulls[name], "test", "success")
            await server.until(pulls[name], wait="approval")
    hub.set_permission(home, "bob", "write")
    await server.rest()
    return pulls


async def happen(hub, pulls):
    """Everything that people and CI do meanwhile."""
    await hub.review(pulls["approved"], "APPROVED", author="bob")
    hub.close(pulls["closed"])
    await hub.review(pulls["merged"], "APPROVED", author="bob")
    await hub.delete_branch(pulls["deleted"].repository, "deleted")
    hub.comment(pulls["paused"], "/dursor pause", author="alice")
    await hub.push(pulls["pushed"], {"more.py": "B = 2\n"})
    await hub.finish_check(pulls["pushed"], "test", "success")
    await hub.finish_check(pulls["red"], "lint", "failure")
    hub.suspend(hub.installation(pulls["suspended"].repository))


async def finish(hub, server, pulls):
    """The repaired one turns green, and is approved."""
    await server.until(pulls["red"], ci_iterations=1, is_working=False)
    await server.rest()
    await hub.finish_check(pulls["red"], "lint", "success")
    await server.until(pulls["red"], wait="approval")
    await hub.review(pulls["red"], "APPROVED", author="bob")
    await server.until(pulls["red"], phase="completed")
    await server.rest()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("fate", ["arrive", "lose", "vanish"])
async def test_s10_two_hours_without_a_delivery_end_every_run_where_it_would_have_ended(hub, tmp_path, fate):
    clock = Clock()
    async with running(hub, tmp_path / "data", clock=clock) as server:
        pulls = await begin(hub, server)
        await scenes.swept(server)
        if fate != "arrive":
            setattr(hub.deliveries.faults, fate, 1.0)
        await happen(hub, pulls)
        await hub.quiet()
        if fate != "arrive":
            setattr(hub.deliveries.faults, fate, 0.0)
        clock.ahead += TWO_HOURS
        hub.clock.advance(TWO_HOURS.total_seconds())

        await scenes.swept(server)
        await finish(hub, server, pulls)

        runs = {name: await server.until(pull) for name, pull in pulls.items()}
        assert {name: run.phase.value for name, run in runs.items()} == ENDS
        assert runs["paused"].paused
        assert runs["pushed"].head_sha == pulls["pushed"].head_sha
        assert Counter(merge.pull.head_ref for merge in hub.merges) == Counter(["approved", "merged", "red"])
        assert [ref for ref in scenes.pushed_by_us(hub) if ref.endswith("/red")] == ["refs/heads/red"]
        for pull in pulls.values():
            said = Counter(scenes.said_by_us(hub, pull))
            assert not [body for body, times in said.items() if times > 1]
            scenes.sticky(hub, pull)
        assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")
