from __future__ import annotations

import pytest

from tests.executors.patch_agent import working


@pytest.fixture(params=working.PROVIDERS)
def work(request, tmp_path) -> working.Work:
    """A task for the agent, with each of the providers."""
    return working.made(tmp_path, request.param)


@pytest.fixture
def one(tmp_path) -> working.Work:
    """A task for the agent, where the provider makes no difference."""
    return working.made(tmp_path)
