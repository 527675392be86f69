"""Posts signed deliveries over a number of connections, each request made before the clock starts."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
import uuid


def requests(secret: bytes, count: int, size: int, path: str = "/webhooks/github") -> list[bytes]:
    """HTTP requests with bodies of about `size` bytes that differ, as deliveries do."""
    made = []
    filler = [{"id": number, "login": f"user-{number}", "url": f"https://example.com/{number}"} for number in range(40)]
    for number in range(count):
        payload = {
            "action": "completed",
            "check_run": {
                "id": number,
                "head_sha": uuid.uuid4().hex + "00000000",
                "output": {"text": "x" * (size // 2)},
            },
            "repository": {"id": 1, "full_name": "octo/widgets", "people": filler},
            "installation": {"id": 1},
        }
        body = json.dumps(payload).encode()
        signature = hmac.new(secret, body, hashlib.sha256).hexdigest()
        head = (
            f"POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
            f"x-github-event: check_run\r\nx-github-delivery: {uuid.uuid4()}\r\n"
            f"x-hub-signature-256: sha256={signature}\r\n\r\n"
        )
        made.append(head.encode() + body)
    return made


async def post(port: int, made: list[bytes], connections: int) -> tuple[float, list[float]]:
    """Post all; returns requests per second and each answer's seconds. Raises when one is not 2xx."""
    waiting = list(made)
    seconds: list[float] = []

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while waiting:
            began = time.perf_counter()
            writer.write(waiting.pop())
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (
                    int(line.split(b":")[1])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length")
                ),
                0,
            )
            await reader.readexactly(length)
            seconds.append(time.perf_counter() - began)
            if not head.startswith(b"HTTP/1.1 2"):
                raise RuntimeError(head.decode("latin-1"))
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(connection() for _ in range(connections)))
    return len(made) / (time.perf_counter() - began), seconds
