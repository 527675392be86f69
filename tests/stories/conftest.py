"""A hub and a server for each story."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from app.localhub.hub import Hub
from tests.stories import server as servers


@pytest.fixture(scope="session")
def key() -> rsa.RSAPrivateKey:
    """The App's key; to make one takes longer than a story."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
async def hub(tmp_path: Path, key: rsa.RSAPrivateKey) -> AsyncIterator[Hub]:
    async with Hub(tmp_path / "hub", key=key) as started:
        yield started


@pytest.fixture
async def server(hub: Hub, tmp_path: Path) -> AsyncIterator[servers.Server]:
    async with servers.running(hub, tmp_path / "data") as started:
        yield started
