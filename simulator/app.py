"""create_app() and create_server(): the only module that combines the layers."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from simulator.apis import discover
from simulator.control.guard import DEFAULT_GUARD, Guard
from simulator.control.probes import is_slow, probe
from simulator.core import defaults
from simulator.core.model.call import Request
from simulator.core.model.call_steps import CallSteps
from simulator.sandbox.routing import LOCAL_DOMAINS, by_host, parse_path
from simulator.simulation import Simulation

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from flask import Flask, Response

    from simulator.server import Server
    from simulator.server.tls import Tls


def create_app(
    simulation: Simulation | None = None, *, guard: Guard = DEFAULT_GUARD, domains: Collection[str] = LOCAL_DOMAINS
) -> Flask:
    """An ordinary WSGI application: ``flask run``, gunicorn and waitress serve it, test clients call it.

    Without a simulation: every API, the default world, a random secret.
    guard: decides which callers may use the control plane; by default callers on this machine.
    domains: see :func:`simulator.sandbox.routing.by_host`.
    """
    from flask import Flask, g, request

    from simulator.control.blueprint import mount
    from simulator.flask_adapter import WireResponse, incoming

    simulated = simulation if simulation is not None else Simulation(discover())
    app = Flask("simulator", static_folder=None)
    app.extensions["simulation"] = simulated

    @app.before_request
    def answer_as_the_service() -> Response | None:
        """Answer simulated paths before Flask's routing, for every method."""
        arrived = by_host(incoming(request.environ), domains)
        if parse_path(arrived.path).is_control:
            g.arrived = arrived
            return None
        return WireResponse(simulated.answer(arrived))

    mount(app, simulated, guard)
    return app


def create_server(
    simulation: Simulation,
    *,
    host: str = defaults.HOST,
    port: int = defaults.PORT,
    tls: Tls | None = None,
    tls_port: int = 0,
    control_token: str | None = None,
    trust_proxy: bool = False,
    sandbox_domain: str | None = None,
) -> Server:
    """Our own server in front of a simulation. API calls are answered on its loop, everything else by the Flask app.

    control_token: the token that the control plane requires if ``host`` is not loopback; without one it is off there.
    trust_proxy: a proxy on this machine forwards local callers only; otherwise its calls need the token as well.
    sandbox_domain: the host ``mine.<sandbox_domain>`` means the sandbox "mine", as ``mine.localhost`` always does.
    Make the simulation with ``wire_faults=WIRE_FAULTS``: this server supports all of them.
    """
    from simulator.server import Server

    store = simulation.sandboxes.store
    guard = Guard.listening_on(host, control_token, trust_proxy=trust_proxy, sandbox_domain=sandbox_domain)
    domains = LOCAL_DOMAINS if sandbox_domain is None else (*LOCAL_DOMAINS, sandbox_domain)

    def operations(request: Request) -> CallSteps | None:
        request = by_host(request, domains)
        target = parse_path(request.path)
        return probe(simulation, guard, request, target) if target.is_control else simulation.call(request, target)

    server = Server(
        operations,
        LazyApp(simulation, guard, domains),
        host=host,
        port=port,
        tls=tls,
        tls_port=tls_port,
        ended=simulation.ended,
        bind_loop=store.bind_loop,
        start=store.start if store.shared else None,
        is_slow=is_slow,
    )
    simulation.https_offered = tls is not None
    simulation.sandboxes.listen(server.release)
    return server


class LazyApp:
    """The Flask app, made at its first call: the server starts without Flask, and many tests never need it."""

    def __init__(
        self, simulation: Simulation, guard: Guard = DEFAULT_GUARD, domains: Collection[str] = LOCAL_DOMAINS
    ) -> None:
        self._simulation = simulation
        self._domains = domains
        self._guard = guard
        self._lock = threading.Lock()
        self._app: Any = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """WSGI."""
        with self._lock:
            if self._app is None:
                self._app = create_app(self._simulation, guard=self._guard, domains=self._domains)
        answer: Iterable[bytes] = self._app(environ, start_response)
        return answer
