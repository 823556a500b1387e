"""The way to a control plane within this process; the way to one elsewhere is :mod:`simulator.control.client`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.control.client import Response

if TYPE_CHECKING:
    from simulator.testing.in_memory.simulation import InProcessSimulation


class InProcess:
    """Calls the simulation directly: no socket, no thread."""

    def __init__(self, within: InProcessSimulation) -> None:
        self._within = within

    def exchange(self, method: str, path: str, body: bytes, media: str) -> Response:
        """One call."""
        reply = self._within.control(method, path, body, media)
        return Response(reply.status, reply.body)
