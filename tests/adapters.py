"""The doors themselves: each sends one request and answers what came back, byte for byte."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from http.client import HTTPResponse
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from simulator.app import create_app
from simulator.core.model.call import Reply, Request
from simulator.sandbox.routing import parse_path
from simulator.server import Server
from simulator.simulation import Simulation
from tests.service import Answer

if TYPE_CHECKING:
    from flask import Flask


class FlaskDoor:
    """The WSGI application, called as a server would call it."""

    def __init__(self) -> None:
        self._made: tuple[Simulation, Flask] | None = None

    def send(
        self, simulation: Simulation, method: str, target: str, headers: list[tuple[str, str]], body: bytes
    ) -> Answer:
        if self._made is None or self._made[0] is not simulation:
            self._made = simulation, create_app(simulation)
        seen: list[Any] = []

        def start_response(status: str, sent: list[tuple[str, str]], _exc: object = None) -> Callable[[bytes], object]:
            seen.extend((status, sent))
            return lambda _written: None

        chunks = self._made[1].wsgi_app(_environ(method, target, headers, body), start_response)
        received = b"".join(chunks)
        code, _, reason = seen[0].partition(" ")
        return Answer(int(code), reason, [(key.lower(), value) for key, value in seen[1]], received)


def _environ(method: str, target: str, headers: list[tuple[str, str]], body: bytes) -> dict[str, Any]:
    path, _, query = target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8080",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1:8080",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if body:
        environ["CONTENT_LENGTH"] = str(len(body))
    for name, value in headers:
        key = name.upper().replace("-", "_")
        key = key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
        environ[key] = f"{environ[key]}, {value}" if key in environ and key != "HTTP_HOST" else value
    return environ


class SocketDoor:
    """Our own server, over loopback. It stays up while the simulation behind it changes from test to test."""

    def __init__(self) -> None:
        self._simulation: Simulation | None = None
        self._made: tuple[Simulation, Flask] | None = None
        self._server = Server(self._lane, self._app, port=0)

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def send(
        self, simulation: Simulation, method: str, target: str, headers: list[tuple[str, str]], body: bytes
    ) -> Answer:
        self._simulation = simulation
        lines = [f"{method} {target} HTTP/1.1", "Connection: close"]
        if not any(name.lower() == "host" for name, _ in headers):
            lines.append("Host: 127.0.0.1:8080")
        lines += [f"{name}: {value}" for name, value in headers if name.lower() != "content-length"]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        with socket.create_connection(("127.0.0.1", self._server.port), timeout=10) as peer:
            peer.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
            with HTTPResponse(peer, method=method) as response:
                response.begin()
                received = response.read()
        sent = [(name.lower(), value) for name, value in response.getheaders() if name.lower() != "connection"]
        return Answer(response.status, response.reason, sent, received)

    def _lane(self, incoming: Request) -> Reply | None:
        assert self._simulation is not None
        return None if parse_path(incoming.path).is_control else self._simulation.answer(incoming)

    def _app(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """What the lane does not take: the control plane."""
        assert self._simulation is not None
        if self._made is None or self._made[0] is not self._simulation:
            self._made = self._simulation, create_app(self._simulation)
        return self._made[1](environ, start_response)
