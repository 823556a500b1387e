"""The control plane as a function: a call in, its answer out, by the table of endpoints.

Callers are not checked here (see :mod:`simulator.control.guard`): code in this process can do anything to the
simulation anyway.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from simulator.control.endpoint import ControlRequest, Endpoint
from simulator.control.endpoints import ENDPOINTS
from simulator.control.finish import finished
from simulator.control.refused import ControlRefused
from simulator.core.errors import StateUnreachable, UsageError
from simulator.core.http.problem import problem
from simulator.core.model.call import BODY_LIMIT, Reply, Request
from simulator.sandbox.config import DEFAULT
from simulator.sandbox.registry import SandboxRefused
from simulator.sandbox.routing import CONTROL_PREFIX, Target, parse_path
from simulator.simulation import Simulation

PART: Final = "<part>"
"""The variable part of an endpoint's path, in Flask's notation."""


def dispatch(simulation: Simulation, incoming: Request) -> Reply:
    """Route and carry out one call; problems for an invalid one. A trailing slash is ignored."""
    place = parse_path(incoming.path)
    return finished(_answered(simulation, incoming, place), simulation, incoming)


def _answered(simulation: Simulation, incoming: Request, place: Target) -> Reply:
    path = place.path.removeprefix(CONTROL_PREFIX).removesuffix("/")
    here: dict[str, tuple[Endpoint, str]] = {
        endpoint.method: (endpoint, part)
        for endpoint in ENDPOINTS
        if (endpoint.scope == "sandbox" or place.sandbox == DEFAULT) and (part := _part(endpoint, path)) is not None
    }
    if not here:
        return _nothing_here()
    found = here.get("GET" if incoming.method == "HEAD" else incoming.method)
    if found is None:
        return _other_method(incoming.method, here)
    endpoint, part = found
    return _carried_out(ControlRequest(simulation, place.sandbox, incoming, endpoint, part))


def carry_out(simulation: Simulation, sandbox: str, incoming: Request, endpoint: Endpoint, part: str) -> Reply:
    """Carry out a routed call; problems for an invalid one."""
    return finished(_carried_out(ControlRequest(simulation, sandbox, incoming, endpoint, part)), simulation, incoming)


def _carried_out(ask: ControlRequest) -> Reply:
    if ask.incoming.oversized:
        return problem(413, "Body too large", f"A body may have {BODY_LIMIT} bytes; this one has more.")
    try:
        _ = ask.query  # every endpoint refuses parameters that it does not know
        return ask.endpoint.handle(ask)
    except ControlRefused as refused:
        return refused.reply()
    except SandboxRefused as refused:
        return problem(refused.status, "No such sandbox", str(refused))
    except StateUnreachable as unreachable:
        return problem(503, "State unreachable", str(unreachable))
    except UsageError as wrong:
        return ControlRefused(400, "Bad request", wrong.message, remedy=wrong.remedy).reply()


def _part(endpoint: Endpoint, path: str) -> str | None:
    """The variable part of this endpoint's path ("" without one); None when the path is not this endpoint's."""
    before, varies, after = endpoint.path.partition(PART)
    if not varies:
        return "" if path == before else None
    part = path[len(before) : len(path) - len(after)]
    return part if part and "/" not in part and path == before + part + after else None


def _nothing_here() -> Reply:
    return problem(
        404,
        "No such page of the control plane",
        f"There is nothing at this path under {CONTROL_PREFIX}; paths lists what there is.",
        paths=[f"{endpoint.method} {CONTROL_PREFIX}{endpoint.path}" for endpoint in ENDPOINTS],
    )


def _other_method(method: str, known: Iterable[str]) -> Reply:
    """OPTIONS lists the methods, without CORS headers; other methods are not allowed."""
    methods = {*known, "OPTIONS"}
    allowed = ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods))
    if method == "OPTIONS":
        return Reply(204, (("Allow", allowed),))
    return problem(405, "Method not allowed", f"Use {allowed}.", headers=(("Allow", allowed),))
