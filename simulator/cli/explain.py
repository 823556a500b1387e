"""``simulator explain FILE``: which rule fires at which call, what the client gets, and why the other rules do not."""

from __future__ import annotations

import json

import click

from simulator.cli import completers


@click.command()
@click.argument("file", metavar="NAME_OR_FILE", shell_complete=completers.scenarios)
@click.option(
    "--operation",
    shell_complete=completers.operations,
    help="The operation to call; every one that a rule is about when not given.",
)
@click.option("--calls", default=5, show_default=True, type=click.IntRange(1, 1000), help="How many of them.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def explain(*, file: str, operation: str | None, calls: int, form: str) -> None:
    """Dry-run a scenario: the first calls of an operation, and what becomes of each."""
    from simulator.apis import discover
    from simulator.report import scenario_files
    from simulator.scenario import shipped
    from simulator.scenario.rules import explain as dry_run
    from simulator.scenario.rules import overview

    place, text = shipped.source(file)
    scenario = scenario_files.load(text, discover(), name=place)
    operations = [operation] if operation else sorted(scenario.indexes)
    notes = {one.name: one.note for api in discover() for one in api.operations if one.note is not None}
    callers = {name: dry_run.Caller(note=note) for name, note in notes.items()}
    runs = {one: list(dry_run.explain(scenario, one, calls, callers.get(one))) for one in operations}
    lines = [line for run in runs.values() for line in run]
    if form == "json":
        click.echo(json.dumps([line.as_json() for line in lines], ensure_ascii=False, indent=2))
        return
    written = dry_run.in_text(lines)
    if operation is None and (len(runs) != 1 or written.count("\n") >= overview.MOST_LINES):
        written = overview.overview(scenario, runs)
    click.echo(written)
