"""How handlers say what they listen to."""

from __future__ import annotations

from collections.abc import Callable

from app.handlers.event import Event
from app.store.connection import Connection

Handler = Callable[[Event, Connection], str | None]
"""Handles a delivery; returns why it was ignored, or None when it was of use."""

Routes = dict[tuple[str, str | None], Handler]


def on(event: str, *actions: str | None, to: Handler) -> Routes:
    """The routes of one handler."""
    return {(event, action): to for action in actions}
