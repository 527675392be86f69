"""The API alone behind a real web server in a thread of its own, with a seeded database: for the fuzzer."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet
from starlette.applications import Starlette

from app.cli import serve
from app.config import Settings
from app.store.database import Database
from app.web.api.operation import Operation
from app.web.api.place import Place
from app.web.api.serve import Api
from app.web.api.table import OPERATIONS
from tests.api import seeding

TOKEN = "an-admin-token-for-tests"
KEY = Fernet.generate_key().decode()


@dataclass(frozen=True, slots=True)
class Running:
    """Where it is, and the ids of what is in it."""

    url: str
    ids: dict[str, str]


@contextlib.contextmanager
def running(folder: Path, operations: Sequence[Operation] = OPERATIONS) -> Iterator[Running]:
    """Serve until the end of the block."""
    started: list[Running] = []
    folder.mkdir(parents=True, exist_ok=True)
    ready, stop = threading.Event(), threading.Event()

    async def work() -> None:
        settings = Settings.load(data_dir=folder, admin_token=TOKEN, encryption_key=KEY, port=0)
        database = await Database.open(folder / "api.db")
        ids = await database.write(lambda db: seeding.everything(db, [KEY]))
        api = Api(database, settings, operations)
        web = serve.web_server(Starlette(routes=[Place(api)]))
        web.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
        with serve.listen(settings) as listener:
            serving = asyncio.create_task(web.serve(sockets=[listener]))
            started.append(Running(f"http://127.0.0.1:{listener.getsockname()[1]}/api/v1", ids))
            ready.set()
            await asyncio.to_thread(stop.wait)
            web.should_exit = True
            await serving
        await database.close()

    thread = threading.Thread(target=asyncio.run, args=(work(),), daemon=True)
    thread.start()
    assert ready.wait(30)
    try:
        yield started[0]
    finally:
        stop.set()
        thread.join(30)
