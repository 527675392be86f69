"""Deliveries go wrong exactly as ordered: twice, late, out of order, lost, or without a trace."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator

import pytest

from app.localhub import deliveries
from tests.localhub import webhook_receiver
from tests.localhub.webhook_receiver import SECRET, Receiver, tell


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with webhook_receiver.listening() as receiver:
        yield receiver


async def _sent(receiver: Receiver, faults: deliveries.Faults, count: int) -> deliveries.Deliveries:
    sender = deliveries.Deliveries(SECRET, receiver.url, app_id=1, faults=faults)
    for number in range(count):
        await tell(sender, number)
    await sender.drain()
    return sender


async def test_a_duplicate_has_the_same_guid(receiver: Receiver) -> None:
    sender = await _sent(receiver, deliveries.Faults(duplicate=1.0), 1)
    assert receiver.numbers == [0, 0]
    assert len(set(receiver.guids)) == 1
    items, _ = sender.list()
    assert [item["redelivery"] for item in items] == [False, False]
    assert len({item["id"] for item in items}) == 2


async def test_a_lost_delivery_is_recorded_as_failed_and_can_be_sent_again(receiver: Receiver) -> None:
    sender = await _sent(receiver, deliveries.Faults(lose=1.0), 1)
    assert receiver.received == []
    ((lost,), _) = sender.list(status="failure")
    assert lost["status_code"] == 502
    await sender.redeliver(lost["id"])
    await sender.drain()
    ((again,), _) = sender.list(status="success")
    assert (again["redelivery"], receiver.guids) == (True, [lost["guid"]])


async def test_a_vanished_delivery_leaves_no_record(receiver: Receiver) -> None:
    sender = await _sent(receiver, deliveries.Faults(vanish=1.0), 3)
    assert (receiver.received, sender.list()) == ([], ([], None))


async def test_a_shuffled_window_keeps_each_delivery_within_its_bounds(receiver: Receiver) -> None:
    await _sent(receiver, deliveries.Faults(shuffle=4), 40)
    assert sorted(receiver.numbers) == list(range(40))
    assert receiver.numbers != sorted(receiver.numbers)
    assert all(number <= place + 3 for place, number in enumerate(receiver.numbers))


async def test_a_single_delivery_leaves_a_window_that_never_fills(receiver: Receiver) -> None:
    await _sent(receiver, deliveries.Faults(shuffle=4), 1)
    assert receiver.numbers == [0]


async def test_late_deliveries_overtake_each_other_and_all_arrive(receiver: Receiver) -> None:
    await _sent(receiver, deliveries.Faults(late=(0.0, 0.3)), 20)
    assert sorted(receiver.numbers) == list(range(20))
    assert receiver.numbers != sorted(receiver.numbers)


async def test_the_coming_deliveries_can_be_decided_one_by_one(receiver: Receiver) -> None:
    fates: list[deliveries.Fate] = ["vanish", "duplicate", "lose", "arrive"]
    sender = await _sent(receiver, deliveries.Faults(coming=fates), 5)
    assert receiver.numbers == [1, 1, 3, 4]
    assert len(sender.list(status="failure")[0]) == 1


async def test_the_same_seed_brings_the_same_trouble(receiver: Receiver) -> None:
    runs = []
    for _ in range(2):
        receiver.received.clear()
        await _sent(receiver, deliveries.Faults(0.2, 0.2, 0.2, shuffle=3, random=random.Random(7)), 30)
        runs.append(receiver.numbers)
    assert runs[0] == runs[1]
    assert runs[0] != list(range(30))
