"""The control plane as a Flask blueprint: one route for each endpoint, at the root and under every sandbox.

``flask routes`` lists them. Calls that match no route (wrong method, double slash, unknown path) are answered by
:func:`~simulator.control.dispatch.dispatch`, with the same answers as without Flask.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Flask, g
from werkzeug.exceptions import InternalServerError, MethodNotAllowed, NotFound

from simulator.control.dispatch import PART, carry_out, dispatch
from simulator.control.endpoint import Endpoint
from simulator.control.endpoints import ENDPOINTS
from simulator.control.finish import finished
from simulator.control.guard import Guard
from simulator.core.http.problem import problem
from simulator.core.model.call import Request
from simulator.flask_adapter import WireResponse
from simulator.sandbox.routing import CONTROL_PREFIX, SANDBOX_PREFIX, parse_path
from simulator.simulation import Simulation

_UNGUARDED: Final = f"{CONTROL_PREFIX}/health"
"""The endpoint that answers every caller, without a check."""


def mount(app: Flask, simulation: Simulation, guard: Guard) -> None:
    """Register the control plane at ``/_simulator`` and under every sandbox.

    Calls for the simulated APIs must have been answered by an earlier hook, and ``g.arrived`` hold the others as
    :class:`~simulator.core.model.call.Request`.
    """
    blueprint = Blueprint("control", __name__)
    for endpoint in ENDPOINTS:
        _route(blueprint, simulation, endpoint)

    @blueprint.before_app_request
    def guarded() -> WireResponse | None:
        arrived: Request = g.arrived
        if parse_path(arrived.path).path.removesuffix("/") == _UNGUARDED:
            return None
        refused = guard.refusal(arrived)
        return None if refused is None else WireResponse(finished(refused, simulation, arrived))

    @blueprint.app_errorhandler(NotFound)
    @blueprint.app_errorhandler(MethodNotAllowed)
    def no_route(_error: NotFound | MethodNotAllowed) -> WireResponse:
        return WireResponse(dispatch(simulation, g.arrived))

    @blueprint.app_errorhandler(InternalServerError)
    def crashed(_error: InternalServerError) -> WireResponse:
        """Flask has logged it."""
        reply = problem(500, "The simulator failed", "This is a bug of the simulator; its log says more.")
        return WireResponse(finished(reply, simulation, g.arrived))

    app.url_map.merge_slashes = False  # a redirect would be an answer of the framework
    app.register_blueprint(blueprint)


def _route(blueprint: Blueprint, simulation: Simulation, endpoint: Endpoint) -> None:
    """The endpoint's path at the root, and under a sandbox where it has one."""

    def view(part: str = "", **_: str) -> WireResponse:
        """The sandbox comes from the arrived request: its host may name it, which Flask's routing ignores."""
        return WireResponse(carry_out(simulation, parse_path(g.arrived.path).sandbox, g.arrived, endpoint, part))

    path = CONTROL_PREFIX + endpoint.path
    under = f"{SANDBOX_PREFIX}<sandbox>{path}"
    name = f"{endpoint.method.lower()}{endpoint.path.replace(PART, 'one').replace('/', '_').replace('.', '_')}"
    for rule in (path, under) if endpoint.scope == "sandbox" else (path,):
        blueprint.add_url_rule(
            rule,
            endpoint=name,
            view_func=view,
            methods=[endpoint.method],
            strict_slashes=False,
            provide_automatic_options=False,
        )
