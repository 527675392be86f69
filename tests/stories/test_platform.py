"""GitHub on a bad day: limits, broken answers, slowness, and what people take away."""

from __future__ import annotations

import pytest

from app.lifecycle.run import Phase, Wait
from tests.stories import scenes
from tests.stories.server import configuration

SECONDARY = {
    "status": 403,
    "headers": {"retry-after": "1"},
    "body": {"message": "You have exceeded a secondary rate limit."},
}
TOO_MANY = {"status": 429, "headers": {"retry-after": "1"}, "body": {"message": "Too many requests"}}
PRIMARY = {
    "status": 403,
    "headers": {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"},
    "body": {"message": "API rate limit exceeded for installation."},
}


@pytest.mark.parametrize("limit", [SECONDARY, TOO_MANY, PRIMARY], ids=["secondary", "429", "primary"])
async def test_s105_a_limit_costs_time_and_no_attempt_and_nothing_is_done_twice(hub, server, limit):
    for method, pattern in (("POST", r"/issues/\d+/comments$"), ("PUT", "/merge$")):
        scenes.fault(hub, method, pattern, **limit)
    pull = await scenes.working_on(hub, server, "full_auto")
    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.COMPLETED)
    await server.rest()

    assert not hub.faults.waiting
    assert scenes.sticky(hub, pull)
    assert len(hub.merges) == 1
    spent = await scenes.rows(server, "SELECT kind FROM jobs WHERE attempts > 1 AND kind IN ('Merge', 'ShowStatus')")
    assert not spent


async def test_s111_a_token_of_the_new_form_works_everywhere_and_is_kept_nowhere(hub, server, tmp_path):
    pull = await scenes.working_on(hub, server, files=scenes.LINT_ERROR)
    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, ci_iterations=1, is_working=False)
    await server.rest()

    tokens = list(hub.world.tokens)
    assert any(len(token) > 400 and token.count(".") == 2 for token in tokens)
    kept = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept for token in tokens if token.encode() in path.read_bytes()]


TROUBLE = {
    "a bad gateway in HTML": {"status": 502, "body": "<html>Unicorn!</html>", "headers": {"content-type": "text/html"}},
    "a truncated answer": {"status": 200, "body": '{"id": 1, "num', "headers": {"content-type": "application/json"}},
    "HTML that says 200": {"status": 200, "body": "<html>Hello</html>", "headers": {"content-type": "text/html"}},
    "a cut connection": {"reset": True},
    "slowness": {"delay": 0.5},
}


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE.keys())
async def test_s113_a_read_that_breaks_is_tried_again(hub, server, trouble):
    pull = await scenes.working_on(hub, server, "full_auto")
    for method, pattern in (("GET", rf"/pulls/{pull.number}$"), ("POST", "/graphql$")):
        scenes.fault(hub, method, pattern, **trouble)

    await hub.finish_check(pull, "test", "success")

    await server.until(pull, phase=Phase.COMPLETED)
    await server.rest()
    assert len(hub.merges) == 1
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")


async def test_s115_a_commit_that_can_have_no_check_run_is_told_of_in_the_comment(hub, server):
    refused = {"status": 422, "body": {"message": "No commit found for SHA"}}
    scenes.fault(hub, "POST", "/check-runs$", times=100, **refused)
    pull = await scenes.waiting_for_approval(hub, server)
    await server.rest()

    assert "a person decides" in scenes.sticky(hub, pull)
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")


async def test_s116_however_much_fails_our_comments_stay_within_githubs_bounds(hub, server):
    long = "sh, -c, 'python3 -c \"print(chr(120) * 60000)\"'"
    pull = await scenes.working_on(hub, server, autofix=long)
    for number in range(60):
        await scenes.check_on(hub, pull.repository, pull.head_sha, f"{'very ' * 40}long {number}", "failure")

    await server.until(pull, phase=Phase.AWAITING_HUMAN)
    await server.rest()

    assert 0 < len(scenes.sticky(hub, pull)) <= 65_536
    assert all(len(body) <= 65_536 for body in scenes.said_by_us(hub, pull))
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")


async def test_one_installation_in_trouble_does_not_hold_up_another(hub, server):
    broken, well = [
        await hub.open_pull_request(await hub.create_repository(name, configuration("semi_auto")), files=scenes.CLEAN)
        for name in ("acme/broken", "octo/well")
    ]
    for pull in (broken, well):
        await server.until(pull, phase=Phase.WAITING_CI)
    installation = hub.installation(broken.repository)
    for token in hub.world.tokens.values():
        if token.installation is installation:
            token.expires_at = hub.clock.now()
    scenes.fault(hub, "POST", f"/app/installations/{installation.id}/access_tokens", times=1000, status=503)

    await hub.finish_check(broken, "test", "success")
    await hub.finish_check(well, "test", "success")

    await server.until(well, wait=Wait.APPROVAL)
    assert (await server.run(broken)).wait is not Wait.APPROVAL
