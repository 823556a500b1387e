"""The ``simulator`` command: one file a command, each importing what it needs when it runs."""

from __future__ import annotations

import sys

import click

from simulator import __version__
from simulator.cli.check import check
from simulator.cli.explain import explain
from simulator.cli.scenarios import scenarios, schema
from simulator.cli.serve import serve
from simulator.cli.token import token
from simulator.core.errors import SimulatorError


class Commands(click.Group):
    """Ends with a message and an exit code of its own where a plain group would show a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; see :class:`simulator.core.errors.SimulatorError` for the exit codes."""
        try:
            return super().invoke(ctx)
        except SimulatorError as error:
            click.echo(f"simulator: {error}", err=True)
            sys.exit(error.exit_code)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="simulator", message="%(prog)s %(version)s")
def main() -> None:
    """A simulator of token-refresh APIs: J-Quants v1 and UID2.

    Point your client at it, let time pass, make it fail on purpose, and see what your client does.
    """


for command in (serve, check, explain, scenarios, schema, token):
    main.add_command(command)
