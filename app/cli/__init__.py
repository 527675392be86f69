"""The command line: one file per family of commands."""

from __future__ import annotations

from typing import Any

import click

from app import __version__
from app.cli import (
    backlog,
    completion,
    database,
    demo,
    doctor,
    look,
    model,
    preferences,
    repair,
    seen,
    serve,
    setup,
    steering,
    tasks,
)
from app.errors import DursorError


class _Words(click.Group):
    """Says what went wrong in a sentence, with exit code 1, whichever command it was."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DursorError as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=_Words)
@click.version_option(__version__, prog_name="dursor")
def main() -> None:
    """dursor takes a pull request from "opened" to "merged"."""


for command in (
    *serve.COMMANDS,
    *setup.COMMANDS,
    *doctor.COMMANDS,
    *demo.COMMANDS,
    *look.COMMANDS,
    *seen.COMMANDS,
    *tasks.COMMANDS,
    *backlog.COMMANDS,
    *repair.COMMANDS,
    *model.COMMANDS,
    *preferences.COMMANDS,
    *database.COMMANDS,
    *completion.COMMANDS,
):
    main.add_command(command)

for command in steering.COMMANDS:
    look.run.add_command(command)
