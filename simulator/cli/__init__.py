"""The ``simulator`` command: one file for each command, imported when the command is used."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Final

import click

from simulator import __version__
from simulator.cli.groups import SuggestingGroup
from simulator.core.errors import SimulatorError

_OWN: Final = {
    "serve": "simulator.cli.serve",
    "check": "simulator.cli.check",
    "explain": "simulator.cli.explain",
    "scenarios": "simulator.cli.scenarios",
    "schema": "simulator.cli.scenarios",
    "operations": "simulator.cli.listings",
    "errors": "simulator.cli.listings",
    "verdicts": "simulator.cli.listings",
    "judge": "simulator.cli.judge",
    "token": "simulator.cli.token",
    "env": "simulator.cli.env",
    "healthcheck": "simulator.cli.healthcheck",
    "completion": "simulator.cli.completion",
}
_RUNNING: Final = {
    "clock": "simulator.cli.running.clock",
    "scenario": "simulator.cli.running.scenario",
    "journal": "simulator.cli.running.journal",
    "verify": "simulator.cli.running.journal",
    "report": "simulator.cli.running.report",
    "reset": "simulator.cli.running.sandboxes",
    "sandboxes": "simulator.cli.running.sandboxes",
}
"""Command -> the module that defines it under the same name; in the order of the help."""


WIDEST: Final = 140
"""Columns of a help text; longer lines are hard to read."""


class Commands(SuggestingGroup):
    """Imports a command when it is used, and reports errors with a message instead of a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of the help."""
        return [*_OWN, *_RUNNING]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name; None when it is unknown."""
        module = (_OWN | _RUNNING).get(cmd_name)
        return None if module is None else getattr(import_module(module), cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands in two sections."""
        for heading, names in (("Commands", _OWN), ("Commands for a running simulator", _RUNNING)):
            self.write_section(ctx, formatter, heading, list(names))

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; see :class:`simulator.core.errors.SimulatorError` for the exit codes."""
        try:
            return super().invoke(ctx)
        except SimulatorError as error:
            click.echo(f"simulator: {error}", err=True)
            sys.exit(error.exit_code)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDEST})
@click.version_option(__version__, prog_name="simulator", message="%(prog)s %(version)s")
def main() -> None:
    """A simulator of token-refresh APIs: J-Quants v1 and UID2.

    Point your client at it, let time pass, make it fail on purpose, and see what your client does.
    """
