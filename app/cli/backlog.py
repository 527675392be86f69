"""dursor backlog: parts of larger work that wait until somebody makes a task of them."""

from __future__ import annotations

import json
from typing import Any

import click

from app.cli.asking import ask, repository
from app.cli.common import as_json, limit, read, say, show, write
from app.config import Settings
from app.errors import UserError
from app.executors import items, plain
from app.perform import promoting
from app.store import backlog as stored
from app.store.connection import Connection, Row
from app.web.api.acting import BY


@click.group()
def backlog() -> None:
    """Look after the parts of larger work that wait."""


@backlog.command("list")
@as_json
@limit
@click.option("--repo", metavar="OWNER/NAME", help="Only those of this repository.")
@click.option("--all", "archived", is_flag=True, help="Archived ones, too.")
def list_items(*, as_json: bool, limit: int, repo: str | None, archived: bool) -> None:
    """List items, the newest first."""
    columns = {
        "id": "ID", "repository": "REPOSITORY", "issue": "ISSUE", "number": "PART", "type": "TYPE", "size": "SIZE",
        "task_id": "TASK", "title": "TITLE",
    }  # fmt: skip
    show(read(lambda db: stored.listed(db, limit, repo, archived=archived)), columns, json_wanted=as_json)


@backlog.command("show")
@click.argument("item_id")
@as_json
def show_item(item_id: str, *, as_json: bool) -> None:
    """Show the item ITEM_ID."""
    found = ask("getBacklogItem", item_id=item_id)
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for name, value in found.items():
        click.echo(f"{name}: {plain.terminal(_words(value))}")


@backlog.command()
@click.option("--repo", metavar="OWNER/NAME", required=True)
@click.option("--title", metavar="WORDS", required=True)
@click.option("--description", metavar="WORDS", default="")
@click.option("--type", "kind", type=click.Choice(items.TYPES), default="feature", show_default=True)
@click.option("--size", type=click.Choice(items.SIZES), default="medium", show_default=True)
@as_json
def add(*, repo: str, title: str, description: str, kind: str, size: str, as_json: bool) -> None:
    """Put an item into the backlog of a repository."""
    body = {"title": title, "description": description, "type": kind, "estimated_size": size}
    made = ask("createBacklogItem", body | {"repo_id": repository(repo)})
    say(f"Made {made['id']}.", {"id": made["id"]}, json_wanted=as_json)


@backlog.command()
@click.argument("item_id")
@click.option("--title", metavar="WORDS")
@click.option("--description", metavar="WORDS")
@click.option("--hint", "implementation_hint", metavar="WORDS", help="Where to begin.")
@click.option("--type", type=click.Choice(items.TYPES))
@click.option("--size", "estimated_size", type=click.Choice(items.SIZES))
@click.option("--file", "target_files", metavar="PATH", multiple=True, help="A file that will change; several times.")
@click.option("--tag", "tags", metavar="WORD", multiple=True, help="Several times.")
@as_json
def edit(item_id: str, *, as_json: bool, **wanted: Any) -> None:
    """Change what is named of the item ITEM_ID; a second splitting of its issue leaves it alone then."""
    given = {name: value for name, value in wanted.items() if value is not None and value != ()}
    ask("changeBacklogItem", {k: list(v) if isinstance(v, tuple) else v for k, v in given.items()}, item_id=item_id)
    say(f"{item_id} is changed.", {"id": item_id}, json_wanted=as_json)


@backlog.command()
@click.argument("item_id")
@click.option("--undo", is_flag=True, help="Take it back.")
@as_json
def archive(item_id: str, *, as_json: bool, undo: bool) -> None:
    """Put the item ITEM_ID away; its issue can be closed without it."""
    ask("changeBacklogItem", {"archived": not undo}, item_id=item_id)
    told = "waits again" if undo else "is archived"
    say(f"{item_id} {told}.", {"id": item_id, "archived": not undo}, json_wanted=as_json)


@backlog.command()
@click.argument("item_id")
@click.option("--say", "words", metavar="WORDS", default="", help="What else is wanted.")
@as_json
def promote(item_id: str, *, as_json: bool, words: str) -> None:
    """Make a task of the item ITEM_ID; a server begins with it within half a minute."""
    settings = Settings.load()
    done = write(lambda db: promoting.by_administrator(db, settings, _item(db, item_id), words, BY))
    if done.run is None:
        raise click.ClickException(done.refusal or "")
    say(f"The run {done.run.id} works on it.", {"id": item_id, "agentic_run_id": done.run.id}, json_wanted=as_json)


def _item(db: Connection, item_id: str) -> Row:
    row = stored.find(db, item_id)
    if row is None:
        raise UserError(f"There is no item {item_id}. `dursor backlog list` lists them.")
    return row


def _words(value: object) -> str:
    if isinstance(value, list):
        return "".join(f"\n  - {one['title'] if isinstance(one, dict) else one}" for one in value) or "-"
    return "-" if value is None else str(value)


COMMANDS = [backlog]
