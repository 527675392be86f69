"""S105: GitHub's limits, hit in the middle of things: time passes, nothing is doubled, and nobody else waits."""

from __future__ import annotations

import pytest

from app.lifecycle.run import Phase, Wait
from tests.stories import scenes
from tests.stories.eventually import until
from tests.stories.server import configuration

WORDS = {"message": "You have exceeded a secondary rate limit."}
SECONDARY = {
    "403 that says when": {"status": 403, "headers": {"retry-after": "2"}, "body": WORDS},
    "429 that says when": {"status": 429, "headers": {"retry-after": "2"}, "body": {"message": "Too many requests"}},
    "403 that does not": {"status": 403, "body": WORDS},
    "429 that does not": {"status": 429, "body": {"message": "Too many requests"}},
}


async def two_places(hub, server):
    """A pull request each in two installations."""
    there = [await hub.create_repository(name, configuration("semi_auto")) for name in ("octo/widgets", "acme/anvils")]
    pulls = [await hub.open_pull_request(repo, files=scenes.CLEAN) for repo in there]
    for pull in pulls:
        await server.until(pull, phase=Phase.WAITING_CI)
    await server.rest()
    return pulls


@pytest.mark.parametrize("limit", SECONDARY.values(), ids=SECONDARY.keys())
async def test_s105_a_secondary_limit_pauses_its_installation_while_another_goes_on(hub, server, limit):
    limited, free = await two_places(hub, server)
    lane = server.world.github.lane(hub.installation(limited.repository).id)
    scenes.fault(hub, "*", "/repos/octo/widgets/|/graphql", **limit)

    await hub.finish_check(limited, "test", "success")
    await until(lambda: lane.paused_for() > 0)
    asked = len(hub.requests)
    assert 0 < lane.paused_for() <= (2 if "headers" in limit else 60)
    await hub.finish_check(free, "test", "success")

    await server.until(free, wait=Wait.APPROVAL)
    assert server.world.github.lane(hub.installation(free.repository).id).paused_for() == 0
    if lane.paused_for() > 0:
        assert not [one for one in hub.requests[asked:] if "octo/widgets" in one.path]
    if "headers" in limit:
        await server.until(limited, wait=Wait.APPROVAL)
        await server.rest()
        assert len(scenes.said_by_us(hub, limited, "approve")) >= 1
        assert scenes.sticky(hub, limited)


async def test_s105_the_hours_limit_defers_what_is_left_to_its_end_and_doubles_nothing(hub, server):
    pull = await scenes.working_on(hub, server, "full_auto")
    await server.rest()
    reset = int(hub.clock.now().timestamp()) + 2
    primary = {
        "status": 403,
        "headers": {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(reset)},
        "body": {"message": "API rate limit exceeded for installation ID 1."},
    }
    scenes.fault(hub, "PUT", "/merge$", **primary)

    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.COMPLETED)
    await server.rest()
    assert len(hub.merges) == 1
    assert scenes.sticky(hub, pull)
    assert not await scenes.rows(server, "SELECT kind FROM jobs WHERE attempts > 1 AND kind = 'Merge'")
