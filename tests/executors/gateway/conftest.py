"""A gateway, and what asks through it as an agent would."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from app.executors.gateway import Gateway

KEY = "the-provider-key-of-this-test"


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    made = Gateway()
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session
