"""dursor backup, db migrate, db check: the database file."""

from __future__ import annotations

import os
from pathlib import Path

import click

from app.cli.common import read
from app.config import Settings
from app.errors import DursorError
from app.store import maintenance, offline


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
def backup(path: Path) -> None:
    """Copy the database to PATH while the server runs; PATH must not exist. The copy holds what the original does."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise click.ClickException(f"{path} exists already; name a new file.") from None
    except OSError as error:
        raise click.ClickException(f"{path} cannot be made: {error.strerror}.") from None
    try:
        offline.copy(Settings.load().database_path, path)
    except DursorError:
        path.unlink()
        raise
    click.echo(f"The database was copied to {path}.")


@click.group()
def db() -> None:
    """Look after the database file."""


@db.command("migrate")
def migrate() -> None:
    """Create the database, or bring it to this version."""
    path = Settings.load().database_path
    version = offline.bring_up_to_date(path)
    click.echo(f"{path} has version {version}.")


@db.command()
def check() -> None:
    """Check the database for damage."""
    problems = read(maintenance.problems)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise click.exceptions.Exit(1)
    click.echo("The database is sound.")


COMMANDS = [backup, db]
