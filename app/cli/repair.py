"""dursor delivery replay, job retry: put right what went wrong."""

from __future__ import annotations

import click

from app.cli.common import write
from app.store import deliveries, jobs


@click.group()
def delivery() -> None:
    """Repair deliveries."""


@delivery.command()
@click.argument("guid")
def replay(guid: str) -> None:
    """Handle the delivery GUID once more."""
    if not write(lambda db: deliveries.replay(db, guid)):
        raise click.ClickException(f"There is no delivery {guid}. `dursor deliveries` lists them.")
    click.echo(f"Delivery {guid} will be handled again within half a minute.")


@click.group()
def job() -> None:
    """Repair jobs."""


@job.command()
@click.argument("job_id")
def retry(job_id: str) -> None:
    """Try the failed job JOB_ID again."""
    if not write(lambda db: jobs.retry(db, job_id)):
        raise click.ClickException(
            f"There is no failed job {job_id}, or the same is queued already. `dursor jobs --status failed` lists them."
        )
    click.echo(f"Job {job_id} will be tried again within half a minute.")


COMMANDS = [delivery, job]
