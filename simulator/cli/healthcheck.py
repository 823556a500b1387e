"""``simulator healthcheck``: for containers. Imports little: it runs every few seconds."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli.options import option
from simulator.core import defaults
from simulator.core.errors import UsageError


@click.command()
@option("port-file", type=click.Path(dir_okay=False, path_type=Path), help="The port file of serve.")
@option(
    "port",
    default=defaults.PORT,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="The port, without a port file.",
)
@click.option("--url", help="Another address.")
def healthcheck(*, port_file: Path | None, port: int, url: str | None) -> None:
    """Exit 0 when the simulator answers, 1 when it does not."""
    from simulator.control import health_check

    if url is None and port_file is None and port == 0:
        raise UsageError("healthcheck: port 0 is any free port.", remedy="Let serve write a --port-file.")
    if url is None:
        url = f"http://{defaults.HOST}:{port}" if port_file is None else _named(port_file)
    health_check.check(url.rstrip("/"))


def _named(port_file: Path) -> str:
    """The URL in the port file. An unreadable file is not an invalid option: the simulator may not run yet."""
    from simulator.control.health_check import Unhealthy
    from simulator.server.port_file import read

    try:
        return read(port_file).url
    except UsageError as unread:
        raise Unhealthy(unread.message, remedy=unread.remedy) from None
