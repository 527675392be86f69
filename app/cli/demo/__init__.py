"""dursor demo: the whole loop on this machine, with no account, and no key unless an agent is to work.

`widgets` is the repository it plays with, `agents` who may work in it, `servers` runs dursor against a local stand-in
for GitHub, `story` tells what happens, `chaos` makes it hard.
"""

from __future__ import annotations

import os
from pathlib import Path

import click

from app.cli.common import told
from app.cli.demo import agents, story
from app.errors import UserError
from app.executors import registry


@click.command()
@click.option("--keep", is_flag=True, help="Leave everything running at the end, until Ctrl-C.")
@click.option("--chaos", is_flag=True, help="Lose, double and shuffle deliveries, and kill the server three times.")
@click.option("--seed", type=int, default=None, help="Repeat the chaos of an earlier demo.")
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path, resolve_path=True),
    default=Path("data/demo"),
    show_default=True,
    help="Where everything is put; what an earlier demo left there is removed.",
)
@click.option(
    "--executor",
    type=click.Choice(registry.AGENTS),
    help="Let this agent mend the code, with your key from the environment, and not a linter.",
)
@click.option("--model", metavar="NAME", help="The model that the agent works with.")
@told
async def demo(
    *, keep: bool, chaos: bool, seed: int | None, folder: Path, executor: str | None, model: str | None
) -> None:
    """Take a pull request from red CI to merged, live, with real git, real HTTP and real CI."""
    agent = agents.find(executor, model, os.environ) if executor else None
    merged = await story.tell(folder, keep=keep, chaos=chaos, seed=seed, agent=agent)
    if not merged:
        raise UserError(f"The demo did not end merged. The server's log is {folder / 'server.log'}.")


COMMANDS = [demo]
