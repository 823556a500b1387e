"""``simulator token API KIND``: print a token, as the service's web menu does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click

from simulator.cli import completers
from simulator.cli.options import option, read_profiles, reading, secret_option, secret_text
from simulator.core import defaults
from simulator.core.duration import parse_duration
from simulator.core.errors import UsageError


@click.command()
@click.argument("api", shell_complete=completers.apis)
@click.argument("kind", shell_complete=completers.kinds)
@click.option("--subject", default="", help="Account, mail address or phone number; the default world's first one.")
@click.option(
    "--age",
    metavar="DURATION",
    callback=reading(parse_duration),
    default="0s",
    help="How long ago it was issued, such as 8d; it may have expired.",
)
@secret_option("secret", "The --secret of the running simulator.")
@click.option("--sandbox", default=defaults.SANDBOX, show_default=True, help="The sandbox the token is for.")
@option(
    "profile",
    multiple=True,
    shell_complete=completers.profiles,
    help="documented, observed, current (UID2), or API=PROFILE.",
)
def token(
    *,
    api: str,
    kind: str,
    subject: str,
    age: timedelta,
    secret: str | None,
    secret_file: Path | None,
    sandbox: str,
    profile: tuple[str, ...],
) -> None:
    """Print a token of the given KIND for API, for a simulator that runs with the same --secret."""
    from simulator.apis import discover
    from simulator.sandbox.config import SandboxConfig
    from simulator.simulation import Simulation

    sealed_with = secret_text("secret", secret, secret_file)
    if sealed_with is None:
        raise UsageError(
            "token: without a secret no running simulator would know this token.",
            remedy="Start it with --secret (SIMULATOR_SECRET) and give the same one here.",
        )
    apis = {found.name: found for found in discover()}
    if api not in apis:
        raise UsageError(f'token: "{api}" is no simulated API.', remedy=f"Choose from {', '.join(apis)}.")
    simulation = Simulation(
        apis.values(),
        secret=sealed_with.encode(),
        config=SandboxConfig(profiles=read_profiles(profile, apis.values()), settings={}),
    )
    where = simulation.sandboxes.get(sandbox)
    try:
        minted = apis[api].mint(where.world(api), kind, subject, where.clock.now() - age)
    except ValueError as wrong:
        raise UsageError(f"token: {wrong}.", remedy=f"Kinds of {api}: {', '.join(apis[api].token_kinds)}.") from None
    click.echo(minted.token)
