"""A database in a folder of the test's own, a clock that the test moves, and rows to hang others on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from app.store import migrate
from app.store.connection import connect
from app.store.database import Database


class Clock:
    """Stands still until the test moves it."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "dursor.db"


@pytest.fixture
async def database(path, clock) -> AsyncIterator[Database]:
    opened = await Database.open(path, clock)
    yield opened
    await opened.close()


@pytest.fixture
def db(tmp_path, clock):
    """One connection to a database of this version, for tests of one table's functions."""
    opened = connect(tmp_path / "one.db", clock)
    migrate.up_to_date(opened)
    yield opened
    opened.close()
