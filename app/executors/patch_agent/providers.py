"""The providers of models that there are, and how one is reached."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import importlib.util
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Literal

from app import errors
from app.executors import base
from app.executors.patch_agent import anthropic_model, google_model, openai_model
from app.executors.patch_agent.model import Model

Provider = Literal["anthropic", "google", "openai"]
_Connect = Callable[[base.Access, str, float], AbstractAsyncContextManager[Model]]

_CONNECT: Mapping[Provider, _Connect] = {
    "anthropic": anthropic_model.connect,
    "google": google_model.connect,
    "openai": openai_model.connect,
}
_CLIENTS: Mapping[Provider, str] = {"anthropic": "anthropic", "google": "google.genai", "openai": "openai"}
_importing = threading.Lock()


def check(provider: Provider) -> None:
    """Raises ConfigError where the provider's client is not installed."""
    try:
        found = importlib.util.find_spec(_CLIENTS[provider])
    except ModuleNotFoundError:  # the package around it
        found = None
    if found is None:
        raise errors.ConfigError(
            f"The patch agent needs the client of {provider}: install it with `pip install 'dursor[{provider}]'`."
        )


@contextlib.asynccontextmanager
async def connect(provider: Provider, access: base.Access, name: str, seconds: float) -> AsyncIterator[Model]:
    """The model called `name`; one answer may take `seconds`. Raises ConfigError where the client is missing."""
    check(provider)
    await asyncio.to_thread(_import, _CLIENTS[provider])  # seconds, in which the server goes on
    async with _CONNECT[provider](access, name, seconds) as model:
        yield model


def _import(name: str) -> None:
    with _importing:
        importlib.import_module(name)
