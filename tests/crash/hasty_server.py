"""A dursor that the crash tests must find out: it answers 202 before the delivery is on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from app import webhook
from app.cli import serve
from app.store.database import Database
from app.store.deliveries import Stored
from app.store.transactions import Work
from app.web import routes


class _Hasty(Database):
    """Another door to a database: what is written goes in later."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._late: set[asyncio.Task[object]] = set()

    async def write(self, work: Work[Any]) -> Any:
        self._late.add(asyncio.create_task(self._database.write(work)))
        return Stored.NEW


class _Edge(webhook.Edge):
    def __init__(self, database: Database, secrets: Sequence[str]) -> None:
        super().__init__(_Hasty(database), secrets)


if __name__ == "__main__":
    vars(routes)["Edge"] = _Edge
    serve.serve()
