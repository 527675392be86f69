"""The inbox: a delivery is kept once, whatever comes twice, and what is damaged holds up nobody."""

from __future__ import annotations

import random
import zlib

import pytest

from app.store import counts, deliveries
from app.store.deliveries import Delivery, Stored
from tests.store.asking import plan


def packed(guid, body=b"{}", event="push"):
    return deliveries.pack(Delivery(guid, event, "done", 1, 2, body))


def store(db, guid, body=b"{}"):
    return deliveries.store(db, packed(guid, body))


def found(db, guid):
    row = deliveries.find(db, guid)
    assert row is not None
    return row


def status(db, guid):
    return found(db, guid)["status"]


def test_a_delivery_comes_back_as_it_came_in_order_of_arrival(db):
    bodies = {f"{number:x}": bytes([number]) * number * 1000 for number in range(20)}
    for guid, body in bodies.items():
        assert store(db, guid, body) is Stored.NEW
    waiting = deliveries.pending(db, 100)
    assert {each.guid: deliveries.unpack(each) for each in waiting} == bodies
    assert [each.guid for each in waiting] == list(bodies)
    assert (waiting[0].event, waiting[0].action, waiting[0].installation, waiting[0].repository) == (
        "push",
        "done",
        1,
        2,
    )


def test_a_guid_is_kept_once(db):
    store(db, "a")
    assert store(db, "a", b"other") is Stored.DUPLICATE
    deliveries.settle(db, "a", "done")
    assert store(db, "a") is Stored.DUPLICATE
    assert status(db, "a") == "done"


def test_a_failed_one_may_be_delivered_again(db):
    store(db, "a")
    deliveries.settle(db, "a", "failed", "boom")
    assert store(db, "a") is Stored.AGAIN
    assert (status(db, "a"), found(db, "a")["error"]) == ("pending", None)
    assert [each.guid for each in deliveries.pending(db, 5)] == ["a"]


@pytest.mark.parametrize("first", ["pending", "done"])
def test_a_body_that_was_accepted_comes_again_as_a_replay_and_is_ignored(db, first):
    store(db, "a", b"body")
    if first == "done":
        deliveries.settle(db, "a", "done")
    assert store(db, "b", b"body") is Stored.REPLAY
    row = found(db, "b")
    assert (row["status"], row["error"]) == ("ignored", "same body as delivery a")
    assert store(db, "b", b"body") is Stored.DUPLICATE


def test_a_body_whose_first_delivery_failed_is_taken_under_another_guid(db):
    store(db, "a", b"body")
    deliveries.settle(db, "a", "failed", "boom")
    assert store(db, "b", b"body") is Stored.NEW


def test_a_settled_delivery_is_settled_once(db):
    store(db, "a")
    deliveries.settle(db, "a", "ignored", "nothing listens")
    deliveries.settle(db, "a", "failed", "too late")
    row = found(db, "a")
    assert (row["status"], row["error"], row["attempts"]) == ("ignored", "nothing listens", 1)


def test_a_person_may_have_any_delivery_handled_again(db):
    store(db, "a")
    for end in ("done", "ignored", "failed"):
        deliveries.settle(db, "a", end, "why")
        db.execute("UPDATE webhook_deliveries SET interruptions = 3")
        assert deliveries.replay(db, "a")
        (row,) = db.execute("SELECT status, attempts, interruptions, processed_at FROM webhook_deliveries")
        assert tuple(row) == ("pending", 0, None, None)
    assert not deliveries.replay(db, "b")


def test_large_ones_are_read_a_few_at_a_time(db):
    body = random.Random(1).randbytes(deliveries.BATCH_LIMIT)
    for number in range(3):
        store(db, f"{number}", body + bytes([number]))
    assert len(deliveries.pending(db, 16)) == 1


def test_a_damaged_payload_is_found_when_it_is_unpacked_and_not_before(db):
    store(db, "a")
    store(db, "b", b"fine")
    db.execute("UPDATE webhook_deliveries SET payload = x'00ff' WHERE guid = 'a'")
    damaged, fine = deliveries.pending(db, 5)
    with pytest.raises(zlib.error):
        deliveries.unpack(damaged)
    assert deliveries.unpack(fine) == b"fine"


def test_a_small_payload_never_becomes_a_huge_body(db):
    bomb = packed("a", bytes(deliveries.PAYLOAD_LIMIT * 3))
    assert len(bomb.payload) < deliveries.PAYLOAD_LIMIT / 20
    assert len(deliveries.unpack(bomb)) == deliveries.PAYLOAD_LIMIT


def test_only_what_never_came_is_worth_asking_for_again(db):
    for guid, end in [("done", "done"), ("ignored", "ignored"), ("failed", "failed"), ("pending", None)]:
        store(db, guid, guid.encode())
        if end:
            deliveries.settle(db, guid, end)
    asked = ["done", "ignored", "failed", "pending", "never-came"]
    assert deliveries.unknown(db, asked) == ["never-came"]


def test_the_counts_say_how_many_wait_and_how_long(db, clock):
    assert counts.inbox(db) == {"pending": 0, "failed": 0, "ignored_today": 0, "oldest_seconds": 0.0}
    assert counts.last_delivery(db) is None
    store(db, "a", b"1")
    clock.advance(90)
    store(db, "b", b"2")
    store(db, "c", b"3")
    deliveries.settle(db, "c", "failed", "boom")
    assert counts.inbox(db) == {"pending": 2, "failed": 1, "ignored_today": 0, "oldest_seconds": 90.0}
    assert counts.last_delivery(db) == "2026-11-22T12:01:30.000Z"
    assert [row["guid"] for row in deliveries.recent(db, 2)] == ["c", "b"]
    assert [row["guid"] for row in deliveries.recent(db, 2, "pending")] == ["b", "a"]


def test_what_was_handled_long_ago_is_forgotten_and_what_failed_or_waits_is_not(db, clock, monkeypatch):
    monkeypatch.setattr(deliveries, "FORGET_LIMIT", 2)
    for number, end in enumerate(["failed", "done", None, "ignored", "done"]):
        store(db, f"{number}", b"%d" % number)
        if end:
            deliveries.settle(db, f"{number}", end)
    clock.advance(60)
    store(db, "new", b"new")
    deliveries.settle(db, "new", "done")
    assert [deliveries.forget(db, clock()) for _ in range(3)] == [2, 1, 0]
    assert [row["guid"] for row in deliveries.recent(db, 9)] == ["new", "2", "0"]


def test_no_question_about_the_inbox_scans_it(db):
    store(db, "a")
    lines = plan(db, counts.inbox) + plan(db, counts.outbox) + plan(db, counts.last_delivery)
    lines += (
        plan(db, deliveries.pending, 16) + plan(db, deliveries.recent, 5, "failed") + plan(db, deliveries.recent, 5)
    )
    lines += plan(db, deliveries.store, packed("b", b"new")) + plan(db, deliveries.unknown, ["x"])
    assert len(lines) > 8
    assert [line for line in lines if line.startswith("SCAN") and "INDEX idx_" not in line] == []
    assert any("idx_deliveries_failed" in line for line in lines)
    assert any("idx_deliveries_body" in line for line in lines)
