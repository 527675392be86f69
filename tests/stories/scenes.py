"""What many stories begin with and look at: a pull request that dursor works on, deliveries held back, who did what."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

from app import reconcile
from app.lifecycle.run import Phase, Wait
from app.localhub import delivery
from app.localhub.actions import checks
from app.localhub.faults import Fault
from app.localhub.hub import Hub
from app.localhub.state import checks as records
from app.localhub.state import issues, repository
from app.reconcile.memory import Memory
from app.words import STATUS_MARKER
from tests.stories.server import PATIENCE_SECONDS, Server, configuration

BOT = "dursor[bot]"
LINT_ERROR = {"a.py": "import os\n"}
CLEAN = {"a.py": "A = 1\n"}
SLOW = "sleep, '30'"
WORKFLOW = ".github/workflows/ci.yml"


async def working_on(
    hub: Hub, server: Server, mode: str = "semi_auto", *, files: dict[str, str] | None = None, **config: Any
) -> issues.Pull:
    """A pull request of alice's that waits for CI; `files` are clean unless said otherwise."""
    repo = await hub.create_repository("octo/widgets", configuration(mode, **config))
    pull = await hub.open_pull_request(repo, files=files or CLEAN)
    await server.until(pull, phase=Phase.WAITING_CI)
    return pull


async def fixing(hub: Hub, server: Server, mode: str = "semi_auto", autofix: str = SLOW, **config: Any) -> issues.Pull:
    """A pull request whose CI is red while an executor works on it."""
    pull = await working_on(hub, server, mode, files=LINT_ERROR, autofix=autofix, **config)
    await hub.finish_check(pull, "lint", "failure")
    await server.until(pull, phase=Phase.FIXING_CI)
    return pull


async def executor_at_work(server: Server) -> None:
    """Wait until an executor has its tree: nothing more is fetched for it."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await rows(server, "SELECT id FROM runs WHERE status = 'running'"):
            await asyncio.sleep(0.02)


async def waiting_for_approval(hub: Hub, server: Server, **config: Any) -> issues.Pull:
    """A clean pull request in semi-automatic mode that everything but a person has agreed to."""
    pull = await working_on(hub, server, **config)
    await hub.finish_check(pull, "test", "success")
    await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.APPROVAL)
    return pull


async def green(hub: Hub, server: Server, mode: str = "full_auto", **config: Any) -> issues.Pull:
    """A clean pull request that only the gates still stand before; bob may write."""
    pull = await working_on(hub, server, mode, **config)
    hub.set_permission(pull.repository, "bob", "write")
    await hub.finish_check(pull, "test", "success")
    return pull


async def at_a_gate(server: Server, pull: issues.Pull, *words: str) -> None:
    """Wait until the run waits at a gate; the reason must hold these words."""
    run = await server.until(pull, phase=Phase.AWAITING_HUMAN, wait=Wait.GATE)
    assert all(word in (run.note or "") for word in words), run.note


async def with_workflow(
    hub: Hub, server: Server, workflow: str, mode: str = "semi_auto", *, files: dict[str, str] | None = None,
    **config: Any,
) -> issues.Pull:  # fmt: skip
    """A pull request of alice's in a repository whose CI really runs."""
    there = configuration(mode, **config) | {WORKFLOW: workflow}
    repo = await hub.create_repository("octo/widgets", there, ci=True)
    pull = await hub.open_pull_request(repo, files=files or CLEAN)
    await server.until(pull)
    return pull


async def first_instruction(server: Server, pull: issues.Pull) -> str:
    """What the executor of the first fix was told."""
    await server.until(pull, ci_iterations=1, is_working=False)
    found = await rows(server, "SELECT instruction FROM runs ORDER BY id LIMIT 1")
    return str(found[0]["instruction"])


async def check_on(
    hub: Hub, repo: repository.Repository, sha: str, name: str, conclusion: str | None, app: str = "circleci"
) -> records.CheckRun:
    """Another app reports a check on any commit."""
    reporter = hub.other_app(app)
    change = checks.Change(name=name, conclusion=conclusion, status=None if conclusion else "in_progress")
    return await checks.create(hub.world, repo, reporter, sha, change, reporter.bot)


@contextlib.asynccontextmanager
async def held_back(hub: Hub) -> AsyncIterator[list[int]]:
    """Deliveries of what happens meanwhile are recorded as failed; their numbers are in the list afterwards."""
    before = {item["id"] for item in hub.deliveries.list(1000)[0]}
    await hub.quiet()
    hub.faults.deliveries.lose = 1.0
    numbers: list[int] = []
    try:
        yield numbers
        await hub.quiet()
    finally:
        hub.faults.deliveries.lose = 0.0
    numbers += sorted(item["id"] for item in hub.deliveries.list(1000)[0] if item["id"] not in before)


async def let_go(hub: Hub, numbers: list[int]) -> None:
    """Deliver what was held back, in this order."""
    for number in numbers:
        assert await hub.deliveries.redeliver(number)
        await hub.quiet()


async def post(
    server: Server, hub: Hub, event: str, payload: dict[str, Any], guid: str = "a-guid", **headers: str
) -> tuple[int, dict[str, Any]]:
    """Post a signed delivery as GitHub would; returns the status and the JSON that came back."""
    body = delivery.encode(payload)
    action = payload.get("action")
    message = delivery.Message(guid, event, action, body, None, None)
    signed = delivery.headers(message, hub.webhook_secret, hub.app.id, 1) | headers
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/webhooks/github", data=io.BytesIO(body), headers=signed) as answer,
    ):
        return answer.status, json.loads(await answer.read())


def fault(hub: Hub, method: str, pattern: str, **more: Any) -> None:
    """Order trouble for the next requests that match."""
    hub.faults.add(Fault(method, pattern, **more))


def said_by_us(hub: Hub, issue: issues.Issue, *words: str) -> list[str]:
    """Our comments that hold all of these words."""
    ours = [comment.body for comment in hub.comments(issue) if comment.user.login == BOT]
    return [body for body in ours if all(word in body for word in words)]


def sticky(hub: Hub, issue: issues.Issue) -> str:
    """Our one status comment; fails when there is another number of them."""
    (only,) = said_by_us(hub, issue, STATUS_MARKER)
    return only


def pushed_by_us(hub: Hub) -> list[str]:
    """The references we pushed to, in order."""
    return [push.ref for push in hub.pushes if push.who == BOT]


def reactions(comment: issues.Comment) -> set[str]:
    """What we put under a comment."""
    return {reaction.content for reaction in comment.reactions if reaction.user.login == BOT}


async def swept(server: Server, memory: Memory | None = None) -> None:
    """Have the server look after everything, as it does at its start and every few minutes, and get done with it."""
    await server.rest()
    await reconcile.sweep(server.world, memory or Memory())
    await server.rest()


async def rows(server: Server, sql: str, *values: object) -> list[dict[str, Any]]:
    """What the database says."""
    return await server.read(lambda db: [dict(row) for row in db.execute(sql, values)])
