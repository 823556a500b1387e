"""``simulator serve``: run the simulator until it is stopped."""

from __future__ import annotations

import json
import logging
import os
import sys
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

import click

from simulator import __version__
from simulator.cli import completers, logs
from simulator.cli.certificates import parse_domain, read_tls
from simulator.cli.options import BOTH, option, read_profiles, reading, secret_option, secret_text
from simulator.cli.serve_options import Options
from simulator.cli.state import MEMORY, check_state, open_state
from simulator.core import defaults
from simulator.core.duration import format_duration, parse_duration
from simulator.core.errors import UsageError
from simulator.core.http.loopback import is_loopback
from simulator.core.model.call import WIRE_FAULTS
from simulator.core.moment import parse_moment
from simulator.server.port_file import PortFile, PublishedPortFile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.core.model.api import Api
    from simulator.scenario.scenario import Scenario
    from simulator.server import Server
    from simulator.server.tls import Tls
    from simulator.simulation import Simulation


logger = logging.getLogger("simulator")

TLS_PORT = 8443
FILE = click.Path(dir_okay=False, path_type=Path)
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@option("host", default=defaults.HOST, show_default=True, help="Address to listen on; localhost is 127.0.0.1 and ::1.")
@option("port", default=defaults.PORT, show_default=True, type=click.IntRange(0, 65535), help="0 picks a free one.")
@option("port-file", type=FILE, help="Written once the socket listens.")
@option("api", default=BOTH, show_default=True, shell_complete=completers.apis, help="both, or one API alone.")
@option(
    "profile",
    multiple=True,
    shell_complete=completers.profiles,
    help="documented (default), observed, current (UID2), or API=PROFILE.",
)
@option("scenario", metavar="NAME_OR_FILE", shell_complete=completers.scenarios, help="A shipped scenario or a file.")
@option("clock", metavar="MOMENT", callback=reading(parse_moment), help="Start the virtual clock at this moment.")
@option("frozen", is_flag=True, help="The virtual clock stands still until it is moved.")
@option("state", default=MEMORY, show_default=True, help="memory, or redis://host:6379/0 shared with other workers.")
@option(
    "workers",
    default=1,
    show_default=True,
    type=click.IntRange(1),
    help="Worker processes; more than one need --state redis://….",
)
@secret_option("secret", "Key of the tokens; random when not given, so that tokens end with the process.")
@option("tls", is_flag=True, help="Serve https as well, with a CA made at start.")
@option("tls-port", type=click.IntRange(0, 65535), help="Where https listens; else 8443, or with --port 0 a free one.")
@option("tls-cert", type=EXISTING, help="Your own certificate (PEM, with its chain) instead of one made at start.")
@option("tls-key", type=EXISTING, help="Its key.")
@option("tls-ca", type=FILE, help="Where the CA's certificate is written; beside the port file when not given.")
@option("tls-name", multiple=True, metavar="NAME", help="A host name or address that the certificate is for, too.")
@option("sandbox-domain", metavar="DOMAIN", callback=reading(parse_domain), help="NAME.DOMAIN is the sandbox NAME.")
@secret_option("control-token", "Token of the control plane off loopback; made and printed when not given.")
@option("trust-proxy", is_flag=True, help="Treat calls through a proxy on this machine as local.")
@option("overrides-from-anywhere", is_flag=True, help="Honour X-Simulator-… request headers of other machines too.")
@option(
    "max-sandboxes",
    default=defaults.SANDBOXES,
    show_default=True,
    type=click.IntRange(1),
    help="Most sandboxes at one time.",
)
@option(
    "sandbox-idle",
    default=format_duration(defaults.SANDBOX_IDLE),
    show_default=True,
    callback=reading(parse_duration),
    help="How long unused before one may be evicted.",
)
@option(
    "journal-size",
    default=defaults.JOURNAL_BOUND,
    show_default=True,
    type=click.IntRange(1),
    help="Journal entries that a sandbox keeps.",
)
@option(
    "log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How the first line and the log, on stderr, are written.",
)
@option("quiet", is_flag=True, help="Print errors only.")
def serve(**given: Any) -> None:
    """Serve the simulated APIs on localhost."""
    for name in ("secret", "control_token"):
        given[name] = secret_text(name.replace("_", "-"), given[name], given.pop(f"{name}_file"))
    options = Options(**given)
    logs.begin(options.log_format, quiet=options.quiet)
    check_state(options.state, workers=options.workers, secret=options.secret)
    simulation = read_simulation(options)
    published = None if options.port_file is None else PublishedPortFile(options.port_file)
    where = ListenConfig(options, choose_control_token(options), read_tls(options), published)
    try:
        run(simulation, where)
    finally:
        if published is not None:
            published.remove()


