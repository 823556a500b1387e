"""``GET health`` and ``GET ready`` without Flask: containers and load balancers call them every few seconds.

The server answers them on its event loop, so they never wait for a long call to the control plane.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from simulator.control.finish import finished
from simulator.control.guard import Guard
from simulator.control.status import alive, readiness
from simulator.core.errors import StateUnreachable
from simulator.core.http.problem import problem
from simulator.core.model.call import Request
from simulator.core.model.call_steps import CallSteps
from simulator.sandbox.registry import SandboxRefused
from simulator.sandbox.routing import CONTROL_PREFIX, Target, parse_path
from simulator.simulation import Simulation

HEALTH: Final = f"{CONTROL_PREFIX}/health"
READY: Final = f"{CONTROL_PREFIX}/ready"


def probe(simulation: Simulation, guard: Guard, request: Request, target: Target) -> CallSteps | None:
    """The answer, as a generator that queries the store; None unless it is a plain ``GET`` of one of the two."""
    if target.path not in {HEALTH, READY} or request.method != "GET" or request.raw_query or request.body:
        return None
    return _probed(simulation, guard, request, target)


_SLOW: Final = frozenset(
    (method, CONTROL_PREFIX + path)
    for method, path in (("PUT", "/scenario"), ("GET", "/report"), ("GET", "/journal"), ("POST", "/verify"))
)


def is_slow(request: Request) -> bool:
    """Whether a request reads a scenario or a whole journal, or awaits held calls. Such calls have own threads."""
    path = parse_path(request.path).path.removesuffix("/")
    return (request.method, path) in _SLOW or path.endswith("/await")


def _probed(simulation: Simulation, guard: Guard, request: Request, target: Target) -> CallSteps:
    refused = None if target.path == HEALTH else guard.refusal(request)
    reply = refused or (alive() if target.path == HEALTH else (yield from _ready(simulation, target.sandbox)))
    return finished(reply, simulation, request)


def _ready(simulation: Simulation, name: str) -> CallSteps:
    sandboxes = simulation.sandboxes
    try:
        yield sandboxes.store.ping
        sandbox = sandboxes.current(name) or (yield partial(sandboxes.get, name))
    except SandboxRefused as refused:
        return problem(refused.status, "No such sandbox", str(refused))
    except StateUnreachable as unreachable:
        return problem(503, "State unreachable", str(unreachable))
    return readiness(simulation, sandbox)
