"""A hub with one repository, and the client's handle of it."""

from __future__ import annotations

import pytest

from app.github import client, limits
from app.localhub.hub import Hub


@pytest.fixture
async def hub(tmp_path, private_key):
    async with Hub(tmp_path, key=private_key) as hub:
        yield hub


@pytest.fixture
async def home(hub):
    files = {"app.py": "import os\n", ".github/dursor.yml": "version: 1\n"}
    return await hub.create_repository("octo/widgets", files)


@pytest.fixture
async def github(hub):
    async with client.GitHub(hub.app.id, hub.private_key_pem, hub.api_url, pace=limits.Pace(write_gap=0)) as github:
        yield github


@pytest.fixture
def repo(hub, home, github):
    return github.repository(hub.installation(home).id, home.id, home.full_name)
