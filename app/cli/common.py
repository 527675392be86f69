"""What the commands share: settings, the database, output for people and for programs, errors without tracebacks."""

from __future__ import annotations

import asyncio
import functools
import json
import sqlite3
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any, ParamSpec, TypeVar

import click

from app.config import Settings
from app.errors import DursorError
from app.store import connection, migrate
from app.store.connection import Connection

P = ParamSpec("P")
T = TypeVar("T")

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
limit = click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many to list.")


def told(function: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """Run a coroutine command; what went wrong is said in a sentence, with exit code 1."""

    @functools.wraps(function)
    def command(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return asyncio.run(function(*args, **kwargs))
        except DursorError as error:
            raise click.ClickException(str(error)) from None
        except KeyboardInterrupt:
            raise click.exceptions.Exit(130) from None

    return command


def on_database(work: Callable[[Connection], T], *, writes: bool = False) -> T:
    """Do one thing with the deployment's database, in one transaction; it must exist.

    The server may run meanwhile: readers never wait for it, a writer waits for its turn.
    """
    settings = Settings.load()
    path = settings.database_path
    if not path.exists():
        raise click.ClickException(
            f"There is no database at {path}. Set DURSOR_DATA_DIR, or start `dursor serve` first."
        )
    db = connection.connect(path, readonly=not writes)
    try:
        if writes:
            migrate.up_to_date(db)
        db.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
        result = work(db)
        db.execute("COMMIT")
    except sqlite3.Error as error:
        raise click.ClickException(f"The database {path} cannot be used: {error}.") from None
    except DursorError as error:
        raise click.ClickException(str(error)) from None
    finally:
        db.close()
    return result


def show(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str], *, json_wanted: bool) -> None:
    """Print rows as JSON, or as a table of the named columns."""
    found = [dict(row) for row in rows]
    if json_wanted:
        click.echo(json.dumps(found, indent=2))
        return
    if not found:
        click.echo("Nothing.")
        return
    cells = [[str(row.get(column) if row.get(column) is not None else "-") for column in columns] for row in found]
    table = [list(columns.values()), *cells]
    widths = [min(60, max(len(line[position]) for line in table)) for position in range(len(columns))]
    for line in table:
        shown = [cell[:width].replace("\n", " ").ljust(width) for cell, width in zip(line, widths, strict=True)]
        click.echo("  ".join(shown).rstrip())
