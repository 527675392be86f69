"""Webhooks leave the hub signed and in order, and can be listed and sent again."""

from __future__ import annotations

import hashlib
import hmac
import socket
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import openapi_schema_validator
import pytest

from app.localhub import deliveries
from tests import github_descriptions
from tests.localhub import webhook_receiver
from tests.localhub.webhook_receiver import SECRET, Receiver, tell


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with webhook_receiver.listening() as receiver:
        yield receiver


def _sender(receiver: Receiver) -> deliveries.Deliveries:
    return deliveries.Deliveries(SECRET, receiver.url, app_id=424242, timeout=0.5)


async def test_a_delivery_is_signed_over_its_exact_bytes(receiver: Receiver) -> None:
    sender = _sender(receiver)
    guid = await sender.send("issues", "opened", {"emoji": "\N{ROCKET}", "number": 1}, 1, 2)
    await sender.drain()
    ((headers, body),) = receiver.received
    assert body == '{"emoji":"\N{ROCKET}","number":1}'.encode()
    assert headers["X-Hub-Signature-256"] == "sha256=" + hmac.digest(SECRET.encode(), body, "sha256").hex()
    assert headers["X-Hub-Signature"] == "sha1=" + hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()
    assert headers["X-GitHub-Event"] == "issues"
    assert headers["X-GitHub-Delivery"] == guid == str(uuid.UUID(guid))
    assert headers["X-GitHub-Hook-Installation-Target-ID"] == "424242"
    assert headers["X-GitHub-Hook-Installation-Target-Type"] == "integration"
    assert headers["User-Agent"].startswith("GitHub-Hookshot/")
    assert headers["Content-Type"] == "application/json"


async def test_deliveries_arrive_in_the_order_of_events_and_are_listed_newest_first(receiver: Receiver) -> None:
    sender = _sender(receiver)
    guids = [await tell(sender, number) for number in range(20)]
    await sender.drain()
    assert receiver.numbers == list(range(20))
    listed, following = sender.list(30)
    assert [item["guid"] for item in listed] == guids[::-1]
    assert [item["id"] for item in listed] == sorted((item["id"] for item in listed), reverse=True)
    assert following is None


async def test_the_pages_of_the_list_join_without_gap_or_overlap(receiver: Receiver) -> None:
    sender = _sender(receiver)
    for number in range(7):
        await tell(sender, number)
    await sender.drain()
    first, cursor = sender.list(3)
    second, cursor = sender.list(3, cursor)
    third, end = sender.list(3, cursor)
    assert first + second + third == sender.list(100)[0]
    assert ([len(page) for page in (first, second, third)], end) == ([3, 3, 1], None)
    assert sender.list(3, "v1_nonsense") == ([], None)


async def test_deliveries_have_the_shapes_that_github_describes(receiver: Receiver) -> None:
    sender = _sender(receiver)
    await tell(sender, 1)
    await sender.send("ping", None, {"zen": "x", "number": 2}, None, None)
    await sender.drain()
    await _send_to_nobody(sender)
    schemas = github_descriptions.openapi()["components"]["schemas"]
    items, _ = sender.list()
    assert len(items) == 3
    for item in items:
        openapi_schema_validator.OAS30ReadValidator(schemas["hook-delivery-item"]).validate(item)
        full = sender.get(item["id"])
        assert full is not None
        assert full.items() >= item.items()
        openapi_schema_validator.OAS30ReadValidator(schemas["hook-delivery"]).validate(full)
    answered = sender.get(items[-1]["id"]) or {}
    assert answered["request"]["payload"] == {"number": 1}
    assert answered["request"]["headers"]["X-GitHub-Event"] == "issues"
    assert answered["response"]["payload"] == "heard"


async def _send_to_nobody(sender: deliveries.Deliveries) -> None:
    """Deliver once to a port that nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        sender.target_url = f"http://127.0.0.1:{held.getsockname()[1]}/"
        await tell(sender, 99)
        await sender.drain()


async def test_a_refused_connection_is_recorded_as_failed_to_connect(receiver: Receiver) -> None:
    sender = _sender(receiver)
    await _send_to_nobody(sender)
    ((item,), _) = sender.list(status="failure")
    assert (item["status"], item["status_code"]) == ("failed to connect", 502)


async def test_a_receiver_that_does_not_answer_is_recorded_as_timed_out(receiver: Receiver) -> None:
    receiver.silent = True
    sender = _sender(receiver)
    await tell(sender, 1)
    await sender.drain()
    ((item,), _) = sender.list(status="failure")
    assert (item["status"], item["status_code"]) == ("timed out", 504)
    assert receiver.numbers == [1]


@pytest.mark.parametrize(
    ("answer", "status", "group"),
    [
        (202, "OK", "success"),
        (302, "Invalid HTTP Response: 302", "success"),
        (404, "Invalid HTTP Response: 404", "failure"),
        (500, "Invalid HTTP Response: 500", "failure"),
    ],
)
async def test_an_answer_is_recorded_as_it_is(receiver: Receiver, answer: int, status: str, group: str) -> None:
    receiver.status = answer
    sender = _sender(receiver)
    await tell(sender, 1)
    await sender.drain()
    ((item,), _) = sender.list(status=group)
    assert (item["status"], item["status_code"], item["redelivery"]) == (status, answer, False)
    assert len(receiver.received) == 1


async def test_a_redelivery_has_the_same_guid_and_body_and_a_new_number(receiver: Receiver) -> None:
    receiver.status = 500
    sender = _sender(receiver)
    await tell(sender, 1)
    await sender.drain()
    ((failed,), _) = sender.list()
    receiver.status = 200
    assert await sender.redeliver(failed["id"])
    await sender.drain()
    ((again,), _) = sender.list(status="success")
    assert (again["guid"], again["redelivery"]) == (failed["guid"], True)
    assert again["id"] > failed["id"]
    assert receiver.received[0] == receiver.received[1]


async def test_a_payload_changed_after_the_event_is_sent_as_it_was(receiver: Receiver) -> None:
    sender = _sender(receiver)
    payload = {"number": 1}
    await sender.send("issues", "opened", payload, 1, 2)
    payload["number"] = 2
    await sender.drain()
    assert receiver.numbers == [1]


async def test_after_three_days_a_delivery_is_gone(receiver: Receiver) -> None:
    now = datetime(2026, 3, 6, tzinfo=UTC)
    sender = deliveries.Deliveries(SECRET, receiver.url, app_id=1, clock=lambda: now)
    await tell(sender, 1)
    await sender.drain()
    ((item,), _) = sender.list()
    assert item["delivered_at"] == "2026-03-06T00:00:00Z"
    now += timedelta(days=3, seconds=1)
    assert sender.list() == ([], None)
    assert sender.get(item["id"]) is None
    assert not await sender.redeliver(item["id"])


async def test_without_a_target_and_above_the_size_limit_nothing_is_sent_or_recorded(receiver: Receiver) -> None:
    sender = _sender(receiver)
    await sender.send("push", None, {"number": 1, "big": "x" * deliveries.LARGEST}, 1, 2)
    sender.target_url = None
    await tell(sender, 2)
    await sender.drain()
    assert (receiver.received, sender.list()) == ([], ([], None))


async def test_stopping_drops_what_is_queued_and_breaks_off_what_is_on_its_way(receiver: Receiver) -> None:
    receiver.silent = True
    sender = deliveries.Deliveries(SECRET, receiver.url, app_id=1, timeout=60)
    for number in range(3):
        await tell(sender, number)
    await receiver.heard.wait()
    await sender.stop()
    await sender.drain()
    assert (receiver.numbers, sender.list()) == ([0], ([], None))
