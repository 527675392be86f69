"""dursor tasks: list them, and move their cards."""

from __future__ import annotations

import click

from app.cli.common import as_json, limit, read, say, show, write
from app.lifecycle.kanban import Column
from app.store import overview
from app.store import tasks as stored
from app.web.api.acting import BY


@click.group(invoke_without_command=True)
@as_json
@limit
@click.pass_context
def tasks(context: click.Context, *, as_json: bool, limit: int) -> None:
    """List tasks, or move their cards."""
    if context.invoked_subcommand is not None:
        return
    columns = {
        "id": "ID", "repository": "REPOSITORY", "kanban_status": "CARD", "moved_by": "MOVED BY", "mode": "MODE",
        "title": "TITLE",
    }  # fmt: skip
    show(read(lambda db: overview.tasks(db, limit)), columns, json_wanted=as_json)


@tasks.command()
@click.argument("task_id")
@click.argument("column", type=click.Choice([one.value for one in Column]))
@as_json
def move(task_id: str, column: str, *, as_json: bool) -> None:
    """Put the card of TASK_ID into COLUMN. It stays there until its run enters another column."""
    if not write(lambda db: stored.move(db, task_id, Column(column), BY)):
        raise click.ClickException(f"There is no task {task_id}. `dursor tasks` lists them.")
    say(f"The card of {task_id} lies in {column}.", {"id": task_id, "kanban_status": column}, json_wanted=as_json)


COMMANDS = [tasks]
