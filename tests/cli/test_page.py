"""docs/cli.md lists the commands as they are: their arguments, options and what their help says first."""

from __future__ import annotations

import re
from pathlib import Path

import click

from app.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"


def rows(group=main, words=("dursor",)):
    """One row for each command that does something by itself."""
    for name, command in sorted(group.commands.items()):
        is_group = isinstance(command, click.Group)
        if not is_group or command.invoke_without_command:
            yield row(command, (*words, name))
        if is_group:
            yield from rows(command, (*words, name))


def row(command, words):
    """The line of a command in the table."""
    arguments = [one.name.upper() for one in command.params if isinstance(one, click.Argument)]
    options = sorted(
        max(one.opts, key=len) for one in command.params if isinstance(one, click.Option) and max(one.opts, key=len)
    )
    does = re.split(r"(?<=[.;])\s", " ".join((command.help or "").split()))[0].rstrip(".;")
    shown = " ".join([*words, *arguments]).replace("|", r"\|")
    return f"| `{shown}` | {does} | {' '.join(f'`{one}`' for one in options)} |"


def test_the_page_lists_every_command():
    told = PAGE.read_text().split("<!-- commands:begin -->")[1].split("<!-- commands:end -->")[0]
    assert told.strip().splitlines()[2:] == list(rows())


def test_every_command_says_what_it_does_in_a_sentence():
    for line in rows():
        _, _, does, _, _ = re.split(r"(?<!\\)\|", line)
        assert 8 < len(does.strip()) < 120, line
