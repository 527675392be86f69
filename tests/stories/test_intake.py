"""What GitHub posts is kept once, whatever it is; what it did not post is not kept."""

from __future__ import annotations

import asyncio
import hashlib
import hmac

import aiohttp
import pytest

from app.localhub import delivery
from tests.stories import scenes
from tests.stories.server import configuration, running


async def test_s05_one_delivery_that_comes_twice_at_once_is_one(hub, server):
    pull = await scenes.working_on(hub, server)
    async with scenes.held_back(hub) as deliveries:
        comment = hub.comment(pull, "/dursor pause", author="alice")
    held = [hub.deliveries.get(number) for number in deliveries]
    payload = next(one["request"]["payload"] for one in held if one["event"] == "issue_comment")

    answers = await asyncio.gather(
        *(scenes.post(server, hub, "issue_comment", payload, guid="the-same-guid") for _ in range(4))
    )

    assert sorted(status for status, _ in answers) == [200, 200, 200, 202]
    await server.until(pull, paused=True)
    await server.rest()
    assert len(await scenes.rows(server, "SELECT * FROM jobs WHERE kind = 'ObeyComment'")) == 1
    assert scenes.reactions(comment) == {"eyes", "rocket"}


async def test_s06_a_redelivery_of_what_was_handled_is_left_alone(hub, server):
    pull = await scenes.working_on(hub, server)
    hub.comment(pull, "/dursor pause", author="alice")
    await server.until(pull, paused=True)
    hub.comment(pull, "/dursor resume", author="alice")
    await server.until(pull, paused=False)
    await server.rest()
    handled = await scenes.rows(server, "SELECT guid, status, attempts FROM webhook_deliveries ORDER BY sequence")

    for item in hub.deliveries.list(1000)[0]:
        await hub.deliveries.redeliver(item["id"])
    await server.rest()

    now = await scenes.rows(server, "SELECT guid, status, attempts FROM webhook_deliveries ORDER BY sequence")
    assert now[: len(handled)] == handled
    assert not (await server.run(pull)).paused


async def test_s07_a_captured_body_under_another_guid_is_recognised(hub, server):
    pull = await scenes.working_on(hub, server)
    hub.comment(pull, "/dursor pause", author="alice")
    await server.until(pull, paused=True)
    hub.comment(pull, "/dursor resume", author="alice")
    await server.until(pull, paused=False)
    pausing = next(
        full["request"]["payload"]
        for item in hub.deliveries.list(1000)[0]
        if (full := hub.deliveries.get(item["id"]))["event"] == "issue_comment"
        and full["request"]["payload"]["comment"]["body"] == "/dursor pause"
    )

    _, answer = await scenes.post(server, hub, "issue_comment", pausing, guid="a-new-guid")
    await server.rest()

    assert answer["stored"] == "replay"
    assert not (await server.run(pull)).paused
    kept = await scenes.rows(server, "SELECT status, error FROM webhook_deliveries WHERE guid = 'a-new-guid'")
    assert kept[0]["status"] == "ignored"
    (first,) = await scenes.rows(
        server,
        """SELECT first.guid FROM webhook_deliveries AS first JOIN webhook_deliveries AS again
               ON again.body_sha256 = first.body_sha256 AND first.guid != again.guid
           WHERE again.guid = 'a-new-guid'""",
    )
    assert kept[0]["error"] == f"same body as delivery {first['guid']}"


FORGED = {
    "an altered body": {"X-Hub-Signature-256": "sha256=" + hmac.new(b"other", b"{}", hashlib.sha256).hexdigest()},
    "the old signature alone": {"X-Hub-Signature-256": ""},
    "a short one": {"X-Hub-Signature-256": "sha256=12"},
    "another algorithm": {"X-Hub-Signature-256": "sha1=" + "0" * 40},
    "one that is not ASCII": {"X-Hub-Signature-256": "sha256=" + "ä" * 64},
}


@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED.keys())
async def test_s09_a_delivery_that_github_did_not_sign_is_refused_and_not_kept(hub, server, headers):
    status, answer = await scenes.post(server, hub, "ping", {"zen": "x", "hook_id": 1}, guid="forged", **headers)

    assert status == 401
    assert "Traceback" not in str(answer)
    assert not await scenes.rows(server, "SELECT 1 FROM webhook_deliveries WHERE guid = 'forged'")


HOME = {"id": 7, "full_name": "octo/elsewhere"}


