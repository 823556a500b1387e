"""``simulator reset`` and ``simulator sandboxes``."""

from __future__ import annotations

from urllib.parse import quote

import click

from simulator.cli.running.connection import control_command
from simulator.cli.running.remote import DEFAULT_SANDBOX, Remote
from simulator.cli.running.tables import print_json


@click.command()
@control_command
def reset(remote: Remote, *, as_json: bool) -> None:
    """Take counters, clock, journal and opt-outs back to the start; the scenario stays."""
    found = remote.post("reset")
    if as_json:
        print_json(found)
    else:
        click.echo(f"reset; it is {found['now']}")


@click.group(invoke_without_command=True)
@control_command
def sandboxes(remote: Remote, *, as_json: bool) -> None:
    """List the sandboxes there are."""
    if click.get_current_context().invoked_subcommand is not None:
        return
    found = Remote(remote.url, DEFAULT_SANDBOX, remote.token).get("sandboxes")
    if as_json:
        print_json(found)
    else:
        click.echo("\n".join(sandbox["name"] for sandbox in found["sandboxes"]))


@sandboxes.command()
@click.argument("name")
@control_command
def delete(remote: Remote, *, name: str, as_json: bool) -> None:  # noqa: ARG001 - there is nothing to print
    """Put a sandbox away with all it remembers; the default one is reset instead."""
    Remote(remote.url, DEFAULT_SANDBOX, remote.token).delete(f"sandboxes/{quote(name, safe='')}")
