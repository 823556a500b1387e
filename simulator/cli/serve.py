"""``simulator serve``: run the simulator until it is told to stop."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator import __version__
from simulator.cli.choices import BOTH, option, read_profiles, read_secret, reading
from simulator.core.call import WIRE_FAULTS
from simulator.core.errors import UsageError
from simulator.core.moment import parse_moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.core.api import Api
    from simulator.scenario.scenario import Scenario
    from simulator.server import Server


@dataclass(frozen=True)
class Options:
    """What ``serve`` was asked for, as given."""

    host: str
    port: int
    port_file: Path | None
    api: str
    profile: tuple[str, ...]
    scenario: str | None
    clock: datetime | None
    frozen: bool
    secret: str | None
    tls: bool
    tls_port: int
    log_format: str
    quiet: bool


@click.command()
@option("host", default="127.0.0.1", show_default=True, help="Address to listen on; localhost is both loopbacks.")
@option("port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0 picks a free one.")
@option("port-file", type=click.Path(dir_okay=False, path_type=Path), help="Written once the socket listens.")
@option("api", default=BOTH, show_default=True, help="both, or one API that the server then is, alone.")
@option("profile", multiple=True, help="documented (default), observed, or API=PROFILE.")
@option("scenario", metavar="NAME_OR_FILE", help="A shipped scenario or a file of yours.")
@option("clock", metavar="RFC3339", callback=reading(parse_moment), help="Start the virtual clock at this moment.")
@option("frozen", is_flag=True, help="The virtual clock stands still until it is moved.")
@option("secret", help="What tokens are sealed with; random when not given, and tokens then die with the process.")
@option("tls", is_flag=True, help="Serve https as well, with a CA made at start.")
@option("tls-port", default=8443, show_default=True, type=click.IntRange(0, 65535), help="Where https listens.")
@option("log-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@option("quiet", is_flag=True, help="Print nothing but errors.")
def serve(**given: object) -> None:
    """Serve the simulated APIs on localhost."""
    options = Options(**given)  # type: ignore[arg-type]  # click has checked the types
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    server = build(options)
    server.serve_forever(ready=lambda: announce(server, options))


def build(options: Options) -> Server:
    """Everything ``serve`` needs, not yet listening. Raises SimulatorError for what cannot be meant."""
    from simulator.apis import discover  # noqa: PLC0415 - Flask and the APIs cost the start of every other command
    from simulator.app import create_server  # noqa: PLC0415 - as above
    from simulator.sandbox import Cast  # noqa: PLC0415 - as above
    from simulator.scenario.scenario import ClockSetting  # noqa: PLC0415 - as above
    from simulator.simulation import Simulation  # noqa: PLC0415 - as above

    apis = {api.name: api for api in discover()}
    if options.api != BOTH and options.api not in apis:
        raise UsageError(f'--api: "{options.api}" is not simulated.', remedy=f"Choose from {', '.join([BOTH, *apis])}.")
    served = list(apis.values()) if options.api == BOTH else [apis[options.api]]
    profiles = read_profiles(options.profile, [api.name for api in served])
    clock = ClockSetting(at=options.clock, frozen=options.frozen or None)
    simulation = Simulation(
        served,
        secret=read_secret(options.secret),
        cast=Cast(profiles=profiles, clock=clock, scenario=read_scenario(options.scenario, served)),
        alone=options.api != BOTH,
        wire_faults=WIRE_FAULTS,
    )
    return create_server(simulation, host=options.host, port=options.port)


def read_scenario(name_or_file: str | None, apis: Sequence[Api[Any]]) -> Scenario | None:
    """The scenario to begin with. Raises ScenarioInvalid (exit 3) with every problem, UsageError when there is none."""
    if name_or_file is None:
        return None
    from simulator.scenario import loader, shipped  # noqa: PLC0415 - a server without a scenario needs neither

    place, text = shipped.source(name_or_file)
    return loader.load(text, apis, name=place)


def announce(server: Server, options: Options) -> None:
    """Tell people and programs that the simulator answers."""
    if options.port_file is not None:
        write_port_file(options.port_file, described(server))
    if options.quiet:
        return
    if options.log_format == "json":
        click.echo(json.dumps({"event": "ready", **described(server)}))
    else:
        click.echo(f"Simulator ready at {server.url}")


def described(server: Server) -> Mapping[str, object]:
    """Where a server is, as the port file says it."""
    return {"url": server.url, "port": server.port, "pid": os.getpid(), "version": __version__}


def write_port_file(path: Path, content: Mapping[str, object]) -> None:
    """Whoever sees the file sees all of it: written beside it, then renamed."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(json.dumps(content) + "\n")
    beside.replace(path)
