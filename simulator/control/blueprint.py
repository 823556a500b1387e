"""The control plane on Flask. Flask carries it and nothing more: none of its own answers gets through.

It is answered before Flask's routing has a say, as the simulated APIs are: redirects on slashes, automatic
OPTIONS and pages in HTML are the framework's habits, not ours.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Flask, g
from werkzeug.exceptions import InternalServerError

from simulator.control.dispatch import dispatch
from simulator.control.finish import finished
from simulator.control.guard import Guard
from simulator.core.http.problem import problem
from simulator.core.model.call import Request
from simulator.flask_adapter import WireResponse
from simulator.sandbox.routing import CONTROL_PREFIX, parse_path
from simulator.simulation import Simulation

_UNGUARDED: Final = f"{CONTROL_PREFIX}/health"
"""What everybody may ask, from everywhere."""


def mount(app: Flask, simulation: Simulation, guard: Guard) -> None:
    """Put the control plane at ``/_simulator`` and under every sandbox.

    Calls for the simulated APIs must have been answered by an earlier hook, and ``g.arrived`` hold the others
    as :class:`ParsedRequest`.
    """
    blueprint = Blueprint("control", __name__)

    @blueprint.before_app_request
    def answer() -> WireResponse:
        arrived: Request = g.arrived
        unguarded = parse_path(arrived.path).path.removesuffix("/") == _UNGUARDED
        refused = None if unguarded else guard.refusal(arrived)
        if refused is not None:
            return WireResponse(finished(refused, simulation, arrived))
        return WireResponse(dispatch(simulation, arrived))

    @blueprint.app_errorhandler(InternalServerError)
    def crashed(_error: InternalServerError) -> WireResponse:
        """Flask has logged it."""
        reply = problem(500, "The simulator failed", "This is a bug of the simulator; its log says more.")
        return WireResponse(finished(reply, simulation, g.arrived))

    app.register_blueprint(blueprint)
