"""A simulator that runs elsewhere: how it is asked, and what is said when it cannot be."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from simulator.apis import discover
from simulator.app import create_server
from simulator.core.errors import SimulatorError, UsageError
from simulator.simulation import Simulation
from simulator.testing import Simulator

TOKEN = "open sesame"


@pytest.fixture
def guarded() -> Iterator[str]:
    """The URL of one that others can reach, so that its control plane asks for a token."""
    with create_server(Simulation(discover()), host="0.0.0.0", port=0, control_token=TOKEN) as server:
        yield f"http://127.0.0.1:{server.port}"


def test_a_control_token_opens_it(guarded: str) -> None:
    with Simulator(url=guarded, control_token=TOKEN) as sim:
        assert len(sim.journal) == 0


def test_the_environment_may_hold_the_token(guarded: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIMULATOR_CONTROL_TOKEN", TOKEN)
    with Simulator(url=guarded) as sim:
        assert len(sim.journal) == 0


@pytest.mark.parametrize("token", ["", "wrong"])
def test_without_the_right_one_it_says_what_to_do(guarded: str, token: str) -> None:
    with pytest.raises(UsageError, match="SIMULATOR_CONTROL_TOKEN"):
        Simulator(url=guarded, control_token=token).start()


@contextmanager
def _somebody_else(status: int, body: bytes) -> Iterator[str]:
    """A server that answers everything alike."""

    class Alike(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody wants to read it."""

    with HTTPServer(("127.0.0.1", 0), Alike) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, b"<html>a portal</html>", "does not answer as a simulator: '<html>"),
        (200, b'{"hello": "world"}', "does not answer as a simulator"),
        (200, b"[" * 100_000, "does not answer as a simulator"),
        (404, b"not found", "answers 404, not as a simulator does: 'not found'"),
        (500, json.dumps({"title": "Oops", "detail": "It fell over."}).encode(), "It fell over."),
    ],
    ids=["HTML", "other JSON", "JSON nested too deep", "no problem document", "its own fault"],
)
def test_somebody_else_at_the_address_is_told(status: int, body: bytes, said: str) -> None:
    with _somebody_else(status, body) as url, pytest.raises(SimulatorError, match=said):
        Simulator(url=url).start()


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    with Simulator() as server, Simulator(url=server.url) as elsewhere:
        assert len(elsewhere.journal) == 0


def test_a_handle_says_where_it_is() -> None:
    with Simulator(serve=False) as sim:
        assert repr(sim) == "<Simulator http://simulator.invalid>"
