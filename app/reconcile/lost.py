"""Deliveries that GitHub could not make are asked for again.

It does not do that by itself, and keeps them for three days, or seven on GitHub Enterprise Server
(docs.github.com, "Redelivering webhooks"). What is older is found by looking.
"""

from __future__ import annotations

import structlog

from app.errors import Refused
from app.github.about import Delivery
from app.perform.world import World
from app.store import counts, deliveries, redeliveries
from app.store.connection import Connection

log = structlog.get_logger(__name__)

AT_ONCE = 200
"""In one sweep. The rest waits for the next, so that a thousand lost ones do not drown what happens now."""


async def redeliver(world: World) -> None:
    """Ask for the deliveries that failed and are not here, whatever we answered, the oldest first.

    Each once in a sweep and a few times in all: one that always fails would come back for ever.
    """
    failed: dict[str, Delivery] = {}
    async for delivery in world.github.deliveries(only_failed=True):
        if world.us.installation_id is None or delivery.installation_id in {None, world.us.installation_id}:
            failed.setdefault(delivery.guid, delivery)

    def wanted(db: Connection) -> list[Delivery]:
        room = max(0, AT_ONCE - counts.inbox(db)["pending"])
        due = [failed[guid] for guid in deliveries.unknown(db, failed) if redeliveries.is_due(db, guid)]
        return sorted(due, key=lambda one: (one.delivered_at, one.id))[:room]

    for delivery in await world.database.read(wanted):
        guid = delivery.guid
        tries = await world.database.write(lambda db, guid=guid: redeliveries.note(db, guid))  # type: ignore[misc]
        last = tries == redeliveries.MAX_TRIES
        log.info("asking for a delivery again", guid=guid, webhook=delivery.event, tries=tries, last=last)
        try:
            await world.github.redeliver(delivery.id)
        except Refused as error:
            log.info("it cannot be delivered again", guid=guid, error=str(error))
