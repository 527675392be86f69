"""A scripted server, and a client and a repository's handle that speak to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from app.github import client, limits
from app.github.repository import Repository
from tests.github import clocks, scripted

APP_ID = 7
INSTALLATION = 42


@pytest.fixture(scope="session")
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def private_key_pem(private_key: rsa.RSAPrivateKey) -> str:
    return private_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


@pytest.fixture
def clock() -> clocks.Clock:
    return clocks.Clock()


@pytest.fixture
async def server() -> AsyncIterator[scripted.Scripted]:
    async with scripted.serving() as server:
        yield server


@pytest.fixture
async def github(server: scripted.Scripted, private_key_pem: str) -> AsyncIterator[client.GitHub]:
    pace = limits.Pace(write_gap=0)
    async with client.GitHub(APP_ID, private_key_pem, server.api_url, pace=pace) as github:
        yield github


@pytest.fixture
def repo(github: client.GitHub) -> Repository:
    return github.repository(INSTALLATION, 1001, "octo/widgets")
