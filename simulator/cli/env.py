"""``simulator env``: the variables that point clients at a running simulator, as lines of a shell."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import click

from simulator.cli.options import variable
from simulator.cli.running.connection import control_command
from simulator.cli.running.tables import print_json
from simulator.control.client import DEFAULT_SANDBOX, ControlClient
from simulator.core.model.api import Api

_WRITTEN: Final[Mapping[str, Callable[[str, str], str]]] = {
    "sh": lambda name, value: f"export {name}={shlex.quote(value)}",
    "fish": lambda name, value: f"set -gx {name} {_fish(value)}",
    "powershell": lambda name, value: f"$env:{name} = '{value.replace(chr(39), chr(39) * 2)}'",
    "dotenv": lambda name, value: f"{name}={value}",
}
"""One line a variable. dotenv is what ``docker run --env-file`` and ``$GITHUB_ENV`` read: values as they are."""
_TOKEN: Final = "{refresh_token}"
"""Stands in :attr:`simulator.core.model.api.Api.client_env` for a refresh token."""


@click.command()
@click.option(
    "--shell",
    type=click.Choice(list(_WRITTEN)),
    default="sh",
    show_default=True,
    help="dotenv is for docker run --env-file and $GITHUB_ENV.",
)
@control_command
def env(control: ControlClient, *, shell: str, as_json: bool) -> None:
    """Print variables that point clients here: eval "$(simulator env)".

    Base URLs and the default world's credentials, by the names that clients read. The simulator need not run yet.
    """
    from simulator.apis import discover

    variables = environment(discover(), control.transport.where, control.sandbox)
    if as_json:
        print_json(variables)
        return
    write = _WRITTEN[shell]
    click.echo("\n".join(write(name, value) for name, value in variables.items()))


def environment(
    apis: Iterable[Api[Any]],
    url: str,
    sandbox: str = DEFAULT_SANDBOX,
    *,
    refresh_tokens: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The variables for a sandbox of the simulator at ``url``: where it is, and what each API's clients read.

    refresh_tokens: one for each API that has one; the variables that hold such a token are left out for the others.
    """
    tokens = refresh_tokens or {}
    place = url if sandbox == DEFAULT_SANDBOX else f"{url}/sandbox/{sandbox}"
    found = {variable("url"): url}
    if sandbox != DEFAULT_SANDBOX:
        found[variable("sandbox")] = sandbox
    for api in apis:
        base = place + api.base_path
        found[f"{api.name.upper()}_URL"] = base
        for name, value in api.client_env.items():
            if value != _TOKEN:
                found[name] = value.replace("{url}", base)
            elif api.name in tokens:
                found[name] = tokens[api.name]
    return found


def _fish(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
