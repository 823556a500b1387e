"""How much code a call passes through: what nobody needs for a call is made once, not for each one."""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Callable
from types import FrameType

from simulator.apis import discover
from simulator.app import create_server
from simulator.control.dispatch import dispatch
from simulator.core.model.call import WIRE_FAULTS, Request
from simulator.server import Server
from simulator.simulation import Simulation

MOST_FUNCTIONS = 60
MOST_FILES = 29


def test_one_refresh_from_socket_to_bytes_passes_few_functions_in_few_files() -> None:
    """The third call of its kind on a connection, as the steady state is."""
    simulation = Simulation(discover(), wire_faults=WIRE_FAULTS)
    asked = Request("POST", "/_simulator/tokens", "", {}, b'{"api": "jquants", "kind": "refresh_token"}')
    token = json.loads(dispatch(simulation, asked).body)["token"]
    request = f"POST /v1/token/auth_refresh?refreshtoken={token} HTTP/1.1\r\nHost: localhost:1\r\n\r\n".encode()
    seen: set[tuple[str, str]] = set()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        _, found, name = frame.f_code.co_filename.rpartition("/simulator/")
        if event == "call" and found:
            seen.add((name, frame.f_code.co_qualname))

    with create_server(simulation, port=0) as server, socket.create_connection(("127.0.0.1", server.port)) as client:

        def call() -> bytes:
            client.sendall(request)
            return client.recv(65_536)

        call()
        call()
        on_loop(server, lambda: sys.setprofile(note))
        answer = call()
        on_loop(server, lambda: sys.setprofile(None))
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    listed = "\n".join(f"{name} {function}" for name, function in sorted(seen))
    assert 20 < len(seen) <= MOST_FUNCTIONS, listed
    assert len({name for name, _ in seen}) <= MOST_FILES, listed


def on_loop(server: Server, act: Callable[[], object]) -> None:
    """Do it on the server's thread, and wait until it is done."""
    done = threading.Event()
    serving = server._serving
    assert serving is not None
    serving.loop.call_soon_threadsafe(act)
    serving.loop.call_soon_threadsafe(done.set)
    assert done.wait(10)
