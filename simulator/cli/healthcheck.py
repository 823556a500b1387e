"""``simulator healthcheck``: for containers. Imports as little as it can: it is run every few seconds."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli.options import option
from simulator.core.errors import UsageError


@click.command()
@option("port-file", type=click.Path(dir_okay=False, path_type=Path), help="The one that serve was told to write.")
@option("port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="Without a port file: the port.")
@click.option("--url", help="Somewhere else.")
def healthcheck(*, port_file: Path | None, port: int, url: str | None) -> None:
    """Exit 0 when the simulator answers, 1 when it does not."""
    from simulator.server import health

    if url is None and port_file is None and port == 0:
        raise UsageError("healthcheck: port 0 is whatever was free.", remedy="Let serve write a --port-file.")
    if url is None:
        url = f"http://127.0.0.1:{port}" if port_file is None else _named(port_file)
    health.check(url.rstrip("/"))


def _named(port_file: Path) -> str:
    """The URL in the port file. One that cannot be read is no mistake of whoever asks: nothing runs there (yet)."""
    from simulator.server import health
    from simulator.server.port_file import read

    try:
        return read(port_file).url
    except UsageError as unread:
        raise health.Unhealthy(unread.message, remedy=unread.remedy) from None
