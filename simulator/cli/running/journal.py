"""``simulator journal`` and ``simulator verify``: what the client did, and whether that is what it should have done."""

from __future__ import annotations

from typing import Any, Final

import click

from simulator.cli.running.connection import control_command
from simulator.cli.running.remote import Remote
from simulator.cli.running.tables import print_json, table

_HEADINGS: Final = ("#", "at", "operation", "status", "what happened", "query")


@click.command()
@click.option("--operation", help='Only this one; patterns such as "jquants.*" will do.')
@click.option("--rule", help="Only calls on which this rule fired.")
@click.option("--since", metavar="MOMENT_OR_NUMBER", help="From this moment of the virtual clock, or after that entry.")
@click.option("--limit", type=click.IntRange(0), default=50, show_default=True, help="At most these many, the newest.")
@click.option("--forget", is_flag=True, help="Forget every entry instead.")
@control_command
def journal(
    remote: Remote,
    *,
    operation: str | None,
    rule: str | None,
    since: str | None,
    limit: int,
    forget: bool,
    as_json: bool,
) -> None:
    """Show the calls that were made, newest last; secrets are fingerprints."""
    if forget:
        remote.delete("journal")
        return
    found = remote.get("journal", operation=operation, rule=rule, since=since, limit=limit)
    if as_json:
        print_json(found)
    elif found["entries"]:
        click.echo(table(_HEADINGS, [_row(entry) for entry in found["entries"]]))
    else:
        click.echo("no calls")


@click.command()
@click.argument("operation", required=False)
@click.option("--count", type=click.IntRange(0), help="Exactly this often.")
@click.option("--at-least", type=click.IntRange(0), help="This often or more.")
@click.option("--at-most", type=click.IntRange(0), help="This often or less.")
@click.option("--status", type=int, help="Only calls answered with this status.")
@click.option("--rule", help="Only calls on which this rule fired.")
@click.option("--since", metavar="RFC3339", help="Only calls from this moment of the virtual clock on.")
@control_command
def verify(remote: Remote, *, as_json: bool, **wanted: Any) -> None:
    """Check how often OPERATION was called; exit 1, with what came instead, when that is not as wanted."""
    verified = remote.post("verify", {name: value for name, value in wanted.items() if value is not None})
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
