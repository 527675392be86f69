"""dursor model add, list, remove, test: the models that agents work with, and the keys for their providers."""

from __future__ import annotations

import json
import os
import sys

import click

from app import encryption, redact
from app.cli.asking import ask
from app.cli.common import as_json, read, say, show, told, write
from app.config import Settings
from app.errors import ConfigError, DursorError
from app.executors import providers, trial
from app.store import model_profiles

_LONGEST_KEY = 1000


@click.group()
def model() -> None:
    """Manage the models that agents work with, and the keys for their providers."""


@model.command()
@click.option("--provider", required=True, type=click.Choice(sorted(providers.ALL)), help="Whose model it is.")
@click.option("--model", "name", required=True, metavar="NAME", help="The model's name, as its provider writes it.")
@click.option("--name", "display", metavar="WORDS", help="What people call it.")
@click.option("--base-url", metavar="URL", help="Where the provider is reached, if not where it always is.")
@click.option("--key-from-env", metavar="VARIABLE", help="Take the key from this variable, and do not ask for it.")
@as_json
def add(
    provider: str, name: str, display: str | None, base_url: str | None, key_from_env: str | None, *, as_json: bool
) -> None:
    """Store a model and the key for it, encrypted. The key is read from standard input, or asked for."""
    address = providers.base_url(base_url) if base_url else None
    body = {"provider": provider, "model_name": name, "display_name": display, "base_url": address}
    profile = ask("createModel", body | {"api_key": _key(key_from_env)})["id"]
    done = f"Stored as {profile}. `dursor model test {profile}` asks the model something."
    say(done, {"id": profile}, json_wanted=as_json)


@model.command("list")
@as_json
def list_models(*, as_json: bool) -> None:
    """List the models; an agent gets the newest of its provider. Nothing of a key is shown."""
    columns = {
        "id": "ID", "provider": "PROVIDER", "model_name": "MODEL", "display_name": "NAME", "base_url": "BASE URL",
        "tested_at": "TESTED", "test_error": "PROBLEM", "created_at": "ADDED",
    }  # fmt: skip
    show(read(model_profiles.listed), columns, json_wanted=as_json)


@model.command()
@click.argument("profile_id")
@as_json
def remove(profile_id: str, *, as_json: bool) -> None:
    """Remove the model PROFILE_ID and its key."""
    ask("deleteModel", model_id=profile_id)
    done = f"Removed {profile_id}. What works with its key already goes on."
    say(done, {"id": profile_id}, json_wanted=as_json)


@model.command()
@click.argument("profile_id")
@as_json
@told
async def test(profile_id: str, *, as_json: bool) -> None:
    """Ask the model PROFILE_ID something; that costs next to nothing. `dursor model list` shows what came of it."""
    keys = encryption.keys(Settings.load())
    profile = read(lambda db: model_profiles.find(db, profile_id, keys))
    if profile is None:
        raise click.ClickException(f"There is no model {profile_id}. `dursor model list` lists them.")
    redact.register(profile.key)
    problem = None
    try:
        await trial.ask(profile.provider, profile.model_name, profile.key, profile.base_url)
    except DursorError as error:
        problem = redact.text(str(error))
    write(lambda db: model_profiles.note_trial(db, profile_id, problem))
    if as_json:
        click.echo(json.dumps({"id": profile_id, "answers": problem is None, "problem": problem}, indent=2))
    if problem is not None:
        raise click.exceptions.Exit(1) if as_json else click.ClickException(problem)
    if not as_json:
        click.echo(f"{profile.model_name} answers.")


def _key(variable: str | None) -> str:
    """The key, never from an argument: those are seen by everybody on the machine."""
    if variable is not None:
        key = os.environ.get(variable, "").strip()
        if not key:
            raise ConfigError(f"The variable {variable} is not set.")
    elif sys.stdin.isatty():
        key = click.prompt("Key", hide_input=True).strip()
    else:
        key = sys.stdin.readline(_LONGEST_KEY + 2).strip()
    return key


COMMANDS = [model]
