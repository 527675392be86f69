"""The `since` of lists of comments: what was written or changed from a moment on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from app.localhub.rest.routing import Call


class Dated(Protocol):
    """Something that was written, and perhaps changed, at a time."""

    created_at: str
    updated_at: str


Written = TypeVar("Written", bound=Dated)


def since(call: Call, items: Sequence[Written]) -> list[Written]:
    """What was changed at the time of the query's `since` or later, in the order it was written."""
    least = call.query.get("since", "")
    return sorted((one for one in items if one.updated_at >= least), key=lambda one: one.created_at)
