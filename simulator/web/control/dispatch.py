"""The control plane without Flask: the same table, called by whoever is in this process.

Nobody is kept out here: who can call this could do anything to the simulation anyway.
"""

from __future__ import annotations

from typing import Final

from simulator.core.call import Incoming, Reply
from simulator.core.errors import StateUnreachable, UsageError
from simulator.core.problem import problem
from simulator.routing import CONTROL_PREFIX, locate
from simulator.sandboxes import SandboxRefused
from simulator.simulation import Simulation
from simulator.web.control.endpoint import Ask, Endpoint
from simulator.web.control.refused import Refused
from simulator.web.control.table import ENDPOINTS

_PART: Final = "<part>"


def dispatch(simulation: Simulation, incoming: Incoming) -> Reply:
    """Carry out one call to the control plane; problems for whatever goes wrong with it."""
    place = locate(incoming.path)
    path = place.path.removeprefix(CONTROL_PREFIX)
    for endpoint in ENDPOINTS:
        part = _matches(endpoint, incoming.method, path)
        if part is not None:
            return carry_out(Ask(simulation, place.sandbox, incoming, endpoint, part))
    return problem(404, "No such page of the control plane", f"There is no {incoming.method} {place.path}.")


def carry_out(ask: Ask) -> Reply:
    """What an endpoint answers, or why it does not."""
    try:
        _ = ask.query  # every endpoint refuses parameters that it does not know
        return ask.endpoint.handle(ask)
    except Refused as refused:
        return refused.reply()
    except SandboxRefused as refused:
        return problem(refused.status, "No such sandbox", str(refused))
    except StateUnreachable as unreachable:
        return problem(503, "State unreachable", str(unreachable))
    except UsageError as wrong:
        return problem(400, "Bad request", str(wrong))


def _matches(endpoint: Endpoint, method: str, path: str) -> str | None:
    """The varying part of a path that is this endpoint's ("" where nothing varies); None when it is not."""
    if endpoint.method != method:
        return None
    if endpoint.path == path:
        return ""
    before, varies, after = endpoint.path.partition(_PART)
    part = path[len(before) : len(path) - len(after)]
    return part if varies and part and path == before + part + after else None
