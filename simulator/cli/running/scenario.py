"""``simulator scenario``: see, load and clear what a running simulator runs under."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from simulator.cli.running.connection import control_command
from simulator.cli.running.remote import Remote
from simulator.cli.running.tables import print_json
from simulator.control.client import finding
from simulator.core.errors import UsageError


@click.group(invoke_without_command=True)
@control_command
def scenario(remote: Remote, *, as_json: bool) -> None:
    """See, load and clear the scenario."""
    if click.get_current_context().invoked_subcommand is None:
        _show(remote.get("scenario"), as_json=as_json)


@scenario.command()
@click.argument("name_or_file")
@click.option("--strict", is_flag=True, help="Refuse what is doubtful too.")
@control_command
def load(remote: Remote, *, name_or_file: str, strict: bool, as_json: bool) -> None:
    """Load a file of yours (- is standard input), or a shipped scenario by its name; a bad one changes nothing."""
    loaded = remote.put(f"scenario?strict={'true' if strict else 'false'}", _read(name_or_file))
    for doubt in loaded.get("warnings", ()):
        click.echo(f"{name_or_file}:{finding(doubt)}", err=True)
    _show(loaded, as_json=as_json)


@scenario.command()
@click.option("--source", is_flag=True, help="Print the text it was read from.")
@control_command
def show(remote: Remote, *, source: bool, as_json: bool) -> None:
    """Show the active one: its name, story, rules and named state."""
    shown = remote.get("scenario")
    if source and not as_json:
        click.echo(shown["source"], nl=not shown["source"].endswith("\n"))
    else:
        _show(shown, as_json=as_json)


@scenario.command()
@control_command
def clear(remote: Remote, *, as_json: bool) -> None:
    """Run under none: be faithful."""
    remote.delete("scenario")
    _show(remote.get("scenario"), as_json=as_json)


def _read(name_or_file: str) -> bytes | dict[str, str]:
    """The text of a file; anything that is no file is taken for a name, which the simulator judges."""
    if name_or_file == "-":
        return sys.stdin.buffer.read()
    path = Path(name_or_file)
    if path.is_file():
        try:
            return path.read_bytes()
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    if path.suffix in {".yaml", ".yml", ".json"} or len(path.parts) > 1:
        raise UsageError(f'there is no scenario file "{name_or_file}".', remedy="simulator scenarios lists names.")
    return {"name": name_or_file}


def _show(shown: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(shown)
        return
    if shown["name"] is None:
        click.echo("none: the answers are faithful")
        return
    click.echo(f"{shown['name']}: {shown['about']}" if shown["about"] else shown["name"])
    if shown["state"] is not None:
        click.echo(f"state: {shown['state']}")
    for rule in shown["rules"]:
        click.echo(f"  {rule}")
