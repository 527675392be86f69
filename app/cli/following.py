"""Follows a log as it grows, until what writes it has ended."""

from __future__ import annotations

import json
import time

import click

from app.cli.common import read
from app.executors import plain
from app.store import overview

SECONDS = 0.5
"""Between two looks; the server writes lines about as often."""


def follow(key: str, *, as_json: bool) -> None:
    """Print the lines that are there and those that come. Interrupted, it ends with exit code 130."""
    told: dict[str, int] = {}
    try:
        while True:
            found, goes_on = read(lambda db: overview.logs(db, key)) or ([], False)
            for log in found:
                for line in log.since(told.get(log.id, 0)):
                    click.echo(json.dumps(line) if as_json else plain.terminal(line))
                told[log.id] = log.end
            if not goes_on:
                return
            time.sleep(SECONDS)
    except KeyboardInterrupt:
        raise click.exceptions.Exit(130) from None
