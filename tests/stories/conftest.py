"""A hub and a server for each story."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.localhub.hub import Hub
from tests.stories import server as servers


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with Hub(tmp_path / "hub") as started:
        yield started


@pytest.fixture
async def server(hub: Hub, tmp_path: Path) -> AsyncIterator[servers.Server]:
    async with servers.running(hub, tmp_path / "data") as started:
        yield started
