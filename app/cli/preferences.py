"""dursor preferences: the defaults of the person who runs this server."""

from __future__ import annotations

import json

import click
from pydantic import ValidationError

from app.cli.common import as_json, read, show, write
from app.errors import ConfigError
from app.store import preferences as stored
from app.web.api.preferences import PreferencesChange

_KEYS = click.Choice(sorted(stored.UNSET))
_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@click.group(invoke_without_command=True)
@as_json
@click.pass_context
def preferences(context: click.Context, *, as_json: bool) -> None:
    """Show and choose the defaults of the person who runs this server. Without a subcommand: show."""
    if context.invoked_subcommand is None:
        _show(json_wanted=as_json)


@preferences.command("show")
@as_json
def show_preferences(*, as_json: bool) -> None:
    """Show every preference; `-` is one that nobody chose."""
    _show(json_wanted=as_json)


@preferences.command("set")
@click.argument("key", type=_KEYS)
@click.argument("value")
@as_json
def set_preference(key: str, value: str, *, as_json: bool) -> None:
    """Choose VALUE for KEY. A switch takes true or false."""
    _save(key, _WORDS.get(value.lower(), value) if key in stored.SWITCHES else value)
    _show(json_wanted=as_json, only=key)


@preferences.command("unset")
@click.argument("key", type=_KEYS)
@as_json
def unset_preference(key: str, *, as_json: bool) -> None:
    """Let KEY be as it is while nobody chooses."""
    _save(key, stored.UNSET[key])
    _show(json_wanted=as_json, only=key)


def _save(key: str, value: object) -> None:
    try:
        chosen = PreferencesChange.model_validate({key: value}).model_dump(exclude_unset=True)
    except ValidationError as error:
        raise ConfigError(f"{key} cannot be that: {error.errors()[0]['msg']}.") from None
    write(lambda db: stored.save(db, **chosen))


def _show(*, json_wanted: bool, only: str | None = None) -> None:
    chosen = read(stored.load)
    found = {name: chosen[name] for name in ([only] if only else stored.UNSET)}
    if json_wanted:
        click.echo(json.dumps(found, indent=2))
        return
    show([{"key": key, "value": value} for key, value in found.items()], {"key": "KEY", "value": "VALUE"})


COMMANDS = [preferences]
