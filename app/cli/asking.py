"""Asks an operation of the API without a server: what the API does, the command line does by the same function."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click
from pydantic import BaseModel, ValidationError

from app.cli.common import read, show, write
from app.config import Settings
from app.executors import plain
from app.store import listing
from app.store.connection import Connection
from app.web.api.operation import Call
from app.web.api.problems import NotFound, Trouble, in_words
from app.web.api.table import OPERATIONS

_BY_NAME = {one.name: one for one in OPERATIONS}
_LISTS = {
    "delivery": "deliveries", "item": "backlog list", "job": "jobs", "model": "model list", "repository": "repos",
    "review": "reviews", "run": "runs", "task": "tasks",
}  # fmt: skip
"""The commands that list what an id may name."""


def ask(name: str, body: Mapping[str, Any] | None = None, **ids: str) -> dict[str, Any]:
    """What the operation answers. What it refuses is said in its words, with exit code 1."""
    one = _BY_NAME[name]
    try:
        sent = one.body.model_validate(dict(body or {})) if one.body is not None else None
        call: Call[Any, Any] = Call(Settings.load(), ids, None, sent)
        answer = (write if one.writes else read)(lambda db: one.handler(db, call))
    except NotFound as gone:
        known = f" `dursor {_LISTS[gone.what]}` lists them." if gone.what in _LISTS else ""
        raise click.ClickException(f"There is no {gone.what} {', '.join(ids.values())}.{known}") from None
    except Trouble as trouble:
        raise click.ClickException(str(trouble)) from None
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        said = f"{place} cannot be that: {in_words(first)}." if place else f"{in_words(first)}."
        raise click.ClickException(said) from None
    return answer.model_dump() if answer is not None else {}


def list_all(
    what: listing.Listing, shape: type[BaseModel], columns: Mapping[str, str], limit: int, *, json_wanted: bool,
    **filters: object,
) -> None:  # fmt: skip
    """Print rows of a list of the API, the newest first."""

    def work(db: Connection) -> list[dict[str, Any]]:
        found = listing.page(db, what, filters, None, limit)
        return [shape.model_validate(dict(row)).model_dump() for row in found]

    show(read(work), columns, json_wanted=json_wanted)


def tell(found: Mapping[str, Any], *, json_wanted: bool) -> None:
    """Print one thing, a line for each of its fields."""
    if json_wanted:
        click.echo(json.dumps(dict(found), indent=2))
        return
    for name, value in found.items():
        told = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
        click.echo(f"{name}: {plain.terminal('-' if told is None else str(told))}")


def repository(full_name: str) -> str:
    """The id of the repository OWNER/NAME."""
    found = read(lambda db: listing.page(db, listing.REPOS, {"full_name": full_name, "active": 1}, None, 1))
    if not found:
        raise click.ClickException(f"There is no repository {full_name}. `dursor repos` lists them.")
    return str(found[0]["id"])
