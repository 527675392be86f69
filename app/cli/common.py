"""What the commands share: the deployment's database, output for people and for programs, exit codes.

Exit codes: 0 it was done, 1 it was not (the words are on the error output), 2 the command line was wrong,
130 it was interrupted.
"""

from __future__ import annotations

import asyncio
import functools
import json
import os
import sys
import unicodedata
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

_COLOURS = {
    "green": {"done", "succeeded", "completed", "merged", "ok"},
    "red": {"failed", "broken"},
    "yellow": {"awaiting_human", "in_review", "queued", "pending", "paused", "todo"},
    "cyan": {
        "running", "coding", "fixing_ci", "fixing_review", "reviewing", "waiting_ci", "merging", "in_progress",
    },
    "bright_black": {"ignored", "canceled", "archived", "backlog"},
}  # fmt: skip
_COLOUR_OF = {word: colour for colour, words in _COLOURS.items() for word in words}


def told(function: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """Run a coroutine command; Ctrl-C ends it without a traceback, with exit code 130."""

    @functools.wraps(function)
    def command(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return asyncio.run(function(*args, **kwargs))
        except KeyboardInterrupt:
            raise click.exceptions.Exit(130) from None

    return command


def in_front(context: click.Context, *, as_json: bool) -> bool:
    """Whether a group is asked something itself; `--json` for one of its subcommands stands behind that one."""
    if context.invoked_subcommand is not None and as_json:
        raise click.UsageError(f"--json stands behind {context.invoked_subcommand}.")
    return context.invoked_subcommand is None


def read(work: Work[T]) -> T:
    """The result of `work` on the deployment's database, which must exist. Raises `UserError`."""
    return offline.read(Settings.load().database_path, work)


def write(work: Work[T]) -> T:
    """The same for `work` that changes something."""
    return offline.write(Settings.load().database_path, work)


def say(words: str, data: Mapping[str, Any], *, json_wanted: bool) -> None:
    """Print what was done, in words or as one JSON object."""
    click.echo(json.dumps(dict(data), indent=2) if json_wanted else words)


def show(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str], *, json_wanted: bool = False) -> None:
    """Print rows as JSON, or as a table of the named columns; strangers' text does nothing to the terminal."""
    found = [dict(row) for row in rows]
    if json_wanted:
        click.echo(json.dumps(found, indent=2))
        return
    if not found:
        click.echo("Nothing.")
        return
    table = [list(columns.values()), *([_cell(row.get(column)) for column in columns] for row in found)]
    table = [[_fitting(cell) for cell in line] for line in table]
    widths = [max(width(line[position]) for line in table) for position in range(len(columns))]
    for place, line in enumerate(table):
        *cells, last = (cell + " " * (wide - width(cell)) for cell, wide in zip(line, widths, strict=True))
        shown = [_styled(cell, is_head=not place) for cell in (*cells, last.rstrip())]
        click.echo("  ".join(shown).rstrip(), color=coloured())


def coloured() -> bool:
    """Whether to use colours: on a terminal, unless NO_COLOR is set (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def width(text: str) -> int:
    """The columns of a terminal that a text takes."""
    wide = sum(unicodedata.east_asian_width(character) in {"W", "F"} for character in text)
    return len(text) + wide - sum(bool(unicodedata.combining(character)) for character in text)


def _fitting(cell: str) -> str:
    cut = plain.bounded(cell, WIDEST)
    while width(cut) > WIDEST:
        cut = plain.bounded(cut[:-1], len(cut) - 1)
    return cut


def _styled(cell: str, *, is_head: bool) -> str:
    colour = _COLOUR_OF.get(cell.strip())
    if is_head:
        return click.style(cell, bold=True)
    return click.style(cell, fg=colour) if colour else cell


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None else " ".join(plain.text(str(value)).split())
