"""What GitHub posts is kept once, whatever it is; what it did not post is not kept."""

from __future__ import annotations

import asyncio
import hashlib
import hmac

import pytest

from tests.stories import scenes
from tests.stories.server import configuration, running


async def test_one_delivery_that_comes_twice_at_once_is_one(hub, server):
    """S05"""
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


async def test_a_redelivery_of_what_was_handled_is_left_alone(hub, server):
    """S06"""
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


async def test_a_captured_body_under_another_guid_is_recognised(hub, server):
    """S07"""
    pull = await scenes.working_on(hub, server)
    hub.comment(pull, "/dursor pause", author="alice")
    await server.until(pull, paused=True)
    hub.comment(pull, "/dursor resume", author="alice")
    await server.until(pull, paused=False)
    pausing = next(
        full["request"]["payload"]
        for item in hub.deliveries.list(1000)[0]
        if "/dursor pause" in str((full := hub.deliveries.get(item["id"]))["request"]["payload"].get("comment"))
    )

    _, answer = await scenes.post(server, hub, "issue_comment", pausing, guid="a-new-guid")
    await server.rest()

    assert answer["stored"] == "replay"
    assert not (await server.run(pull)).paused
    kept = await scenes.rows(server, "SELECT status, error FROM webhook_deliveries WHERE guid = 'a-new-guid'")
    assert kept[0]["status"] == "ignored"
    assert "same body" in kept[0]["error"]


FORGED = {
    "an altered body": {"X-Hub-Signature-256": "sha256=" + hmac.new(b"other", b"{}", hashlib.sha256).hexdigest()},
    "the old signature alone": {"X-Hub-Signature-256": ""},
    "a short one": {"X-Hub-Signature-256": "sha256=12"},
    "another algorithm": {"X-Hub-Signature-256": "sha1=" + "0" * 40},
    "one that is not ASCII": {"X-Hub-Signature-256": "sha256=" + "ä" * 64},
}


@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED.keys())
async def test_a_delivery_that_github_did_not_sign_is_refused_and_not_kept(hub, server, headers):
    """S09"""
    status, answer = await scenes.post(server, hub, "ping", {"zen": "x", "hook_id": 1}, guid="forged", **headers)

    assert status == 401
    assert "Traceback" not in str(answer)
    assert not await scenes.rows(server, "SELECT 1 FROM webhook_deliveries WHERE guid = 'forged'")


HOME = {"id": 7, "full_name": "octo/elsewhere"}


ODD = {
    "a ping": ("ping", {"zen": "Keep it logically awesome.", "hook_id": 1, "hook": {}}, 200, "done"),
    "an unknown event": ("merge_party", {"action": "begun"}, 202, "ignored"),
    "an unknown action": ("pull_request", {"action": "beamed", "pull_request": {}, "repository": HOME}, 202, "ignored"),
    "an event without an action": ("push", {"ref": "refs/heads/main"}, 202, "ignored"),
    "a deleted account": (
        "issue_comment",
        {"action": "created", "issue": {"number": 1}, "comment": {"id": 5, "user": None}, "repository": HOME},
        202,
        "ignored",
    ),
}


@pytest.mark.parametrize(("event", "payload", "status", "kept"), ODD.values(), ids=ODD.keys())
async def test_odd_deliveries_are_kept_and_harm_nothing(hub, server, event, payload, status, kept):
    """S12"""
    answered, _ = await scenes.post(server, hub, event, payload, guid="odd")
    await server.rest()

    assert answered == status
    (row,) = await scenes.rows(server, "SELECT status, error FROM webhook_deliveries WHERE guid = 'odd'")
    assert row["status"] == kept, row["error"]


async def test_another_installation_than_ours_is_nobody_we_work_for(hub, tmp_path):
    """S13"""
    async with running(hub, tmp_path / "data", github_installation_id=1) as server:
        repo = await hub.create_repository("octo/widgets", configuration())
        pull = await hub.open_pull_request(repo, files=scenes.CLEAN)
        await server.rest()

        assert await server.run(pull) is None
        told = await scenes.rows(server, "SELECT status, error FROM webhook_deliveries WHERE event = 'pull_request'")
        assert [row["status"] for row in told] == ["ignored"]
        assert "installation" in told[0]["error"]
