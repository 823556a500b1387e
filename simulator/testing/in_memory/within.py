"""A simulation reached without a socket: its APIs, and its control plane."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from simulator.core.call import Incoming, Reply
from simulator.core.errors import UsageError
from simulator.routing import SANDBOX_PREFIX, locate
from simulator.simulation import Simulation
from simulator.testing.plane import prefix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from flask import Flask

PEER: Final = "127.0.0.1"
"""Who calls, as over loopback: that is what may override a call by header and drive the control plane."""
ADDRESS: Final = (PEER, 80)


class Within:
    """One sandbox of a simulation in this process. A path that names another sandbox itself goes there."""

    def __init__(self, simulation: Simulation, sandbox: str) -> None:
        self.simulation = simulation
        self._prefix = prefix(sandbox)

    def of(self, sandbox: str) -> Within:
        """The same for another sandbox."""
        return Within(self.simulation, sandbox)

    def answer(self, incoming: Incoming) -> Reply:
        """The answer to a call, whoever it is for. Nothing is delivered yet: the reply carries its delivery plan."""
        there = self._inside(incoming)
        if not locate(there.path).is_control:
            return self.simulation.answer(there)
        from simulator.server.wsgi import call_wsgi  # noqa: PLC0415 - few clients under test ask the control plane

        return call_wsgi(self._whole_app, there, ADDRESS)

    def control(self, method: str, path: str, body: bytes, media: str) -> Reply:
        """One call to the control plane, without Flask. ``path`` is whole: with its sandbox."""
        from simulator.web.control.dispatch import dispatch  # noqa: PLC0415 - a test that asks nothing needs no tables

        path, _, query = path.partition("?")
        headers = {"content-type": media} if media else {}
        return dispatch(self.simulation, Incoming(method, path, query, headers, body, client=PEER))

    @cached_property
    def app(self) -> Flask:
        """The Flask application, living in the sandbox: for ``httpx.WSGITransport`` and Flask's test client."""
        from simulator.app import create_app  # noqa: PLC0415 - 150 ms for who wants WSGI

        app = create_app(self.simulation)
        app.wsgi_app = _Inside(app.wsgi_app, self._prefix)  # type: ignore[method-assign]  # Flask's way to add a middleware
        return app

    @cached_property
    def _whole_app(self) -> Flask:
        from simulator.app import create_app  # noqa: PLC0415 - as above

        return create_app(self.simulation)

    def _inside(self, incoming: Incoming) -> Incoming:
        if not self._prefix or incoming.path.startswith(SANDBOX_PREFIX):
            return incoming
        return replace(incoming, path=self._prefix + incoming.path)


class _Inside:
    """WSGI middleware: every path is one of the sandbox."""

    def __init__(self, app: Any, before: str) -> None:
        self._app = app
        self._before = before

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "/")
        if not path.startswith(SANDBOX_PREFIX):
            environ = {**environ, "PATH_INFO": self._before + path}
        chunks: Iterable[bytes] = self._app(environ, start_response)
        return chunks


def within(handle: object) -> Within:
    """The simulation behind a handle. Raises :class:`UsageError` for one that runs elsewhere."""
    found = getattr(handle, "_within", None)
    if not isinstance(found, Within):
        raise UsageError(
            "only a simulator in this process can be reached without a socket.",
            remedy="This one runs elsewhere: give your client its URL.",
        )
    return found
