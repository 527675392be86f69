"""The webhook deliveries of one App: sent in order, or badly when told so, listed and sent again on demand.

Sending goes on in the background; whoever reports an event never waits for the receiver.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from app.localhub import delivery

RETENTION = timedelta(days=3)
"""How long deliveries can be listed and sent again, as on GitHub."""

LARGEST = 25 * 1024 * 1024
"""Bytes of the largest payload; GitHub drops larger ones without a trace."""

Fate = Literal["arrive", "duplicate", "lose", "vanish"]

_PATIENCE = 0.05  # seconds without a new delivery after which a shuffled window is sent as it is
_FIRST_ID = 196_000_000_000


@dataclass(slots=True)
class Faults:
    """What may befall new deliveries; redeliveries are spared.

    `vanish` (not even recorded), `lose` (recorded as failed, never sent) and `duplicate` (sent twice under
    one GUID) are probabilities, tried in this order. `late` is a range of seconds that each delivery
    waits on its own, so that they overtake each other. `shuffle` is a number of deliveries that are held
    back and sent in random order. `coming` decides the next deliveries one by one before chance does.
    """

    vanish: float = 0.0
    lose: float = 0.0
    duplicate: float = 0.0
    late: tuple[float, float] | None = None
    shuffle: int = 1
    coming: list[Fate] = field(default_factory=list)
    random: random.Random = field(default_factory=lambda: random.Random(0))

    def fate(self) -> Fate:
        """Decide about one new delivery."""
        if self.coming:
            return self.coming.pop(0)
        chances: dict[Fate, float] = {"vanish": self.vanish, "lose": self.lose, "duplicate": self.duplicate}
        return next((fate for fate, chance in chances.items() if self.random.random() < chance), "arrive")


@dataclass(frozen=True, slots=True)
class _Order:
    message: delivery.Message
    redelivery: bool = False
    lost: bool = False


class Deliveries:
    """Sends webhooks to `target_url` (None: nowhere), signed with `secret`, and keeps what became of them.

    Both may be changed at any time. `clock` gives the times that are recorded; `timeout` is in seconds.
    """

    def __init__(
        self,
        secret: str,
        target_url: str | None,
        *,
        app_id: int,
        hook_id: int = 1,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        faults: Faults | None = None,
        timeout: float = 10.0,
    ) -> None:
        self.secret = secret
        self.target_url = target_url
        self.faults = faults or Faults()
        self._app_id, self._hook_id = app_id, hook_id
        self._clock, self._timeout = clock, timeout
        self._ids = itertools.count(_FIRST_ID, 7)
        self._kept: dict[int, delivery.Delivery] = {}
        self._queue: list[_Order] = []
        self._sender: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def send(
        self,
        event: str,
        action: str | None,
        payload: dict[str, Any],
        installation_id: int | None,
        repository_id: int | None,
    ) -> str:
        """Deliver an event in the background; returns its GUID at once, in the order of the calls."""
        body = delivery.encode(payload)
        message = delivery.Message(str(uuid.uuid1()), event, action, body, installation_id, repository_id)
        fate = self.faults.fate() if self.target_url else "vanish"
        if fate != "vanish" and len(body) <= LARGEST:
            for _ in range(2 if fate == "duplicate" else 1):
                self._enqueue(_Order(message, lost=fate == "lose"))
        return message.guid

    async def redeliver(self, number: int) -> bool:
        """Send the delivery `number` again, with a new number and its old GUID; False if it is not kept."""
        found = self._recent().get(number)
        if found:
            self._enqueue(_Order(found.message, redelivery=True))
        return found is not None

    def list(
        self, per_page: int = 30, cursor: str | None = None, status: str | None = None
    ) -> tuple[list[dict[str, Any]], str | None]:
        """A page of `hook-delivery-item`s, newest first, and the cursor of the next page.

        `status` is "success" (200 to 399) or "failure". A cursor that was never given out has an empty page.
        """
        kept = [one for _, one in sorted(self._recent().items(), reverse=True)]
        if status:
            kept = [one for one in kept if (one.answer.status_code < 400) == (status == "success")]
        if cursor:
            kept = [one for one in kept if one.id <= _number(cursor)]
        following = f"v1_{kept[per_page].id}" if len(kept) > per_page else None
        return [one.item() for one in kept[:per_page]], following

    def get(self, number: int) -> dict[str, Any] | None:
        """The `hook-delivery` with this number, None if it is unknown or too old."""
        found = self._recent().get(number)
        return found.full() if found else None

    async def drain(self) -> None:
        """Wait until nothing is queued or on its way."""
        while running := set(self._tasks):
            for task in (await asyncio.wait(running))[0]:
                if not task.cancelled():
                    task.result()

    async def stop(self) -> None:
        """Drop what is queued and break off what is on its way."""
        self._queue.clear()
        for task in set(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _enqueue(self, order: _Order) -> None:
        if self.faults.late and not order.redelivery:
            self._start(self._send_late(order, self.faults.random.uniform(*self.faults.late)))
            return
        self._queue.append(order)
        if self._sender is None or self._sender.done():
            self._sender = self._start(self._send_queued())

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _send_late(self, order: _Order, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._attempt(order)

    async def _send_queued(self) -> None:
        while self._queue:
            held = 0
            while held < len(self._queue) < self.faults.shuffle:
                held = len(self._queue)
                await asyncio.sleep(_PATIENCE)
            window = min(max(1, self.faults.shuffle), len(self._queue))
            await self._attempt(self._queue.pop(self.faults.random.randrange(window)))

    async def _attempt(self, order: _Order) -> None:
        url, message = self.target_url or "", order.message
        signed = delivery.headers(message, self.secret, self._app_id, self._hook_id)
        at = self._clock()
        answer = delivery.UNREACHABLE
        if not order.lost and url:
            answer = await delivery.post(url, message.body, signed, self._timeout)
        number = next(self._ids)
        self._kept[number] = delivery.Delivery(number, message, order.redelivery, at, url, answer, signed)

    def _recent(self) -> dict[int, delivery.Delivery]:
        """What is still kept; the rest is forgotten."""
        oldest = self._clock() - RETENTION
        self._kept = {number: one for number, one in self._kept.items() if one.delivered_at >= oldest}
        return self._kept


def _number(cursor: str) -> int:
    digits = cursor.removeprefix("v1_")
    return int(digits) if digits.isascii() and digits.isdigit() else 0
