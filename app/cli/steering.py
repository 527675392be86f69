"""dursor run pause, resume, cancel, retry, mode: tell a run what commands in comments tell it."""

from __future__ import annotations

import click

from app.cli.asking import ask
from app.cli.common import as_json, say
from app.lifecycle.run import Mode


@click.command()
@click.argument("run_id")
@as_json
def pause(run_id: str, *, as_json: bool) -> None:
    """Have the run RUN_ID stop working and keep everything."""
    _tell("pauseAgenticRun", run_id, as_json=as_json)


@click.command()
@click.argument("run_id")
@as_json
def resume(run_id: str, *, as_json: bool) -> None:
    """Have the run RUN_ID go on after a pause."""
    _tell("resumeAgenticRun", run_id, as_json=as_json)


@click.command()
@click.argument("run_id")
@as_json
def cancel(run_id: str, *, as_json: bool) -> None:
    """Give the run RUN_ID up."""
    _tell("cancelAgenticRun", run_id, as_json=as_json)


@click.command()
@click.argument("run_id")
@as_json
def retry(run_id: str, *, as_json: bool) -> None:
    """Have the run RUN_ID tried again, with fresh allowances."""
    _tell("retryAgenticRun", run_id, as_json=as_json)


@click.command()
@click.argument("run_id")
@click.argument("mode", type=click.Choice([one.value for one in Mode]))
@as_json
def mode(run_id: str, mode: str, *, as_json: bool) -> None:
    """Choose how much the run RUN_ID does unasked."""
    _tell("chooseMode", run_id, as_json=as_json, mode=mode)


def _tell(operation: str, run_id: str, *, as_json: bool, **body: str) -> None:
    done = ask(operation, body, agentic_run_id=run_id)
    now = done["run"]
    stands = f"{now['phase']}{', paused' if now['paused'] else ''}, {now['mode']}"
    words = f"The run {run_id} is told; it stands at: {stands}." if done["changed"] else f"Nothing changed: {stands}."
    say(words, {"id": run_id, "changed": done["changed"], "phase": now["phase"], "paused": now["paused"],
                "mode": now["mode"]}, json_wanted=as_json)  # fmt: skip


COMMANDS = [pause, resume, cancel, retry, mode]
