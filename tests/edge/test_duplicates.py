"""What comes twice counts once: the same GUID, the same body, and a redelivery of what had failed."""

from __future__ import annotations

import asyncio

from tests.edge.front import Front

PING = {"zen": "Design for failure.", "hook_id": 1}
BROKEN = {"action": "opened", "pull_request": {"number": "one"}, "repository": {"id": 1, "full_name": "o/r"}}


async def test_the_same_guid_is_accepted_once_and_then_known(front):
    assert (await front.post({"a": 1}, guid="g")).status == 202
    assert (await front.post({"a": 1}, guid="g")).status == 200
    await front.handled()
    again = await front.post({"a": 2}, guid="g")
    assert (again.status, again.json["stored"]) == (200, "duplicate")
    assert await front.kept() == 1


async def test_the_same_guid_many_times_at_once_is_accepted_once(front):
    answers = await asyncio.gather(*(front.post({"a": 1}, guid="g") for _ in range(40)))
    assert sorted(answer.status for answer in answers) == [200] * 39 + [202]
    assert await front.kept() == 1


async def test_a_body_under_a_new_guid_is_kept_and_ignored(front):
    assert (await front.post({"a": 1}, guid="first")).status == 202
    await front.database.write(lambda db: db.execute("UPDATE webhook_deliveries SET status = 'done'"))
    replayed = await front.post({"a": 1}, guid="second")
    assert (replayed.status, replayed.json["stored"]) == (202, "replay")
    row = await front.row("second")
    assert row is not None
    assert (row["status"], row["error"]) == ("ignored", "same body as delivery first")


async def test_a_ping_is_answered_200_and_kept(front):
    assert (await front.post(PING, "ping", guid="g")).status == 200
    assert [row["guid"] for row in (await front.handled())["done"]] == ["g"]


async def test_a_delivery_that_failed_is_accepted_again_and_handled(front):
    assert (await front.post(BROKEN, "pull_request", guid="g")).status == 202
    [failed] = (await front.handled())["failed"]
    assert "number" in failed["error"]
    again = await front.post(BROKEN, "pull_request", guid="g")
    assert (again.status, again.json["stored"]) == (202, "again")
    [failed] = (await front.handled())["failed"]
    assert failed["attempts"] == 2


async def test_one_that_fails_holds_up_nobody(front: Front):
    bodies = [BROKEN | {"n": number} if number % 2 else {"n": number} for number in range(30)]
    answers = await asyncio.gather(
        *(front.post(body, "pull_request" if "action" in body else "watch") for body in bodies)
    )
    assert {answer.status for answer in answers} == {202}
    handled = await front.handled()
    assert {status: len(rows) for status, rows in handled.items()} == {"done": 0, "ignored": 15, "failed": 15}


async def test_a_delivery_whose_stored_body_is_damaged_fails_alone(front):
    await front.database.write(_damaged)
    await front.post({"a": 1}, guid="after")
    handled = await front.handled()
    assert [row["guid"] for row in handled["failed"]] == ["damaged"]
    assert [row["guid"] for row in handled["ignored"]] == ["after"]


def _damaged(db):
    db.execute(
        """INSERT INTO webhook_deliveries (guid, event, received_at, payload, body_sha256, sequence)
           VALUES ('damaged', 'push', ?, x'00ff', x'00', 1)""",
        (db.now,),
    )
