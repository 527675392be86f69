"""The providers' own clients: which there are, whether they are installed, and how a model is reached by one."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import importlib.util
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager

from app import errors
from app.executors import base, providers
from app.executors.patch_agent import anthropic_model, google_model, openai_model
from app.executors.patch_agent.model import Model

_Connect = Callable[[base.Access, str, float], AbstractAsyncContextManager[Model]]

_CONNECT: Mapping[str, _Connect] = {
    "anthropic": anthropic_model.connect,
    "google": google_model.connect,
    "openai": openai_model.connect,
}
_MODULES = {"anthropic": "anthropic", "google": "google.genai", "openai": "openai"}
_importing = threading.Lock()


def check(provider: str) -> None:
    """Raises ConfigError where the provider's client is not installed."""
    try:
        found = importlib.util.find_spec(_MODULES[provider])
    except ModuleNotFoundError:  # the package around it
        found = None
    if found is None:
        raise errors.ConfigError(
            f"The patch agent needs {providers.title(provider)}'s client: `pip install 'dursor[{provider}]'`."
        )


@contextlib.asynccontextmanager
async def connect(provider: str, access: base.Access, name: str, seconds: float) -> AsyncIterator[Model]:
    """The model called `name`; one answer may take `seconds`. Raises ConfigError where the client is missing."""
    check(provider)
    await asyncio.to_thread(_import, _MODULES[provider])  # seconds, in which the server goes on
    reached = base.Access(access.base_url or providers.ALL[provider].base_url, access.key)
    async with _CONNECT[provider](reached, name, seconds) as model:
        yield model


def _import(name: str) -> None:
    with _importing:
        importlib.import_module(name)
