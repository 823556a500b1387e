"""``simulator completion``: prints the shell script that completes commands and options."""

from __future__ import annotations

from typing import Final

import click
from click.shell_completion import get_completion_class

_PROGRAM: Final = "simulator"
_VARIABLE: Final = "_SIMULATOR_COMPLETE"
"""The environment variable that click reads: ``_<PROGRAM>_COMPLETE``."""


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, *, shell: str) -> None:
    """Print completions for SHELL, to be evaluated where it starts.

    \b
    bash: eval "$(simulator completion bash)"          in ~/.bashrc
    zsh:  eval "$(simulator completion zsh)"           in ~/.zshrc
    fish: simulator completion fish | source           in config.fish
    """  # noqa: D301 - click's mark for lines that stay as they are
    found = get_completion_class(shell)
    if found is None:  # click ships all three; a dropped one is reported
        raise click.ClickException(f"this version of click completes nothing in {shell}")
    click.echo(found(ctx.find_root().command, {}, _PROGRAM, _VARIABLE).source())
