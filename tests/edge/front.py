"""The front door of a dursor in the test's own process: a real server on a real port, and who knocks at it."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import io
import json
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp

from app import main
from app.cli import serve
from app.config import Settings
from app.store import deliveries

SECRET = "It's a Secret to Everybody"  # GitHub's documented test vector, in "Validating webhook deliveries"
ADMIN = "an-admin-token-for-tests"
PATIENCE_SECONDS = 30


def settings(folder: Path, pem: str, **more: object) -> Settings:
    """Settings for a server whose GitHub nobody answers for: a port that is closed."""
    wanted: dict[str, object] = {
        "data_dir": folder, "github_api_url": "http://127.0.0.1:9/api/v3", "github_app_id": "1",
        "github_private_key": pem, "webhook_secret": SECRET, "admin_token": ADMIN, "sweep_seconds": 3600,
    }  # fmt: skip
    return Settings.load(**(wanted | more))


def signature(body: bytes, secret: str = SECRET) -> str:
    """What GitHub sends as X-Hub-Signature-256."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Front:
    """The running server as its visitors see it, and a look at what it keeps."""

    def __init__(self, server: main.Server, url: str, session: aiohttp.ClientSession) -> None:
        self.database = server.world.database
        self.url = url
        self.port = int(url.rpartition(":")[2])
        self.session = session

    async def post(self, body: Any, event: str = "watch", guid: str | None = None, **headers: str | None) -> Answer:
        """Deliver `body` as GitHub does; a header given as None is left out, any other is sent as it is given.

        Objects are sent as JSON; names of headers are written with underscores.
        """
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        wanted: dict[str, str | None] = {
            "Content-Type": "application/json", "X-GitHub-Event": event,
            "X-GitHub-Delivery": guid or str(uuid.uuid4()), "X-Hub-Signature-256": signature(raw),
        }  # fmt: skip
        wanted |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.ask("POST", "/webhooks/github", raw, **wanted)

    async def refused(self, body: Any, event: str = "watch", guid: str | None = None, **headers: str | None) -> Answer:
        """Deliver what is going to be refused, and see that nothing is kept of it."""
        before = await self.kept()
        answer = await self.post(body, event, guid, **headers)
        assert await self.kept() == before
        return answer

    async def ask(self, method: str, path: str, body: Any = None, **headers: str | None) -> Answer:
        """One request."""
        sent = {name: value for name, value in headers.items() if value is not None}
        skip = ["Content-Type"] if "Content-Type" not in sent else []
        async with self.session.request(
            method,
            self.url + path,
            data=io.BytesIO(body) if body else body,
            headers=sent,
            skip_auto_headers=skip,
            allow_redirects=False,
        ) as answer:
            return Answer(answer.status, answer.headers.copy(), await answer.read())

    async def row(self, guid: str) -> dict[str, Any] | None:
        """What is kept of a delivery."""
        row = await self.database.read(lambda db: deliveries.find(db, guid))
        return dict(row) if row else None

    async def kept(self) -> int:
        """How many deliveries are kept."""
        return await self.database.read(
            lambda db: int(db.execute("SELECT count(*) FROM webhook_deliveries").fetchone()[0])
        )

    async def handled(self) -> dict[str, list[dict[str, Any]]]:
        """All deliveries by status, when none is pending any more."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                rows = await self.database.read(lambda db: [dict(row) for row in deliveries.recent(db, 10_000)])
                by_status: dict[str, list[dict[str, Any]]] = {"done": [], "ignored": [], "failed": [], "pending": []}
                for row in rows:
                    by_status[row["status"]].append(row)
                if not by_status.pop("pending"):
                    return by_status
                await asyncio.sleep(0.01)


class Answer:
    """Status, headers and body of an answer."""

    def __init__(self, status: int, headers: Any, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@contextlib.asynccontextmanager
async def door(folder: Path, pem: str, **more: object) -> AsyncIterator[Front]:
    """A server that is ready for visitors."""
    wanted = settings(folder, pem, port=0, **more)
    async with main.running(wanted) as server:
        with serve.listen(wanted) as listener:
            web = serve.web_server(server.app)
            serving = asyncio.create_task(web.serve(sockets=[listener]))
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(60)) as session:
                yield Front(server, f"http://127.0.0.1:{listener.getsockname()[1]}", session)
            web.should_exit = True
            await serving
