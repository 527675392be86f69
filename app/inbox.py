"""Deliveries in order, one transaction each, into handlers.

A handler reads and writes rows and queues effects; it never waits for the network, so nothing in the
inbox can be stuck behind it. One that breaks fails its own delivery and no other.
"""

from __future__ import annotations

import asyncio

import structlog

from app import handlers, payload, redact
from app.handlers.event import Event, Us
from app.store import deliveries, restarts
from app.store.connection import Connection
from app.store.database import Busy, Database
from app.store.deliveries import Packed

log = structlog.get_logger(__name__)

BATCH = 16
LARGE = 64 * 1024
"""Bytes, compressed, from which on a body is read in another thread, so that nobody waits for it."""


async def run(database: Database, us: Us) -> None:
    """Handle what waited when the server started, then deliveries as they come, until cancelled."""
    begun: set[str] = set()
    until = None
    while True:
        bell = database.bell()
        try:
            if until is None:
                until = await database.read(restarts.last_delivery)
            if until and not await _handle_left(database, us, until, begun):
                until = 0
            if not until and not await handle_waiting(database, us):
                await bell.wait(timeout=30)
        except Busy as busy:
            log.warning("the inbox waits for the database", error=str(busy))
            await asyncio.sleep(1)


async def handle_waiting(database: Database, us: Us) -> int:
    """Handle the deliveries that wait now; returns how many there were.

    Their transactions queue up in the order of arrival and share a commit, a savepoint each.
    """
    waiting = await database.read(lambda db: deliveries.pending(db, BATCH))
    await asyncio.gather(*(_handle(database, delivery, us) for delivery in waiting))
    return len(waiting)


async def _handle_left(database: Database, us: Us, until: int, begun: set[str]) -> int:
    """Handle some of what the last server left; returns how many.

    It is written down first what is begun, since it may be what ended that server.
    """
    waiting = await database.write(lambda db: restarts.begin_deliveries(db, until, BATCH, begun))
    begun.update(delivery.guid for delivery in waiting)
    await asyncio.gather(*(_handle(database, delivery, us) for delivery in waiting))
    return len(waiting)


async def _handle(database: Database, delivery: Packed, us: Us) -> None:
    def in_transaction(db: Connection) -> str | None:
        why_ignored = handlers.dispatch(event, db)
        deliveries.settle(db, delivery.guid, "ignored" if why_ignored else "done", why_ignored)
        return why_ignored

    try:
        large = len(delivery.payload) > LARGE
        event = await asyncio.to_thread(_event, delivery, us) if large else _event(delivery, us)
        ignored = await database.write(in_transaction)
        log.info("handled", guid=delivery.guid, webhook=delivery.event, action=delivery.action, ignored=ignored)
    except Busy:
        raise
    except Exception as error:
        log.exception("a delivery could not be handled", guid=delivery.guid, webhook=delivery.event)
        words = redact.text(f"{type(error).__name__}: {error}")[:2000]
        await database.write(lambda db: deliveries.settle(db, delivery.guid, "failed", words))


def _event(delivery: Packed, us: Us) -> Event:
    data = payload.parse(deliveries.unpack(delivery))
    return Event(delivery.guid, delivery.event, delivery.action, delivery.installation, data, us)
