"""dursor completion: what a shell needs to complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

_NAME = "dursor"
_VARIABLE = "_DURSOR_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script with which SHELL completes dursor's commands, to be put into its start file.

    bash: eval "$(dursor completion bash)". zsh: the same with zsh. fish: dursor completion fish | source.
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise click.ClickException(f"There is no completion for {shell}.")
    script = kind(context.find_root().command, {}, _NAME, _VARIABLE)
    click.echo(script.source_template % script.source_vars())


COMMANDS = [completion]
