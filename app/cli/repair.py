"""dursor delivery replay, job retry: put right what went wrong."""

from __future__ import annotations

import click

from app.cli.common import as_json, say, write
from app.store import deliveries, jobs


@click.group()
def delivery() -> None:
    """Repair deliveries."""


@delivery.command()
@click.argument("guid")
@as_json
def replay(guid: str, *, as_json: bool) -> None:
    """Handle the delivery GUID once more."""
    if not write(lambda db: deliveries.replay(db, guid)):
        raise click.ClickException(f"There is no delivery {guid}. `dursor deliveries` lists them.")
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
    if not write(lambda db: jobs.retry(db, job_id)):
        raise click.ClickException(
            f"There is no failed job {job_id}, or the same is queued already. `dursor jobs --status failed` lists them."
        )
    done = f"Job {job_id} will be tried again within half a minute."
    say(done, {"id": job_id, "status": "queued"}, json_wanted=as_json)


COMMANDS = [delivery, job]
