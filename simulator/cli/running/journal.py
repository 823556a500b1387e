"""``simulator journal`` and ``simulator verify``: the calls of the client, and a check of their number."""

from __future__ import annotations

from typing import Any, Final

import click

from simulator.cli import completers
from simulator.cli.running.connection import control_command, existing
from simulator.cli.running.tables import print_json, table
from simulator.control.client import ControlClient
from simulator.core.errors import UsageError

_HEADINGS: Final = ("#", "at", "operation", "status", "what happened", "query")


@click.command()
@click.option(
    "--operation", shell_complete=completers.operations, help='Only this operation or pattern, such as "jquants.*".'
)
@click.option("--rule", shell_complete=completers.rules, help="Only calls on which this rule fired.")
@click.option("--since", metavar="MOMENT_OR_NUMBER", help="From this moment of the virtual clock, or after that entry.")
@click.option("--limit", type=click.IntRange(0), default=50, show_default=True, help="The newest ones, at most.")
@click.option("--forget", is_flag=True, help="Delete all entries instead.")
@control_command
def journal(
    control: ControlClient,
    *,
    operation: str | None,
    rule: str | None,
    since: str | None,
    limit: int,
    forget: bool,
    as_json: bool,
) -> None:
    """Show the calls, newest last; secrets are fingerprints."""
    if forget:
        control.delete("journal")
        return
    found = existing(control).get("journal", operation=operation, rule=rule, since=since, limit=limit)
    if as_json:
        print_json(found)
    elif found["entries"]:
        click.echo(table(_HEADINGS, [_row(entry) for entry in found["entries"]]))
    else:
        click.echo("no calls")


@click.command()
@click.argument("operation", required=False, shell_complete=completers.operations)
@click.option("--count", type=click.IntRange(0), help="Exactly this often.")
@click.option("--at-least", type=click.IntRange(0), help="This often or more.")
@click.option("--at-most", type=click.IntRange(0), help="This often or less.")
@click.option("--status", type=int, help="Only calls answered with this status.")
@click.option("--rule", shell_complete=completers.rules, help="Only calls on which this rule fired.")
@click.option("--since", metavar="MOMENT", help="Only calls from this moment of the virtual clock on.")
@control_command
def verify(control: ControlClient, *, as_json: bool, **wanted: Any) -> None:
    """Check how often OPERATION was called; exit 1 with the other calls when it was not that often."""
    if all(wanted[bound] is None for bound in ("count", "at_least", "at_most")):
        raise UsageError("verify: nothing says how often.", remedy="Give --count, --at-least or --at-most.")
    verified = existing(control).verify({name: value for name, value in wanted.items() if value is not None})
    if as_json:
        print_json(verified)
    else:
        click.echo(verified["message"])


def _row(entry: dict[str, Any]) -> tuple[object, ...]:
    happened = [entry.get("error", ""), *entry.get("rules", ())]
    if entry["delivery"] != "prompt":
        happened.append(entry["delivery"])
    return (
        entry["number"],
        entry["at"],
        entry.get("operation") or f"{entry['method']} {entry['path']}",
        entry["status"],
        ", ".join(filter(None, happened)),
        entry.get("query", ""),
    )
