"""Bodies that are too large, too slow or too many: refused while they arrive, and the server goes on."""

from __future__ import annotations

import asyncio
import contextlib
import threading

import pytest

from app import webhook
from tests.edge.front import Front, signature

MIB = 1024 * 1024
HEAD = "POST /webhooks/github HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-GitHub-Event: watch\r\n"
SIGNED = f"X-GitHub-Delivery: g\r\nX-Hub-Signature-256: {signature(b'')}\r\n"


@contextlib.asynccontextmanager
async def connected(front: Front, head: str):
    """A connection on which the head of a request was sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", front.port)
    try:
        writer.write((HEAD + SIGNED + head + "\r\n").encode())
        await writer.drain()
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def answer(reader) -> tuple[int, str]:
    """Status, and headers with the body, of an answer with a length; it may come before the request's end."""
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)).decode().lower()
    length = int(head.partition("content-length: ")[2].split()[0])
    body = await asyncio.wait_for(reader.readexactly(length), 30)
    return int(head.split()[1]), head + body.decode()


async def test_a_body_of_25_mib_is_accepted(front):
    body = b'{"a": "' + b"x" * (webhook.MAX_BODY - 9) + b'"}'
    assert len(body) == 25 * MIB
    assert (await front.post(body)).status == 202


async def test_a_declared_length_over_the_bound_is_refused_before_a_byte_of_it_comes(front):
    async with connected(front, f"Content-Length: {webhook.MAX_BODY + 1}\r\n") as (reader, _):
        status, rest = await answer(reader)
    assert status == 413
    assert "connection: close" in rest
    assert await front.kept() == 0


@pytest.mark.parametrize("length", ["99999999999999999999", "9" * 5000])
async def test_an_absurd_length_is_refused(front, length):
    async with connected(front, f"Content-Length: {length}\r\n") as (reader, _):
        line = await asyncio.wait_for(reader.readline(), 30)
    assert int(line.split()[1]) in {400, 413}


async def test_an_endless_body_is_answered_at_the_bound_and_cut_off_at_twice_the_bound(front):
    answered = sent = 0
    async with connected(front, "Transfer-Encoding: chunked\r\n") as (reader, writer):
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        told = asyncio.create_task(answer(reader))
        with contextlib.suppress(ConnectionError):
            while sent < 4 * webhook.MAX_BODY:
                writer.write(chunk)
                await writer.drain()
                sent += 0x10000
                answered = answered or (sent if told.done() else 0)
        assert (await told)[0] == 413
    assert webhook.MAX_BODY < answered < webhook.MAX_BODY + 8 * MIB
    assert 2 * webhook.MAX_BODY < sent < 2 * webhook.MAX_BODY + 16 * MIB
    assert (await front.post({"after": 1})).status == 202


async def test_when_too_much_is_being_received_the_next_is_told_to_come_again(front, monkeypatch):
    monkeypatch.setattr(webhook, "MAX_HELD", 4 * MIB)
    async with contextlib.AsyncExitStack() as stack:
        slow = [await stack.enter_async_context(connected(front, f"Content-Length: {2 * MIB}\r\n")) for _ in range(8)]
        for _, writer in slow:
            writer.write(b" " * MIB)
            await writer.drain()
        told = [asyncio.create_task(answer(reader)) for reader, _ in slow]
        done, waiting = await asyncio.wait(told, timeout=30, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            status, rest = task.result()
            assert status == 503
            assert "retry-after: 30" in rest
        for task in waiting:
            task.cancel()
    async with asyncio.timeout(30):
        while (await front.post({"after": 1}, guid="after")).status not in {200, 202}:
            await asyncio.sleep(0.01)


async def test_a_body_counts_until_it_is_answered(front, monkeypatch):
    """Many large ones that wait to be stored must not add up: reading them is not the end of them."""
    monkeypatch.setattr(webhook, "MAX_HELD", 3 * MIB)
    began, go = threading.Barrier(2), threading.Event()
    held = asyncio.create_task(front.database.write(lambda _: (began.wait(30), go.wait(30))))
    await asyncio.to_thread(began.wait, 30)
    bodies = [b'{"n": %d, "a": "%s"}' % (number, b"x" * MIB) for number in range(24)]
    posted = [asyncio.create_task(front.post(body)) for body in bodies]
    async with asyncio.timeout(30):
        while sum(task.done() for task in posted) < 21:
            await asyncio.sleep(0.01)
    early = [task.result() for task in posted if task.done()]
    assert {(each.status, each.headers["Retry-After"]) for each in early} == {(503, "30")}
    go.set()
    statuses = [each.status for each in await asyncio.gather(*posted)]
    await held
    assert 1 <= statuses.count(202) <= 3
    assert await front.kept() == statuses.count(202)


async def test_a_body_that_does_not_come_is_not_waited_for(front, monkeypatch):
    monkeypatch.setattr(webhook, "READ_SECONDS", 0.2)
    async with connected(front, "Content-Length: 100\r\n") as (reader, writer):
        writer.write(b'{"a"')
        status, rest = await answer(reader)
    assert status == 400
    assert "did not arrive" in rest


async def test_a_sender_that_hangs_up_leaves_nothing_behind(front):
    async with connected(front, "Content-Length: 100\r\n") as (_, writer):
        writer.write(b'{"a"')
        await writer.drain()
    assert (await front.post({"after": 1})).status == 202
    assert await front.kept() == 1


async def test_large_headers_are_refused(front):
    assert (await front.ask("POST", "/webhooks/github", b"{}", X_Long="x" * 200_000)).status == 400
