"""``simulator operations``, ``errors`` and ``verdicts``: the tables of the simulator, for people and for programs."""

from __future__ import annotations

import inspect
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from simulator.cli import completers
from simulator.cli.options import choose_apis
from simulator.cli.running.tables import table

if TYPE_CHECKING:
    from collections.abc import Callable

Row = dict[str, str]

_api = click.option("--api", metavar="NAME", shell_complete=completers.apis, help="This API alone.")
_format = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)


@click.command()
@_api
@_format
def operations(*, api: str | None, form: str) -> None:
    """List the simulated operations: what scenarios, verify and journal name."""
    _print(
        [
            {
                "operation": operation.name,
                "method": ", ".join(operation.methods),
                "path": operation.path,
                "about": _first_sentence(operation.handle),
            }
            for served in choose_apis(api)
            for operation in served.operations
        ],
        form,
    )


@click.command()
@_api
@_format
def errors(*, api: str | None, form: str) -> None:
    """List the named errors, and the status that each has in the documented profile."""
    from simulator.control.openapi.api_paths import named_errors
    from simulator.simulation import Simulation

    apis = choose_apis(api)
    sandbox = Simulation(apis).sandboxes.default
    _print(
        [
            {"error": name, "status": status, "type": media}
            for served in apis
            for name, status, media in named_errors(served, sandbox)
        ],
        form,
    )


@click.command()
@_format
def verdicts(*, form: str) -> None:
    """List the verdicts of reports: what each one asks of a client."""
    from simulator.report.verdicts import checks

    _print([{"verdict": name, "question": check.question} for name, check in checks().items()], form)


def _print(rows: Sequence[Row], form: str) -> None:
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        click.echo(table(list(rows[0]), [list(row.values()) for row in rows]))


def _first_sentence(function: Callable[..., Any]) -> str:
    return (inspect.getdoc(function) or "").partition("\n")[0].rstrip(".")
