"""The command line: one file per family of commands."""

from __future__ import annotations

import click

from app import __version__
from app.cli import database, demo, look, repair, serve


@click.group()
@click.version_option(__version__, prog_name="dursor")
def main() -> None:
    """dursor takes a pull request from "opened" to "merged"."""


for command in (*serve.COMMANDS, *demo.COMMANDS, *look.COMMANDS, *repair.COMMANDS, *database.COMMANDS):
    main.add_command(command)
