"""Is it alive, and is it ready for calls?"""

from __future__ import annotations

from simulator import __version__
from simulator.control.endpoint import TEXT, ControlRequest, Endpoint, answer, shape
from simulator.core.model.call import Reply
from simulator.sandbox.sandbox import Sandbox
from simulator.simulation import Simulation


def alive() -> Reply:
    """The process answers; nothing else is asked."""
    return answer({"status": "ok", "version": __version__})


def readiness(simulation: Simulation, sandbox: Sandbox) -> Reply:
    """What a sandbox runs under, once the store has answered."""
    scenario = sandbox.setup.scenario
    return answer(
        {
            "status": "ready",
            "version": __version__,
            "state": simulation.sandboxes.store.backend,
            "scenario": None if scenario is None else scenario.name,
        }
    )


def health(_ask: ControlRequest) -> Reply:
    """Alive: the process answers."""
    return alive()


def ready(ask: ControlRequest) -> Reply:
    """Ready, with what the sandbox runs under. Raises StateUnreachable while a shared backend does not answer."""
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
