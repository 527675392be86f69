"""Pages by cursor, and the two handlers that most families of the API are made of: list, and show one."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from app.store import listing
from app.store.connection import Connection, Row
from app.store.listing import Listing
from app.web.api.operation import Call, Handler
from app.web.api.problems import NotFound, Trouble
from app.web.api.shapes import Page, Paged


def lists(
    what: Listing, shape: type[BaseModel], *, within: tuple[Listing, str] | None = None, **by_path: str
) -> Handler:
    """A handler that answers with a page.

    `by_path` names a filter and the id in the path that it is about; `within` is where that id must be known.
    """

    def handler(db: Connection, call: Call[Paged, None]) -> BaseModel:
        if within is not None:
            found(db, within[0], list(call.ids.values())[-1], within[1])
        wanted = {name: call.ids[part] for name, part in by_path.items()}
        wanted |= call.query.model_dump(exclude={"cursor", "limit"}, exclude_none=True)
        after = read(what.table, call.query.cursor, number=what.key != "id")
        rows = listing.page(db, what, wanted, after, call.query.limit + 1)
        return page(shape, what.table, [(row[what.key], row) for row in rows], call.query.limit)

    return handler


def shows(what: Listing, shape: type[BaseModel], called: str) -> Handler:
    """A handler that answers with the one thing that the path ends with; `called` is what people call it."""

    def handler(db: Connection, call: Call[Any, None]) -> BaseModel:
        return shape.model_validate(dict(found(db, what, list(call.ids.values())[-1], called)))

    return handler


def found(db: Connection, what: Listing, key: str, called: str) -> Row:
    """The row of an id. Raises the problem `not-found`."""
    row = listing.find(db, what, key)
    if row is None:
        raise NotFound(called)
    return row


def page(shape: type[BaseModel], name: str, rows: Sequence[tuple[str | int, Row]], limit: int) -> BaseModel:
    """A page of `limit` rows of those given with their keys; one more than that says that there is a next page."""
    shown = rows[:limit]
    following = cursor(name, shown[-1][0]) if len(rows) > limit else None
    return Page[shape](items=[shape.model_validate(dict(row)) for _, row in shown], next=following)  # type: ignore[valid-type]


def cursor(name: str, key: str | int) -> str:
    """What leads behind `key` in the list that goes by this name."""
    return base64.urlsafe_b64encode(f"{name}:{key}".encode()).decode().rstrip("=")


def read(name: str, given: str | None, *, number: bool) -> str | int | None:
    """The key in a cursor of this list. Raises the problem `bad-cursor`."""
    if given is None:
        return None
    try:
        told, _, key = (
            base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True).decode().partition(":")
        )
    except (binascii.Error, ValueError):
        told, key = "", ""
    if told != name or not re.fullmatch(r"[0-9]{1,18}" if number else r"[ -~]{1,100}", key):
        raise Trouble("bad-cursor", "The cursor is not the `next` of an earlier page of this list.")
    return int(key) if number else key
