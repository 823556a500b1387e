"""``simulator check FILE…``: every error in scenario files, with its location."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from simulator.cli import completers
from simulator.cli.options import option

if TYPE_CHECKING:
    from simulator.scenario.language.formats import Format


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…", shell_complete=completers.scenarios)
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@option("strict", is_flag=True, help="Refuse what is doubtful, too.")
def check(*, files: tuple[str, ...], form: Format, strict: bool) -> None:
    """Validate scenario files (- is standard input); exit 1 when one is refused."""
    from simulator.apis import discover
    from simulator.report import scenario_files
    from simulator.scenario import shipped
    from simulator.scenario.language import formats

    apis = discover()
    found = {}
    for name in files:
        place, source = _standard_input() if name == "-" else shipped.source(name)
        found[place] = scenario_files.check(source, apis)
    text = formats.render(found, form)
    if text:
        click.echo(text)
    refused = [name for name, problems in found.items() if formats.refused(problems, strict=strict)]
    if form == "text" and not refused:
        click.echo(f"{len(found)} {'file is' if len(found) == 1 else 'files are'} good.", err=True)
    raise SystemExit(1 if refused else 0)


def _standard_input() -> tuple[str, bytes]:
    return "<stdin>", sys.stdin.buffer.read()
