"""dursor doctor: is everything as it must be, and what to do where it is not."""

from __future__ import annotations

import json

import click

from app import logs
from app.cli.common import as_json, told
from app.config import Settings
from app.doctor import everything, report
from app.errors import ConfigError


@click.command()
@as_json
@told
async def doctor(*, as_json: bool) -> None:
    """Check configuration, database, git, executors, GitHub and permissions; exit 1 if anything fails.

    Each line is fine (✓), of note (!) or a failure (✗), and says what to do next. A ping that it sends to the
    server is all that it changes.
    """
    found = []
    try:
        settings = Settings.load()
    except ConfigError as error:
        found.append(report.failed("configuration", str(error), "mend it; nothing else was looked at"))
        _say(found[0], as_json=as_json)
    else:
        logs.configure(settings)
        async for finding in everything.findings(settings):
            found.append(finding)
            _say(finding, as_json=as_json)
    if as_json:
        click.echo(json.dumps([finding.data() for finding in found], indent=2, ensure_ascii=False))
    if report.has_failed(found):
        raise click.exceptions.Exit(1)


def _say(finding: report.Finding, *, as_json: bool) -> None:
    if not as_json:
        click.echo(finding.line())


COMMANDS = [doctor]
