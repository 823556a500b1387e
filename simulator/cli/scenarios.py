"""``simulator scenarios`` and ``simulator schema``: the shipped scenarios, and the language's schema for editors."""

from __future__ import annotations

import json

import click


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def scenarios(*, form: str) -> None:
    """List the shipped scenarios with their stories."""
    from simulator.apis import discover
    from simulator.scenario import shipped

    found = shipped.listed(discover())
    if form == "json":
        click.echo(json.dumps([{"name": one.name, "about": one.about} for one in found], ensure_ascii=False, indent=2))
        return
    width = max(len(one.name) for one in found)
    for one in found:
        click.echo(f"{one.name:{width}}  {one.about}")


@click.command()
def schema() -> None:
    """Print the JSON Schema of the scenario language."""
    from simulator.apis import discover
    from simulator.report.scenario_files import describe

    click.echo(json.dumps(describe(discover()), ensure_ascii=False, indent=2))
