"""Tokens: short-lived, narrow, given back, of any form; clocks that disagree; permissions that are not there."""

from __future__ import annotations

import aiohttp
import pytest

from app import redact
from app.lifecycle.run import Phase, Wait
from tests.stories import scenes
from tests.stories import server as servers
from tests.stories.eventually import until
from tests.stories.server import configuration

GATED = "sh, -c, 'while [ ! -e {} ]; do sleep 0.05; done; ruff check --no-cache --fix .'"
MINTING = "apps/create-installation-access-token"
REVOKING = "apps/revoke-installation-access-token"


def minted(hub):
    """What was asked for each token of one repository, in order."""
    asked = [request for request in hub.requests if request.operation == MINTING and request.status == 201]
    return [request.body for request in asked if request.body and "repository_ids" in request.body]


def live_tokens(hub):
    return [token for token in hub.world.tokens.values() if token.expires_at > hub.clock.now() and token.repositories]


async def skew_shown(server):
    headers = {"authorization": "Bearer an-admin-token-for-tests"}
    async with aiohttp.ClientSession() as session, session.get(f"{server.url}/status", headers=headers) as answer:
        return (await answer.json())["github_clock_ahead_seconds"]


async def test_s103_a_run_of_seventy_minutes_pushes_with_a_new_token_and_gives_all_of_them_back(hub, tmp_path):
    gate = tmp_path / "seen" / "gate"
    async with servers.running(hub, tmp_path / "data", clock=hub.clock.now) as server:
        pull = await scenes.fixing(hub, server, "full_auto", autofix=GATED.format(gate))
        await scenes.executor_at_work(server)
        before = len(minted(hub))
        hub.clock.advance(70 * 60)
        gate.touch()
        await server.until(pull, ci_iterations=1, phase=Phase.WAITING_CI)
        assert scenes.pushed_by_us(hub) == [f"refs/heads/{pull.head_ref}"]
        assert {"contents": "write"} in [body.get("permissions") for body in minted(hub)[before:]]

        await hub.finish_check(pull, "lint", "success")
        await server.until(pull, phase=Phase.COMPLETED)
        await until(lambda: not live_tokens(hub))

    refused = [request for request in hub.requests if request.status == 401]
    assert not refused
    assert [request.status for request in hub.requests if request.operation == REVOKING] != []


async def test_s103_tokens_stay_while_another_run_works_in_the_repository(hub, server):
    ending = await scenes.working_on(hub, server)
    going_on = await hub.open_pull_request(ending.repository, files={"b.py": "B = 1\n"})
    await server.until(going_on, phase=Phase.WAITING_CI)

    hub.close(ending)
    await server.until(ending, phase=Phase.CANCELED)
    await server.rest()

    assert not [request for request in hub.requests if request.operation == REVOKING]
    assert live_tokens(hub)


async def test_s103_a_token_that_cannot_be_given_back_is_nobodys_trouble(hub, server):
    scenes.fault(hub, "DELETE", "/installation/token$", times=100, status=500)
    pull = await scenes.working_on(hub, server)

    hub.close(pull)
    await server.until(pull, phase=Phase.CANCELED)
    await until(lambda: [one for one in hub.requests if one.operation == REVOKING])
    await server.rest()

    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")


async def test_s103_a_token_that_was_revoked_meanwhile_is_replaced_for_the_push(hub, server, tmp_path):
    gate = tmp_path / "seen" / "gate"
    pull = await scenes.fixing(hub, server, autofix=GATED.format(gate))
    await scenes.executor_at_work(server)
    for token in hub.world.tokens.values():
        token.expires_at = hub.clock.now()

    gate.touch()
    await server.until(pull, ci_iterations=1, phase=Phase.WAITING_CI)

    assert scenes.pushed_by_us(hub) == [f"refs/heads/{pull.head_ref}"]


@pytest.mark.parametrize("seconds", [-90, 90, -600, 600])
async def test_s104_a_clock_that_is_wrong_either_way_costs_a_request_once_and_is_shown(hub, tmp_path, seconds):
    hub.clock.advance(seconds)
    async with servers.running(hub, tmp_path / "data") as server:
        await scenes.waiting_for_approval(hub, server)
        refused = [request for request in hub.requests if request.status == 401]
        skew = await skew_shown(server)

    assert len({(request.method, request.path) for request in refused}) == len(refused)
    assert skew == 0.0 if not refused else abs(skew - seconds) < 5


async def test_s110_a_permission_that_is_not_granted_leaves_its_feature_off_and_everything_else_on(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration("semi_auto"))
    installation = hub.installation(repo)
    del installation.permissions["checks"]
    installation.permissions["statuses"] = "read"
    pull = await hub.open_pull_request(repo, files=scenes.CLEAN)
    await server.until(pull)
    await server.rest()

    assert scenes.sticky(hub, pull)
    tried_again = await scenes.rows(server, "SELECT kind, error, attempts FROM jobs WHERE attempts > 1")
    assert not tried_again

    installation.permissions["checks"] = "write"
    for token in hub.world.tokens.values():
        token.expires_at = hub.clock.now()
    await hub.push(pull, {"b.py": "B = 2\n"})
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, wait=Wait.APPROVAL)
    await server.rest()
    assert [run.name for run in hub.check_runs(pull.head_sha) if run.suite.app is hub.app] == ["dursor"]


@pytest.mark.parametrize("token", ["ghs_" + "A1b2" * 9, "ghs_424242_" + ".".join(["eyJ" + "aB-_" * 40] * 3)])
def test_s111_tokens_of_both_forms_are_taken_out_of_text(token):
    assert redact.text(f"fatal: https://x-access-token:{token}@github.com said no") == (
        "fatal: https://x-access-token:[redacted]@github.com said no"
    )
    assert redact.text(f"({token})") == "([redacted])"
