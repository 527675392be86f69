"""dursor backup, db migrate, db check, db rotate-keys: the database file."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from app import encryption
from app.cli.common import as_json, read, say, write
from app.config import Settings
from app.errors import DursorError
from app.store import maintenance, offline, secret_keys


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@as_json
def backup(path: Path, *, as_json: bool) -> None:
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
    say(f"The database was copied to {path}.", {"path": str(path)}, json_wanted=as_json)


@click.group()
def db() -> None:
    """Look after the database file."""


@db.command("migrate")
@as_json
def migrate(*, as_json: bool) -> None:
    """Create the database, or bring it to this version."""
    path = Settings.load().database_path
    version = offline.bring_up_to_date(path)
    say(f"{path} has version {version}.", {"path": str(path), "version": version}, json_wanted=as_json)


@db.command()
@as_json
def check(*, as_json: bool) -> None:
    """Check the database for damage."""
    problems = list(read(maintenance.problems))
    if as_json:
        click.echo(json.dumps({"sound": not problems, "problems": problems}, indent=2))
    else:
        for problem in problems:
            click.echo(problem, err=True)
    if problems:
        raise click.exceptions.Exit(1)
    if not as_json:
        click.echo("The database is sound.")


@db.command("rotate-keys")
@as_json
def rotate_keys(*, as_json: bool) -> None:
    """Encrypt every stored secret anew with the first of the encryption keys, all or none; the server may run.

    The keys are DURSOR_ENCRYPTION_KEY, or the file encryption.key. Put the new one first and keep the old ones behind
    it, start the server again, run this, then take the old ones away.
    """
    keys = encryption.keys(Settings.load())
    changed = write(lambda db: secret_keys.rotate(db, keys))
    left = read(lambda db: secret_keys.count(db, keys))
    if as_json:
        click.echo(json.dumps({"rotated": changed, "secrets": left.all}))
        return
    click.echo(f"{changed} of {left.all} stored secrets were encrypted anew; the first key opens all of them.")
    if len(keys) > 1:
        click.echo("The other keys are needed no more.")


COMMANDS = [backup, db]
