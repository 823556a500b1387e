"""The options that every command for a running simulator has, before or after its subcommand."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import click
from click.core import ParameterSource

from simulator.cli import completers
from simulator.cli.options import option, reading, secret_option, secret_text
from simulator.cli.running.address import DEFAULT_URL, port_file_url, read_url
from simulator.control.client import DEFAULT_SANDBOX, ControlClient
from simulator.control.transport import Http
from simulator.core.errors import UsageError
from simulator.core.suggestion import nearest
from simulator.sandbox.config import NAME

_SHOWN: Final = 20
"""The most sandboxes that a message lists."""
_NAMES: Final = ("url", "sandbox", "control_token", "control_token_file", "format")


def control_command(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a command that calls a running simulator.

    It receives a :class:`ControlClient`, and ``as_json``: whether to print JSON.
    """

    @option("url", callback=reading(read_url), help=f"Where it runs; else the port file says, else {DEFAULT_URL}.")
    @option(
        "sandbox",
        default=DEFAULT_SANDBOX,
        show_default=True,
        shell_complete=completers.sandboxes,
        help="Which of its sandboxes.",
    )
    @secret_option("control-token", "Token of the control plane off loopback.")
    @click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True)
    @click.pass_context
    @wraps(function)
    def command(ctx: click.Context, /, **given: Any) -> Any:
        chosen = {name: _chosen(ctx, name) for name in _NAMES}
        arguments = {name: value for name, value in given.items() if name not in _NAMES}
        url = chosen["url"] or port_file_url() or DEFAULT_URL
        token = secret_text("control-token", chosen["control_token"], chosen["control_token_file"])
        control = ControlClient(Http(url, token or ""), chosen["sandbox"])
        return function(control, as_json=chosen["format"] == "json", **arguments)

    made: Callable[..., Any] = command
    return made


def _chosen(ctx: click.Context, name: str) -> Any:
    """The last value of the option on the command line, including values before the subcommand."""
    here: click.Context | None = ctx
    while here is not None and name in here.params:
        if here.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            return here.params[name]
        here = here.parent
    return ctx.params[name]


def existing(control: ControlClient) -> ControlClient:
    """The same client, for a command that only reads. Without the check, a misspelt sandbox would be created, empty.

    Raises :class:`UsageError` for an unknown sandbox, with the known ones.
    """
    if control.sandbox == DEFAULT_SANDBOX or not NAME.fullmatch(control.sandbox):
        return control  # it always exists; an invalid name is refused by the simulator
    names = control.sandboxes()
    if control.sandbox not in names:
        meant = nearest(control.sandbox, names)
        remedy = f'Did you mean "{meant}"?' if meant else f"Known: {', '.join(names[:_SHOWN])}."
        raise UsageError(f'there is no sandbox "{control.sandbox}".', remedy=remedy)
    return control
