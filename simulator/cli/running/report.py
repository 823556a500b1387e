"""``simulator report``: the verdicts of a running simulator on the client that called it."""

from __future__ import annotations

import click
from click.core import ParameterSource

from simulator.cli.running.connection import control_command, existing
from simulator.control.client import ControlClient
from simulator.core.errors import UsageError


@click.command()
@click.option(
    "--as",
    "form",
    type=click.Choice(["text", "markdown", "junit", "json", "html"]),
    help="How it is written; text unless given. html is a page.",
)
@click.option("--fail-on", type=click.Choice(["fail", "warn", "never"]), default="never", show_default=True)
@control_command
@click.pass_context
def report(ctx: click.Context, control: ControlClient, *, form: str | None, fail_on: str, as_json: bool) -> None:
    """Print the verdicts on the client with the calls that prove them; exit 1 with --fail-on."""
    if as_json and form != "json" and ctx.get_parameter_source("form") is ParameterSource.COMMANDLINE:
        raise UsageError(f"--as {form} and --format json exclude each other.", remedy="Give one of them.")
    if as_json and form not in {None, "json"}:
        raise UsageError(f"report: --as {form} and --format json exclude each other.", remedy="Give one of them.")
    existing(control)
    click.echo(control.text("report", format="json" if as_json else form or "text"), nl=False)
    if fail_on != "never":
        outcome = control.get("report", format="json")["reports"][0]["outcome"]
        raise SystemExit(int(outcome in {"fail", fail_on}))
