"""``simulator healthcheck``: for containers. Imports as little as it can: it is run every few seconds."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli.choices import option


@click.command()
@option("port-file", type=click.Path(dir_okay=False, path_type=Path), help="The one that serve was told to write.")
@option("port", default=8080, show_default=True, type=click.IntRange(1, 65535), help="Without a port file: the port.")
@click.option("--url", help="Somewhere else.")
def healthcheck(*, port_file: Path | None, port: int, url: str | None) -> None:
    """Exit 0 when the simulator answers, 1 when it does not."""
    from simulator.server import health, portfile  # noqa: PLC0415 - sockets are for who checks, not for who reads help

    if url is None:
        url = portfile.read(port_file).url if port_file is not None else f"http://127.0.0.1:{port}"
    health.check(url.rstrip("/"))
