"""A whole server with a row of every kind in it, and a client that has its token."""

from __future__ import annotations

import json
from typing import Any

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.api import seeding
from tests.api.server import KEY
from tests.edge import front as fronts

PROBLEM = "application/problem+json"


class Client:
    """Asks as the administrator does; `ids` are those of the rows that are there."""

    def __init__(self, front: fronts.Front, ids: dict[str, str]) -> None:
        self.front = front
        self.ids = ids

    async def ask(self, method: str, path: str, body: Any = None, **headers: str | None) -> fronts.Answer:
        """One request below `/api/v1`; bytes are sent as they are, None as a header leaves it out."""
        wanted: dict[str, str | None] = {"Authorization": f"Bearer {fronts.ADMIN}"}
        if body is not None:
            wanted["Content-Type"] = "application/json"
        wanted |= {name.replace("_", "-"): value for name, value in headers.items()}
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        return await self.front.ask(method, f"/api/v1{path.format(**self.ids)}", raw, **wanted)

    async def get(self, path: str) -> Any:
        """What is there."""
        answer = await self.ask("GET", path)
        assert answer.status == 200, answer.body
        return answer.json

    async def refused(self, status: int, problem: str, method: str, path: str, body: Any = None, **headers: Any) -> Any:
        """The problem that a request gets, which must be this one."""
        answer = await self.ask(method, path, body, **headers)
        assert (answer.status, answer.headers["Content-Type"]) == (status, PROBLEM), answer.body
        assert answer.json["type"] == f"urn:dursor:problem:{problem}"
        assert answer.json["status"] == status
        return answer.json


def pem() -> str:
    """A key for an App that nobody knows."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    ).decode()


@pytest.fixture(scope="session", name="pem")
def pem_fixture():
    return pem()


@pytest.fixture
async def api(tmp_path, pem):
    async with fronts.door(tmp_path / "data", pem, encryption_key=KEY) as front:
        yield Client(front, await front.database.write(lambda db: seeding.everything(db, [KEY])))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory, pem):
    """One server for all tests of a module: for requests that leave nothing behind."""
    async with fronts.door(tmp_path_factory.mktemp("shared"), pem, encryption_key=KEY) as front:
        yield Client(front, await front.database.write(lambda db: seeding.everything(db, [KEY])))
