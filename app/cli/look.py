"""dursor status, runs, run show, logs, deliveries, jobs: look at what is going on."""

from __future__ import annotations

import json
from typing import Any

import click

from app import words
from app.cli import following
from app.cli.common import as_json, limit, read, show
from app.errors import UserError
from app.executors import plain
from app.lifecycle.standing import GateLine
from app.perform import seeing
from app.store import agentic_runs, audit, counts, overview
from app.store import deliveries as stored_deliveries
from app.store import jobs as stored_jobs
from app.store.connection import Connection


@click.command()
@as_json
def status(*, as_json: bool) -> None:
    """Say how many deliveries, jobs and runs there are."""
    found = read(counts.everything)
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for name, numbers in found.items():
        told = ", ".join(f"{number} {word.replace('_', ' ')}" for word, number in numbers.items()) or "none"
        click.echo(f"{name.replace('_', ' ')}: {told}")


@click.command()
@as_json
@limit
def runs(*, as_json: bool, limit: int) -> None:
    """List runs: pull requests on their way."""
    columns = {
        "id": "ID", "repository": "REPOSITORY", "number": "PULL", "phase": "PHASE", "wait": "WAITS FOR",
        "awaiting": "AWAITS", "iteration": "FIXES", "cost_usd": "USD", "last_activity": "LAST", "title": "TITLE",
    }  # fmt: skip
    show(read(lambda db: overview.runs(db, limit)), columns, json_wanted=as_json)


@click.group()
def run() -> None:
    """Look at one run."""


@run.command("show")
@click.argument("run_id")
@as_json
def show_run(run_id: str, *, as_json: bool) -> None:
    """Show every decision about the run RUN_ID, and its merge gates."""

    def look(db: Connection) -> tuple[list[dict[str, Any]], tuple[GateLine, ...]]:
        if agentic_runs.row_of(db, run_id) is None:
            raise UserError(f"There is no run {run_id}. `dursor runs` lists them.")
        return [dict(row) for row in audit.of_run(db, run_id)], seeing.gates_of(db, run_id)

    rows, gates = read(look)
    if as_json:
        click.echo(json.dumps({"gates": words.gates_json(gates), "decisions": rows}, indent=2))
        return
    columns = {
        "timestamp": "TIME",
        "action": "HAPPENED",
        "phase": "THEN",
        "output_summary": "ASKED FOR",
        "error": "ERROR",
    }
    show(rows, columns, json_wanted=False)
    for told in ["", *words.checklist(gates)] if gates else []:
        click.echo(plain.terminal(told))


@click.command()
@click.argument("any_id")
@as_json
@click.option("--follow", "-f", is_flag=True, help="Go on until it has ended; Ctrl-C stops.")
def logs(any_id: str, *, as_json: bool, follow: bool) -> None:
    """Print the log lines of ANY_ID: a run, or one executor run or review of it.

    With --follow and --json each line is a JSON string of its own.
    """
    found = read(lambda db: overview.logs(db, any_id))
    if found is None:
        newest = ", ".join(row["id"] for row in read(lambda db: overview.executor_runs(db, 5))) or "none"
        raise click.ClickException(
            f"There is no run {any_id}. `dursor runs` lists them; the newest executor runs are: {newest}."
        )
    if follow:
        following.follow(any_id, as_json=as_json)
        return
    lines = [line for log in found[0] for line in log.lines]
    if as_json:
        click.echo(json.dumps(lines, indent=2))
        return
    for line in lines:
        click.echo(plain.terminal(line))


@click.command()
@as_json
@limit
@click.option("--status", type=click.Choice(["pending", "done", "ignored", "failed"]), help="Only these.")
def deliveries(*, as_json: bool, limit: int, status: str | None) -> None:
    """List webhook deliveries."""
    columns = {
        "guid": "GUID", "event": "EVENT", "action": "ACTION", "status": "STATUS", "received_at": "RECEIVED",
        "error": "ERROR",
    }  # fmt: skip
    rows = read(lambda db: [dict(row) for row in stored_deliveries.recent(db, limit, status)])
    show(rows, columns, json_wanted=as_json)


@click.command()
@as_json
@limit
@click.option("--status", type=click.Choice(["queued", "running", "done", "failed", "canceled"]), help="Only these.")
def jobs(*, as_json: bool, limit: int, status: str | None) -> None:
    """List jobs; those with the status `failed` wait for somebody to retry them."""
    columns = {
        "id": "ID",
        "kind": "KIND",
        "status": "STATUS",
        "attempts": "TRIES",
        "updated_at": "LAST",
        "error": "ERROR",
    }
    show(
        read(lambda db: [dict(row) for row in stored_jobs.listed(db, limit, status)]),
        columns,
        json_wanted=as_json,
    )


COMMANDS = [status, runs, run, logs, deliveries, jobs]
