"""dursor demo: the whole loop on this machine, with no account and no key.

`widgets` is the repository it plays with, `servers` runs dursor against a local stand-in for GitHub,
`story` tells what happens, `chaos` makes it hard.
"""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.common import told
from app.cli.demo import story
from app.errors import UserError


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
@told
async def demo(*, keep: bool, chaos: bool, seed: int | None, folder: Path) -> None:
    """Take a pull request from red CI to merged, live, with real git, real HTTP and real CI."""
    merged = await story.tell(folder, keep=keep, chaos=chaos, seed=seed)
    if not merged:
        raise UserError(f"The demo did not end merged. The server's log is {folder / 'server.log'}.")


COMMANDS = [demo]
