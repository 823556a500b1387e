"""``simulator scenario``: show, load and clear the scenario of a running simulator."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from simulator.cli import completers
from simulator.cli.groups import SuggestingGroup
from simulator.cli.running.connection import control_command, existing
from simulator.cli.running.tables import print_json
from simulator.control.client import JSON, YAML, ControlClient, problem_line
from simulator.core.errors import UsageError


@click.group(cls=SuggestingGroup, invoke_without_command=True)
@control_command
def scenario(control: ControlClient, *, as_json: bool) -> None:
    """Show, load and clear the scenario."""
    if click.get_current_context().invoked_subcommand is None:
        _show(existing(control).get("scenario"), as_json=as_json)


@scenario.command()
@click.argument("name_or_file", shell_complete=completers.scenarios)
@click.option("--strict", is_flag=True, help="Refuse warnings too.")
@control_command
def load(control: ControlClient, *, name_or_file: str, strict: bool, as_json: bool) -> None:
    """Load a file (- is standard input) or a shipped scenario; an invalid one changes nothing."""
    loaded = control.load(*_read(name_or_file), "", strict=strict)
    for doubt in loaded.get("warnings", ()):
        click.echo(f"{name_or_file}:{problem_line(doubt)}", err=True)
    _show(loaded, as_json=as_json)


@scenario.command()
@click.option("--source", is_flag=True, help="Print its text.")
@control_command
def show(control: ControlClient, *, source: bool, as_json: bool) -> None:
    """Show the active scenario: name, description, rules and state."""
    shown = existing(control).get("scenario")
    if source and not as_json:
        click.echo(shown["source"], nl=not shown["source"].endswith("\n"))
    else:
        _show(shown, as_json=as_json)


@scenario.command()
@control_command
def clear(control: ControlClient, *, as_json: bool) -> None:
    """Remove the active scenario, so that answers are normal."""
    control.unload()
    _show(control.get("scenario"), as_json=as_json)


def _read(name_or_file: str) -> tuple[bytes, str]:
    """The text of a file and its type. Anything else is a name, which the simulator looks up."""
    if name_or_file == "-":
        return sys.stdin.buffer.read(), YAML
    path = Path(name_or_file)
    if path.is_file():
        try:
            return path.read_bytes(), YAML
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    if path.suffix in {".yaml", ".yml", ".json"} or len(path.parts) > 1:
        raise UsageError(f'there is no scenario file "{name_or_file}".', remedy="simulator scenarios lists names.")
    return json.dumps({"name": name_or_file}).encode(), JSON


def _show(shown: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(shown)
        return
    if shown["name"] is None:
        click.echo("No scenario active.")
        return
    click.echo(f"{shown['name']}: {shown['about']}" if shown["about"] else shown["name"])
    if shown["state"] is not None:
        click.echo(f"state: {shown['state']}")
    for rule in shown["rules"]:
        click.echo(f"  {rule}")
