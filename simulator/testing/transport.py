"""The transport to a simulation in this process; the one over HTTP is :mod:`simulator.control.transport`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.control.transport import Response

if TYPE_CHECKING:
    from simulator.testing.in_memory.simulation import InProcessSimulation


class InProcess:
    """Calls the simulation directly: no socket, no thread."""

    where = "the simulator in this process"

    def __init__(self, within: InProcessSimulation) -> None:
        self._within = within

    def exchange(self, method: str, path: str, body: bytes = b"", media: str = "") -> Response:
        """One call."""
        reply = self._within.control(method, path, body, media)
        return Response(reply.status, reply.body)