ODD = {
    "a ping": ("ping", {"zen": "Keep it logically awesome.", "hook_id": 1, "hook": {}}, 200, "done"),
    "an unknown event": ("merge_party", {"action": "begun"}, 202, "ignored"),
    "an unknown action": ("pull_request", {"action": "beamed", "pull_request": {}, "repository": HOME}, 202, "ignored"),
    "an event without an action": ("fork", {"repository": HOME}, 202, "ignored"),
    "a deleted account": (
        "issue_comment",
        {"action": "created", "issue": {"number": 1}, "comment": {"id": 5, "user": None}, "repository": HOME},
        202,
        "ignored",
    ),
}


@pytest.mark.parametrize(("event", "payload", "status", "kept"), ODD.values(), ids=ODD.keys())
async def test_s12_odd_deliveries_are_kept_and_harm_nothing(hub, server, event, payload, status, kept):
    answered, _ = await scenes.post(server, hub, event, payload, guid="odd")
    await server.rest()

    assert answered == status
    (row,) = await scenes.rows(server, "SELECT status, error FROM webhook_deliveries WHERE guid = 'odd'")
    assert row["status"] == kept, row["error"]


async def test_s13_another_installation_than_ours_is_nobody_we_work_for(hub, tmp_path):
    async with running(hub, tmp_path / "data", github_installation_id=1) as server, aiohttp.ClientSession() as http:
        repo = await hub.create_repository("octo/widgets", configuration())
        pull = await hub.open_pull_request(repo, files=scenes.CLEAN)
        await server.rest()

        assert await server.run(pull) is None
        told = await scenes.rows(server, "SELECT status, error FROM webhook_deliveries WHERE event = 'pull_request'")
        assert [row["status"] for row in told] == ["ignored"]
        assert "installation" in told[0]["error"]
        ignored = await scenes.rows(server, "SELECT guid FROM webhook_deliveries WHERE status = 'ignored'")
        async with http.get(f"{server.url}/status") as answer:
            assert (await answer.json())["inbox"]["ignored_today"] == len(ignored)


async def test_s13_a_repository_that_was_taken_from_the_app_is_not_worked_in(hub, server):
    repo = await hub.create_repository("octo/widgets", configuration())
    other = await hub.create_repository("octo/others", configuration())
    hub.select_repositories(hub.installation(repo), [other])
    await server.rest()

    pull = await hub.open_pull_request(repo, files=scenes.CLEAN)
    hub.comment(pull, "/dursor take", author="alice")
    await server.rest()

    assert await server.run(pull) is None
    assert not await scenes.rows(server, "SELECT kind, error FROM jobs WHERE status = 'failed'")


LARGEST = 25 * 1024 * 1024


async def test_s11_the_largest_push_is_kept_and_what_is_larger_refused(hub, server):
    moved = {"before": "0" * 40, "after": "1" * 40, "created": True, "deleted": False, "forced": False}
    push = {"ref": "refs/heads/main", **moved, "repository": HOME, "commits": [], "filling": ""}
    room = LARGEST - len(delivery.encode(push))
    push["filling"] = "x" * room

    answered, _ = await scenes.post(server, hub, "push", push, guid="the-largest")
    assert answered == 202
    await server.rest()
    (row,) = await scenes.rows(server, "SELECT status FROM webhook_deliveries WHERE guid = 'the-largest'")
    assert row["status"] in {"done", "ignored"}

    push["filling"] = "x" * (room + 1)
    answered, _ = await scenes.post(server, hub, "push", push, guid="too-large")
    assert answered == 413
    assert not await scenes.rows(server, "SELECT 1 FROM webhook_deliveries WHERE guid = 'too-large'")


async def test_s11_a_body_without_an_end_is_refused_before_it_fills_the_memory(hub, server):
    sent = 0

    async def endless():
        nonlocal sent
        while True:
            sent += 1
            yield b" " * 65536

    headers = {"X-GitHub-Event": "push", "X-GitHub-Delivery": "endless", "X-Hub-Signature-256": "sha256=" + "0" * 64}
    async with aiohttp.ClientSession() as http:
        try:
            async with http.post(f"{server.url}/webhooks/github", data=endless(), headers=headers) as answer:
                assert answer.status == 413
        except aiohttp.ClientError:  # it went on sending after the answer
            assert sent * 65536 > LARGEST
    assert sent * 65536 < 4 * LARGEST
    assert not await scenes.rows(server, "SELECT 1 FROM webhook_deliveries WHERE guid = 'endless'")
