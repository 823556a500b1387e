"""``Simulator``: in a thread of this process, without a socket, or running elsewhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from simulator.control.client import DEFAULT_SANDBOX, ControlClient
from simulator.control.transport import Http, Response
from simulator.core.errors import UsageError
from simulator.testing.handle import Handle
from simulator.testing.inputs import NO_BEGINNING, Given, StartOptions, World
from simulator.testing.judged import JudgedClient, judged_run
from simulator.testing.transport import InProcess

if TYPE_CHECKING:
    from simulator.simulation import Simulation

TOKEN_VARIABLE: Final = "SIMULATOR_CONTROL_TOKEN"
NOWHERE: Final = "http://simulator.invalid"
"""The URL of a simulator without a socket: a name that no network resolves (RFC 6761 §6.4), so a leaked call fails."""


class Simulator(Handle):
    """A simulator for tests; also the handle of its default sandbox.

    scenario: a shipped one's name, a file, YAML text of several lines, or a mapping.
    profile: ``"documented"``, ``"observed"``, ``"current"`` (UID2 as it is today), or a mapping per API.
    world: API name → settings, as in ``world`` of a scenario file (timedelta and similar values are accepted).
    clock: the initial moment, or ``{"at", "frozen", "rate"}``. port: 0 picks a free one.
    tls: serve https; clients must trust ``ca_file``. serve: False opens no socket (see ``requests_adapter``).
    url: use the simulator that runs there. control_token: the token that it requires off loopback;
    by default the environment's SIMULATOR_CONTROL_TOKEN.

    Under ``simulator judge``, a Simulator without arguments is the run's sandbox, so that its calls are judged.
    Use it as a context manager, or call ``start`` and ``stop``. Raises :class:`SimulatorError` with a remedy.
    """

    def __init__(
        self,
        *,
        scenario: Given | None = None,
        profile: str | Mapping[str, str] | None = None,
        world: World | None = None,
        clock: object = None,
        port: int = 0,
        tls: bool = False,
        serve: bool = True,
        url: str | None = None,
        control_token: str | None = None,
    ) -> None:
        if url is not None and (port or tls or not serve):
            raise UsageError("url is a simulator that runs already: port, tls and serve are its own affair.")
        self._port = port
        self._tls = tls
        self._serve = serve
        self._elsewhere = url.rstrip("/") if url is not None else None
        self._control_token = control_token if control_token is not None else os.environ.get(TOKEN_VARIABLE, "")
        self._start_from = StartOptions.of(profile=profile, world=world, clock=clock, scenario=scenario)
        self._running = ExitStack()
        self._is_running = False
        super().__init__(NOWHERE, ControlClient(_NotStarted()), beginning=NO_BEGINNING, within=None)
        self.ca_file: Path | None = None
        """With TLS: the certificate that clients must trust, until the simulator stops."""

    def start(self) -> Self:
        """Start it; clients are served when this returns. Raises :class:`UsageError` when it already runs."""
        if self._is_running:
            raise UsageError(f"{self!r} runs already.", remedy="Make another one.")
        judged = judged_run()
        if self._elsewhere is not None:
            self._reach(self._elsewhere)
        elif judged is not None and self._is_plain:
            self._join(*judged)
        else:
            self._begin()
        self._is_running = True
        return self

    def stop(self) -> None:
        """Stop it; a simulator that runs elsewhere continues. The journal of one in this process stays readable.

        This does nothing when it does not run.
        """
        self._running.close()
        self._is_running = False
        self.ca_file = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def _is_plain(self) -> bool:
        """Whether all arguments have their defaults, so that the run of ``simulator judge`` meets them."""
        return self._start_from == NO_BEGINNING and self._serve and not (self._port or self._tls)

    def _join(self, url: str, sandbox: str) -> None:
        """Use the sandbox of a run of ``simulator judge``."""
        client = JudgedClient(Http(url, self._control_token), sandbox)
        super().__init__(url, client, beginning=NO_BEGINNING, within=None)

    def _reach(self, url: str) -> None:
        root, sandbox = _split(url)
        plane = ControlClient(Http(root, self._control_token), sandbox)
        plane.reading()  # fails now, not in the first test, when no simulator answers
        super().__init__(root, plane, beginning=self._start_from, within=None)
        if self._start_from.scenario is not None or self._start_from.below:
            self._run_under(self._start_from.scenario)

    def _begin(self) -> None:
        from simulator.testing.in_memory.simulation import InProcessSimulation

        simulation = _simulation(self._start_from)
        within = InProcessSimulation(simulation, DEFAULT_SANDBOX)
        root = self._listen(simulation) if self._serve else NOWHERE
        super().__init__(root, ControlClient(InProcess(within), DEFAULT_SANDBOX), beginning=NO_BEGINNING, within=within)

    def _listen(self, simulation: Simulation) -> str:
        from simulator.app import create_server

        with ExitStack() as unless_it_fails:
            tls = None
            if self._tls:
                from simulator.server.tls import for_a_while

                tls = unless_it_fails.enter_context(for_a_while())
                self.ca_file = tls.ca_file
            server = unless_it_fails.enter_context(create_server(simulation, port=self._port, tls=tls))
            self._running = unless_it_fails.pop_all()
        return server.https_url or server.url


class _NotStarted:
    """The transport to a simulator that is not running."""

    where = NOWHERE

    def exchange(self, method: str, path: str, body: bytes = b"", media: str = "") -> Response:
        raise UsageError("this simulator does not run.", remedy="with Simulator() as sim: …, or call start().")


def _split(url: str) -> tuple[str, str]:
    """A URL's root and the sandbox that it names."""
    root, found, sandbox = url.partition("/sandbox/")
    return root, sandbox if found else DEFAULT_SANDBOX


def _simulation(beginning: StartOptions) -> Simulation:
    from simulator.apis import discover
    from simulator.core.model.call import WIRE_FAULTS
    from simulator.simulation import Simulation
    from simulator.testing.config import read_cast

    apis = discover()
    return Simulation(apis, config=read_cast(beginning, apis), wire_faults=WIRE_FAULTS)
