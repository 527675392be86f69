"""dursor preferences: the defaults of the person who runs this server."""

from __future__ import annotations

import json

import click

from app.cli.asking import ask
from app.cli.common import as_json, in_front, read, show
from app.store import preferences as stored

_KEYS = click.Choice(sorted(stored.UNSET))
_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@click.group(invoke_without_command=True)
@as_json
@click.pass_context
def preferences(context: click.Context, *, as_json: bool) -> None:
    """Show and choose the defaults of the person who runs this server. Without a subcommand: show."""
    if in_front(context, as_json=as_json):
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
    ask("changePreferences", {key: _WORDS.get(value.lower(), value) if key in stored.SWITCHES else value})
    _show(json_wanted=as_json, only=key)


@preferences.command("unset")
@click.argument("key", type=_KEYS)
@as_json
def unset_preference(key: str, *, as_json: bool) -> None:
    """Let KEY be as it is while nobody chooses."""
    ask("changePreferences", {key: stored.UNSET[key]})
    _show(json_wanted=as_json, only=key)


def _show(*, json_wanted: bool, only: str | None = None) -> None:
    chosen = read(stored.load)
    found = {name: chosen[name] for name in ([only] if only else stored.UNSET)}
    if json_wanted:
        click.echo(json.dumps(found, indent=2))
        return
    show([{"key": key, "value": value} for key, value in found.items()], {"key": "KEY", "value": "VALUE"})


COMMANDS = [preferences]
