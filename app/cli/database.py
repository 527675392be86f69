"""dursor backup, db migrate, db check: the database file."""

from __future__ import annotations

import os
from pathlib import Path

import click

from app.cli.common import on_database
from app.config import Settings
from app.errors import DursorError
from app.store import connection, maintenance, migrate


@click.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def backup(path: Path) -> None:
    """Copy the database to PATH while the server runs; PATH must not exist. The copy holds what the original does."""
    if path.exists():
        raise click.ClickException(f"{path} exists already; name a new file.")
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    on_database(lambda db: None)
    source = connection.connect(Settings.load().database_path, readonly=True)
    try:
        maintenance.copy(source, path)
    finally:
        source.close()
    click.echo(f"The database was copied to {path}.")


@click.group()
def db() -> None:
    """Look after the database file."""


@db.command("migrate")
def migrate_() -> None:
    """Create the database, or bring it to this version."""
    settings = Settings.load()
    settings.database_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    opened = connection.connect(settings.database_path)
    try:
        migrate.up_to_date(opened)
    except DursorError as error:
        raise click.ClickException(str(error)) from None
    finally:
        opened.close()
    click.echo(f"{settings.database_path} has version {migrate.latest_version()}.")


@db.command()
def check() -> None:
    """Check the database for damage."""
    problems = on_database(maintenance.problems)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise click.exceptions.Exit(1)
    click.echo("The database is sound.")


COMMANDS = [backup, db]
