"""dursor delivery replay, job retry: put right what went wrong."""

from __future__ import annotations

import click

from app.cli.asking import ask
from app.cli.common import as_json, say


@click.group()
def delivery() -> None:
    """Repair deliveries."""


@delivery.command()
@click.argument("guid")
@as_json
def replay(guid: str, *, as_json: bool) -> None:
    """Handle the delivery GUID once more."""
    ask("replayDelivery", guid=guid)
    done = f"Delivery {guid} will be handled again within half a minute."
    say(done, {"guid": guid, "status": "pending"}, json_wanted=as_json)


@click.group()
def job() -> None:
    """Repair jobs."""


@job.command()
@click.argument("job_id")
@as_json
def retry(job_id: str, *, as_json: bool) -> None:
    """Try the failed job JOB_ID again."""
    ask("retryJob", job_id=job_id)
    done = f"Job {job_id} will be tried again within half a minute."
    say(done, {"id": job_id, "status": "queued"}, json_wanted=as_json)


COMMANDS = [delivery, job]
