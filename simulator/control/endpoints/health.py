"""Liveness and readiness."""

from __future__ import annotations

from simulator.control.endpoint import TEXT, ControlRequest, Endpoint, shape
from simulator.control.status import alive, readiness
from simulator.core.model.call import Reply


def health(_ask: ControlRequest) -> Reply:
    """Alive: the process answers."""
    return alive()


def ready(ask: ControlRequest) -> Reply:
    """Ready, with the sandbox's configuration. Raises StateUnreachable while a shared backend does not answer."""
    ask.simulation.sandboxes.store.ping()
    return readiness(ask.simulation, ask.sandbox)


ENDPOINTS = (
    Endpoint(
        "GET", "/health", health, "Whether the process lives.", {200: shape(status={"const": "ok"}, version=TEXT)}
    ),
    Endpoint(
        "GET",
        "/ready",
        ready,
        "Whether calls can be answered; the state backend, the scenario, the version.",
        {200: shape(status={"const": "ready"}, version=TEXT, state=TEXT, scenario={"type": ["string", "null"]})},
        problems={503: "The shared state backend does not answer."},
    ),
)
