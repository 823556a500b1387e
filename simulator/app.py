"""create_app(): the one place where layers meet."""

from __future__ import annotations

from flask import Flask, Response, request

from simulator.apis import discover
from simulator.routing import locate
from simulator.simulation import Simulation
from simulator.web.rim import WireResponse, incoming


def create_app(simulation: Simulation | None = None) -> Flask:
    """An ordinary WSGI application: ``flask run``, gunicorn and waitress serve it, test clients call it.

    Without a simulation: every API, the default world, a random secret.
    """
    simulated = simulation if simulation is not None else Simulation(discover())
    app = Flask("simulator", static_folder=None)
    app.extensions["simulation"] = simulated

    @app.before_request
    def answer_as_the_service() -> Response | None:
        """Simulated paths are answered before Flask's routing has a say, whatever the method."""
        arrived = incoming(request.environ)
        if locate(arrived.path).is_control:
            return None
        return WireResponse(simulated.answer(arrived))

    return app
