"""dursor setup: registers the GitHub App, without the rest of the server."""

from __future__ import annotations

import contextlib

import click

from app import credentials, encryption, logs
from app.cli import serve
from app.cli.common import told
from app.config import Settings
from app.errors import ConfigError
from app.github import manifest
from app.store import app_config, offline

_NEXT = """Next:
  1. Install the App on the repositories it may work in.
  2. Put a .github/dursor.yml on their default branch.
  3. Start `dursor serve`, then run `dursor doctor`."""


@click.command()
@click.option("--org", metavar="ORG", help="Register the App for an organisation that you own.")
@told
async def setup(org: str | None) -> None:
    """Register the GitHub App and store its key. Serves /setup until that is done; not beside a running server."""
    settings = Settings.load()
    logs.configure(settings)
    manifest.form_url(settings.github_api_url, org)
    if (known := _known(settings)) is not None:
        click.echo(f"The App {known.app_id} is configured already, by {known.where}. `dursor doctor` looks at it.")
        return
    if settings.public_url is None:
        raise ConfigError("Set DURSOR_PUBLIC_URL first: the address at which GitHub reaches this server.")
    serve.hide_memory()
    with contextlib.closing(serve.listen(settings)) as listener:
        if not await serve.until_set_up(settings, listener, org):
            click.echo("The App is not registered: stopped before the end.", err=True)
            raise click.exceptions.Exit(1)
    click.echo(_NEXT)


def _known(settings: Settings) -> credentials.Credentials | None:
    path = settings.database_path
    if credentials.are_in_environment(settings) or not path.exists():
        return credentials.resolve(settings, None)
    keys = encryption.keys(settings)
    offline.bring_up_to_date(path)
    return credentials.resolve(settings, offline.read(path, lambda db: app_config.load(db, keys)))


COMMANDS = [setup]
