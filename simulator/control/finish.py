"""The headers of every answer of the control plane."""

from __future__ import annotations

from simulator.core.http.dates import http_date
from simulator.core.model.call import Reply, Request
from simulator.sandbox.routing import parse_path
from simulator.simulation import Simulation


def finished(reply: Reply, simulation: Simulation, incoming: Request) -> Reply:
    """Add the sandbox's moment, and the header that forbids caching."""
    sandboxes = simulation.sandboxes
    sandbox = sandboxes.find(parse_path(incoming.path).sandbox) or sandboxes.default
    headers = (
        *reply.headers,
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Date", http_date(sandbox.clock.now())),
    )
    return Reply(reply.status, headers, reply.body)
