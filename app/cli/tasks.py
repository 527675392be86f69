"""dursor tasks: list and make them, begin the work, talk, and move their cards."""

from __future__ import annotations

from typing import Any

import click

from app.cli.asking import ask, list_all, repository
from app.cli.common import as_json, in_front, limit, read, say, show
from app.lifecycle.kanban import Column
from app.lifecycle.run import Mode
from app.store import listing, overview
from app.web.api.messages import Message


@click.group(invoke_without_command=True)
@as_json
@limit
@click.pass_context
def tasks(context: click.Context, *, as_json: bool, limit: int) -> None:
    """List tasks; make them, begin the work, talk, and move their cards."""
    if not in_front(context, as_json=as_json):
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
    ask("changeTask", {"kanban_status": column}, task_id=task_id)
    say(f"The card of {task_id} lies in {column}.", {"id": task_id, "kanban_status": column}, json_wanted=as_json)


@tasks.command()
@click.option("--repo", metavar="OWNER/NAME", help="Where; if not in the preferred repository.")
@click.option("--title", metavar="WORDS", required=True)
@click.option("--say", "words", metavar="WORDS", required=True, help="What is to be done.")
@click.option("--mode", type=click.Choice([one.value for one in Mode]), help="How much happens unasked.")
@as_json
def add(*, repo: str | None, title: str, words: str, mode: str | None, as_json: bool) -> None:
    """Make a task; `tasks begin` begins the work on it."""
    body: dict[str, Any] = {"title": title, "message": words, "coding_mode": mode}
    made = ask("createTask", body | ({"repo_id": repository(repo)} if repo is not None else {}))
    say(f"Made {made['id']}. `dursor tasks begin {made['id']}` begins the work.", {"id": made["id"]},
        json_wanted=as_json)  # fmt: skip


@tasks.command()
@click.argument("task_id")
@click.option("--executor", metavar="NAME", help="Who works on it, if not as configured.")
@as_json
def begin(task_id: str, *, executor: str | None, as_json: bool) -> None:
    """Begin the work on TASK_ID; a server does so within half a minute."""
    run = ask("createAgenticRun", {"task_id": task_id, "executor": executor})
    say(f"The run {run['id']} works on it.", {"id": task_id, "agentic_run_id": run["id"]}, json_wanted=as_json)


@tasks.command("say")
@click.argument("task_id")
@click.argument("words")
@as_json
def say_more(task_id: str, words: str, *, as_json: bool) -> None:
    """Say WORDS to TASK_ID: one more instruction."""
    message = ask("addMessage", {"content": words}, task_id=task_id)
    say("It was said.", {"id": message["id"], "task_id": message["task_id"]}, json_wanted=as_json)


@tasks.command()
@click.argument("task_id")
@as_json
@limit
def messages(task_id: str, *, as_json: bool, limit: int) -> None:
    """Show what was said about TASK_ID, the oldest first."""
    ask("getTask", task_id=task_id)
    columns = {"created_at": "TIME", "role": "ROLE", "author": "WHO", "content": "SAID"}
    list_all(listing.MESSAGES, Message, columns, limit, json_wanted=as_json, task_id=task_id)


COMMANDS = [tasks]
