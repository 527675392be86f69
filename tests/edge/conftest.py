"""A server at its front door for each test, and one RSA key for all."""

from __future__ import annotations

import pytest
import pytest_asyncio
import structlog
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.edge import front as fronts


@pytest.fixture(scope="session", autouse=True)
def plain_log():
    """Tracebacks as they are: drawing them with all their locals takes longer than the tests."""
    parts = structlog.processors
    structlog.configure(processors=[parts.add_log_level, parts.format_exc_info, parts.KeyValueRenderer()])
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def pem():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    ).decode()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory, pem):
    """One server for all tests of a module: for requests that leave nothing behind."""
    async with fronts.door(tmp_path_factory.mktemp("shared"), pem) as opened:
        yield opened


@pytest.fixture
async def front(tmp_path, pem):
    async with fronts.door(tmp_path / "data", pem) as opened:
        yield opened


@pytest.fixture
def settings(tmp_path, pem):
    """The environment variables of a server that starts."""
    wanted = {
        "DATA_DIR": str(tmp_path / "data"), "PORT": "0", "GITHUB_API_URL": "http://127.0.0.1:9/api/v3",
        "GITHUB_APP_ID": "1", "GITHUB_PRIVATE_KEY": pem, "WEBHOOK_SECRET": fronts.SECRET,
    }  # fmt: skip
    return {f"DURSOR_{name}": value for name, value in wanted.items()}
