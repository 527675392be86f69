"""Posts signed deliveries as GitHub does, over several connections, and remembers which were acknowledged."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp

from tests.crash.process import PATIENCE_SECONDS, SECRET
from tests.github_descriptions import webhook_examples

CONNECTIONS = 6


@dataclass(frozen=True, slots=True)
class Sent:
    guid: str
    event: str
    body: bytes


@dataclass
class Client:
    """`sent` is everything ever posted, by GUID; `acknowledged` what was answered with 2xx.

    What got no answer is posted again first, as GitHub does when it is asked to. Some are posted twice.
    """

    random: random.Random
    sent: dict[str, Sent] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    unanswered: list[Sent] = field(default_factory=list)
    acknowledgements: int = 0

    async def post_until(self, url: str, enough: int, then: Callable[[], None]) -> None:
        """Post until the server goes away; call `then` at the acknowledgement number `enough` of this time."""
        wanted = self.acknowledgements + enough
        if not enough:
            asyncio.get_running_loop().call_later(self.random.uniform(0, 0.01), then)

        async def post(http: aiohttp.ClientSession) -> None:
            while True:
                delivery = self._next()
                try:
                    async with http.post(f"{url}/webhooks/github", data=delivery.body, headers=_headers(delivery)) as a:
                        status, words = a.status, await a.text()
                except aiohttp.ClientError:
                    self.unanswered.append(delivery)
                    return
                assert status in {200, 202}, f"{status} for {delivery.event} {delivery.guid}: {words}"
                self.acknowledged.add(delivery.guid)
                self.acknowledgements += 1
                if self.acknowledgements == wanted:
                    then()

        connections = aiohttp.TCPConnector(limit=CONNECTIONS)
        async with aiohttp.ClientSession(connector=connections) as http, asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.gather(*(post(http) for _ in range(CONNECTIONS)))

    def _next(self) -> Sent:
        if self.unanswered:
            return self.unanswered.pop(0)
        if self.sent and self.random.random() < 0.15:
            return self.random.choice(list(self.sent.values())[-20:])
        made = _delivery(self.random)
        self.sent[made.guid] = made
        return made


def _delivery(chance: random.Random) -> Sent:
    """A payload that GitHub published, or a small one of our own."""
    guid = str(uuid.UUID(int=chance.getrandbits(128)))
    if chance.random() < 0.5:
        example = chance.choice(webhook_examples())
        return Sent(guid, example.event, json.dumps(example.payload).encode())
    small = {"action": "created", "repository": {"id": chance.getrandbits(40)}, "starred_at": guid}
    return Sent(guid, "star", json.dumps(small).encode())


def _headers(delivery: Sent) -> dict[str, str]:
    return {
        "Content-Type": "application/json", "X-GitHub-Event": delivery.event, "X-GitHub-Delivery": delivery.guid,
        "X-Hub-Signature-256": "sha256=" + hmac.new(SECRET.encode(), delivery.body, hashlib.sha256).hexdigest(),
    }  # fmt: skip
