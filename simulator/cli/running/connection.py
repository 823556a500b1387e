"""The options that every command for a running simulator has, before or after its subcommand."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click
from click.core import ParameterSource

from simulator.cli.options import option, reading, secret_option, secret_text, variable
from simulator.cli.running.remote import DEFAULT_SANDBOX, Remote, read_url
from simulator.core.errors import UsageError
from simulator.core.http.foreign_json import parse_json

DEFAULT_URL: Final = "http://127.0.0.1:8080"
_NAMES: Final = ("url", "sandbox", "control_token", "control_token_file", "format")


def control_command(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a command that asks a running simulator.

    It is handed a :class:`Remote`, and ``as_json``: whether programs read the output.
    """

    @option("url", callback=reading(read_url), help=f"Where it runs; else the port file says, else {DEFAULT_URL}.")
    @option("sandbox", default=DEFAULT_SANDBOX, show_default=True, help="Which of its sandboxes.")
    @secret_option("control-token", "Token of the control plane off loopback.")
    @click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True)
    @click.pass_context
    @wraps(function)
    def command(ctx: click.Context, /, **given: Any) -> Any:
        chosen = {name: _chosen(ctx, name) for name in _NAMES}
        arguments = {name: value for name, value in given.items() if name not in _NAMES}
        url = chosen["url"] or _from_port_file() or DEFAULT_URL
        token = secret_text("control-token", chosen["control_token"], chosen["control_token_file"])
        remote = Remote(url, chosen["sandbox"], token)
        return function(remote, as_json=chosen["format"] == "json", **arguments)

    made: Callable[..., Any] = command
    return made


def _chosen(ctx: click.Context, name: str) -> Any:
    """The option as given nearest to the end of the command line; before the subcommand counts as well."""
    here: click.Context | None = ctx
    while here is not None and name in here.params:
        if here.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            return here.params[name]
        here = here.parent
    return ctx.params[name]


def _from_port_file() -> str | None:
    """The URL in the port file that SIMULATOR_PORT_FILE names; None when the variable is not set."""
    place = os.environ.get(variable("port-file"))
    if not place:
        return None
    try:
        return read_url(parse_json(Path(place).read_text())["url"])
    except OSError as error:
        raise UsageError(f"{place}: the port file cannot be read: {error.strerror}.", remedy="Does it run?") from None
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"{place} is no port file of a simulator.") from None
