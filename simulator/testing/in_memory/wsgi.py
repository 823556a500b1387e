"""A sandbox as WSGI. A fault that WSGI cannot express raises the client's exception for it."""

from __future__ import annotations

from collections.abc import Iterable
from http.client import HTTPResponse
from math import inf
from typing import TYPE_CHECKING, Any

from simulator.core.model.call import Reply, Request
from simulator.flask_adapter import WireResponse, incoming
from simulator.sandbox.routing import SANDBOX_PREFIX, parse_path
from simulator.simulation import Simulation
from simulator.testing.in_memory.socket import WireSocket
from simulator.testing.in_memory.wire import Wire

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class SandboxMiddleware:
    """WSGI middleware: every path belongs to the sandbox, and a connection fault raises an exception.

    ``http.client`` reads the bytes of the wire and raises the same exceptions as there: ConnectionResetError,
    RemoteDisconnected, IncompleteRead, BadStatusLine, …; an answer that never arrives raises TimeoutError.
    """

    def __init__(self, app: WSGIApplication, before: str, simulation: Simulation) -> None:
        self._app = app
        self._before = before
        self._simulation = simulation

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """WSGI."""
        path = environ.get("PATH_INFO", "/")
        if not path.startswith(SANDBOX_PREFIX):
            environ = {**environ, "PATH_INFO": self._before + path}
        if parse_path(environ["PATH_INFO"]).is_control:
            return self._app(environ, start_response)
        arrived = incoming(environ)
        reply = self._simulation.answer(arrived)
        if reply.delivery.fault is not None:
            return _heard(reply, arrived, start_response)
        return WireResponse(reply)(environ, start_response)


def _heard(reply: Reply, arrived: Request, start_response: StartResponse) -> Iterable[bytes]:
    wire = Wire(_no_answer)
    wire.deliver(reply, arrived.method, keep_alive=False)
    heard: Any = HTTPResponse(WireSocket(wire, inf), method=arrived.method)  # type: ignore[arg-type]  # enough of one
    heard.begin()
    body = heard.read()
    headers = [(name, value) for name, value in heard.getheaders() if name != "Connection"]  # the server sets it
    start_response(f"{heard.status} {heard.reason}", headers)
    return [body]


def _no_answer(_: Request) -> Reply:
    raise AssertionError("nothing is sent on a wire that only delivers")