def run(simulation: Callable[..., Simulation], where: ListenConfig) -> None:
    """Serve with the given number of processes, until stopped."""
    workers = where.options.workers
    if workers == 1:
        work(simulation, where)
        return
    from simulator.server.workers import supervise

    front = where.bound()
    sys.exit(supervise(workers, lambda ready: work(simulation, where, front, ready), lambda: announce(front, where)))


@dataclass(frozen=True)
class ListenConfig:
    """The addresses and certificates of the server, and the token of its control plane."""

    options: Options
    control_token: str | None
    tls: Tls | None
    port_file: PublishedPortFile | None = None

    @property
    def tls_port(self) -> int:
        """The https port: as given; by default a free one if http has a free one, so that simulators do not collide."""
        asked = self.options.tls_port
        return asked if asked is not None else TLS_PORT if self.options.port else 0

    def bound(self) -> Server:
        """A server that only holds the sockets, for workers to share. Raises PortTaken."""
        from simulator.server import Server

        options = self.options
        front = Server(lambda _: None, host=options.host, port=options.port, tls=self.tls, tls_port=self.tls_port)
        front.bind()
        return front


def read_simulation(options: Options) -> Callable[..., Simulation]:
    """A simulation without its store, fully read and checked. Raises SimulatorError for invalid options."""
    from simulator.apis import discover
    from simulator.sandbox.config import SandboxConfig, SandboxLimits
    from simulator.scenario.scenario import ClockSetting
    from simulator.simulation import Simulation

    apis = {api.name: api for api in discover()}
    if options.api != BOTH and options.api not in apis:
        raise UsageError(f'--api: "{options.api}" is not simulated.', remedy=f"Choose from {', '.join([BOTH, *apis])}.")
    served = list(apis.values()) if options.api == BOTH else [apis[options.api]]
    return partial(
        Simulation,
        served,
        secret=None if options.secret is None else options.secret.encode(),
        config=SandboxConfig(
            profiles=read_profiles(options.profile, served),
            clock=ClockSetting(at=options.clock, frozen=options.frozen or None),
            scenario=read_scenario(options.scenario, list(apis.values()), [api.name for api in served]),
            journal_bound=options.journal_size,
        ),
        alone=options.api != BOTH,
        scripted=apis.values(),
        limits=SandboxLimits(count=options.max_sandboxes, idle=options.sandbox_idle),
        wire_faults=WIRE_FAULTS,
        override_from_anywhere=options.overrides_from_anywhere,
    )


def work(
    simulation: Callable[..., Simulation],
    where: ListenConfig,
    front: Server | None = None,
    ready: Callable[[], object] | None = None,
) -> None:
    """Serve until stopped: alone, or with other workers on the sockets of ``front``."""
    from simulator.app import create_server

    options = where.options
    with closing(open_state(options.state, secret=options.secret, kept=options.sandbox_idle)) as store:
        server = create_server(
            simulation(store=store),
            host=options.host,
            port=options.port,
            tls=where.tls,
            tls_port=where.tls_port,
            control_token=where.control_token,
            trust_proxy=options.trust_proxy,
            sandbox_domain=options.sandbox_domain,
        )
        if front is not None:
            server.share(front)
        server.serve_forever(ready=ready or (lambda: announce(server, where)))


def read_scenario(name_or_file: str | None, apis: Sequence[Api[Any]], served: Sequence[str]) -> Scenario | None:
    """The initial scenario. Raises ScenarioInvalid (exit 3) with every problem, UsageError when it is unknown."""
    if name_or_file is None:
        return None
    from simulator.report import scenario_files
    from simulator.scenario import shipped

    place, text = shipped.source(name_or_file)
    found = scenario_files.load(text, apis, served=served, name=place)
    for doubt in found.doubts:
        logger.warning("%s:%s", place, doubt)
    return found


def choose_control_token(options: Options) -> str | None:
    """The token of the control plane: given, generated when other machines can reach it, or none on loopback."""
    if options.control_token is not None or is_loopback(options.host):
        return options.control_token
    return token_urlsafe(24)


def announce(server: Server, where: ListenConfig) -> None:
    """Announce that the simulator is ready, to people and programs. A generated control token is shown here, once."""
    options, tls = where.options, where.tls
    place = PortFile(
        url=server.url,
        port=server.port,
        pid=os.getpid(),
        version=__version__,
        https_url=server.https_url,
        ca_file=str(tls.ca_file) if tls is not None and tls.ca_file is not None else None,
    )
    if where.port_file is not None:
        where.port_file.write(place)
    made = where.control_token if options.control_token is None else None
    if options.log_format == "json":
        event = {"event": "ready", **place.as_json(), **({"control_token": made} if made else {})}
        lines = [json.dumps(event)]
    else:
        lines = [f"Simulator ready at {place.url}"]
        if place.https_url is not None:
            lines.append(f"https at {place.https_url}, CA in {place.ca_file or 'your own files'}")
        if made is not None:
            lines.append(f"Control token: {made}")
    if options.quiet and made is None:
        return
    click.echo("\n".join(lines[-1:] if options.quiet else lines))
