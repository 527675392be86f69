"""What the commands share: the deployment's database, output for people and for programs."""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any, ParamSpec, TypeVar

import click

from app.config import Settings
from app.executors import plain
from app.store import offline
from app.store.transactions import Work

P = ParamSpec("P")
T = TypeVar("T")

WIDEST = 60

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
limit = click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many to list.")


def told(function: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """Run a coroutine command; Ctrl-C ends it without a traceback, with exit code 130."""

    @functools.wraps(function)
    def command(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return asyncio.run(function(*args, **kwargs))
        except KeyboardInterrupt:
            raise click.exceptions.Exit(130) from None

    return command


def read(work: Work[T]) -> T:
    """The result of `work` on the deployment's database, which must exist. Raises `UserError`."""
    return offline.read(Settings.load().database_path, work)


def write(work: Work[T]) -> T:
    """The same for `work` that changes something."""
    return offline.write(Settings.load().database_path, work)


def show(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str], *, json_wanted: bool) -> None:
    """Print rows as JSON, or as a table of the named columns; strangers' text does nothing to the terminal."""
    found = [dict(row) for row in rows]
    if json_wanted:
        click.echo(json.dumps(found, indent=2))
        return
    if not found:
        click.echo("Nothing.")
        return
    table = [list(columns.values()), *([_cell(row.get(column)) for column in columns] for row in found)]
    widths = [min(WIDEST, max(len(line[position]) for line in table)) for position in range(len(columns))]
    for line in table:
        shown = [plain.bounded(cell, width).ljust(width) for cell, width in zip(line, widths, strict=True)]
        click.echo("  ".join(shown).rstrip())


def _cell(value: object) -> str:
    return "-" if value is None else " ".join(plain.text(str(value)).split())
