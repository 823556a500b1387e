"""``simulator reset`` and ``simulator sandboxes``."""

from __future__ import annotations

from urllib.parse import quote

import click

from simulator.cli import completers
from simulator.cli.groups import SuggestingGroup
from simulator.cli.running.connection import control_command
from simulator.cli.running.tables import print_json
from simulator.control.client import DEFAULT_SANDBOX, ControlClient


@click.command()
@control_command
def reset(control: ControlClient, *, as_json: bool) -> None:
    """Reset counters, clock, journal and opt-outs; the scenario stays."""
    found = control.reset()
    if as_json:
        print_json(found)
    else:
        click.echo(f"Reset. The clock shows {found['now']}.")


@click.group(cls=SuggestingGroup, invoke_without_command=True)
@control_command
def sandboxes(control: ControlClient, *, as_json: bool) -> None:
    """List the sandboxes."""
    if click.get_current_context().invoked_subcommand is not None:
        return
    found = control.inside(DEFAULT_SANDBOX).get("sandboxes")
    if as_json:
        print_json(found)
    else:
        click.echo("\n".join(sandbox["name"] for sandbox in found["sandboxes"]))


@sandboxes.command()
@click.argument("name", shell_complete=completers.sandboxes)
@control_command
def delete(control: ControlClient, *, name: str, as_json: bool) -> None:
    """Delete a sandbox with all its state; the default one is reset instead."""
    control.inside(DEFAULT_SANDBOX).delete(f"sandboxes/{quote(name, safe='')}")
    if as_json:
        print_json({"deleted": name})
