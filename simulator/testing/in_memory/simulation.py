"""Access to a simulation without a socket: its APIs and its control plane."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from simulator.control.client import prefix
from simulator.core.errors import UsageError
from simulator.core.model.call import Reply, Request
from simulator.sandbox.routing import SANDBOX_PREFIX, parse_path
from simulator.simulation import Simulation
from simulator.testing.in_memory.wire import PEER, Wire

if TYPE_CHECKING:
    from flask import Flask

ADDRESS: Final = (PEER, 80)


class InProcessSimulation:
    """One sandbox of a simulation in this process. A path that names another sandbox goes to that one."""

    def __init__(self, simulation: Simulation, sandbox: str) -> None:
        self.simulation = simulation
        self._prefix = prefix(sandbox)
        self._connections = itertools.count(1)

    def of(self, sandbox: str) -> InProcessSimulation:
        """The same for another sandbox."""
        return InProcessSimulation(self.simulation, sandbox)

    def connect(self, *, secure: bool) -> Wire:
        """A connection to it."""
        return Wire(self.answer, number=next(self._connections), secure=secure)

    def answer(self, incoming: Request) -> Reply:
        """The answer to a call of an API or of the control plane, with its delivery plan; nothing is delivered yet."""
        there = self._inside(incoming)
        if not parse_path(there.path).is_control:
            return self.simulation.answer(there)
        from simulator.server.wsgi import call_wsgi

        return call_wsgi(self._whole_app, there, ADDRESS)

    def control(self, method: str, path: str, body: bytes, media: str) -> Reply:
        """One call to the control plane, without Flask. ``path`` is whole: with its sandbox."""
        from simulator.control.dispatch import dispatch

        path, _, query = path.partition("?")
        headers = {"content-type": media} if media else {}
        return dispatch(self.simulation, Request(method, path, query, headers, body, client=PEER))

    @cached_property
    def app(self) -> Flask:
        """The Flask application of the sandbox: for ``httpx.WSGITransport`` and Flask's test client."""
        from simulator.app import create_app
        from simulator.testing.in_memory.wsgi import SandboxMiddleware

        app = create_app(self.simulation)
        app.wsgi_app = SandboxMiddleware(app.wsgi_app, self._prefix, self.simulation)  # type: ignore[method-assign]  # Flask's way
        return app

    @cached_property
    def _whole_app(self) -> Flask:
        from simulator.app import create_app

        return create_app(self.simulation)

    def _inside(self, incoming: Request) -> Request:
        if not self._prefix or incoming.path.startswith(SANDBOX_PREFIX):
            return incoming
        return replace(incoming, path=self._prefix + incoming.path)


def within(handle: object) -> InProcessSimulation:
    """The simulation behind a handle. Raises :class:`UsageError` for one that runs elsewhere."""
    found = getattr(handle, "_within", None)
    if not isinstance(found, InProcessSimulation):
        raise UsageError(
            "only a simulator in this process can be reached without a socket.",
            remedy="This one runs elsewhere: give your client its URL.",
        )
    return found
