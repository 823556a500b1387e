"""The journal learns how deliveries that took time ended: only the transport can know."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from simulator.apis import discover
from simulator.app import create_server
from simulator.core.model.call import WIRE_FAULTS
from simulator.sandbox.config import SandboxConfig
from simulator.sandbox.sandbox import Sandbox
from simulator.scenario.loader import load
from simulator.simulation import Simulation

REQUEST = b"POST /v1/token/auth_refresh HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def scenario(then: dict[str, Any]) -> dict[str, Any]:
    return {"version": 1, "name": "slow", "rules": [{"id": "slow", "then": then}]}


@pytest.fixture
def peer_and_sandbox(request: pytest.FixtureRequest) -> Iterator[tuple[socket.socket, Sandbox]]:
    apis = discover()
    config = SandboxConfig(scenario=load(scenario(request.param), apis))
    simulation = Simulation(apis, config=config, wire_faults=WIRE_FAULTS)
    with (
        create_server(simulation, port=0) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=10) as peer,
    ):
        peer.sendall(REQUEST)
        yield peer, simulation.sandboxes.default


def ended(sandbox: Sandbox) -> str:
    """How the one call ended, once it has; the transport tells a moment after the client sees it."""
    for _ in range(1_000):
        entries = sandbox.journal.entries()
        if entries and entries[0].ended:
            assert entries[0].ended_us >= entries[0].real_us
            return entries[0].ended
        time.sleep(0.005)
    return "nobody said"


@pytest.mark.parametrize("peer_and_sandbox", [{"delay": "20ms"}], indirect=True)
def test_a_late_answer_is_sent(peer_and_sandbox: tuple[socket.socket, Sandbox]) -> None:
    peer, sandbox = peer_and_sandbox
    assert peer.recv(9) == b"HTTP/1.1 "
    assert ended(sandbox) == "sent"


@pytest.mark.parametrize("peer_and_sandbox", [{"fault": "empty"}], indirect=True)
def test_a_broken_answer_is_sent_too(peer_and_sandbox: tuple[socket.socket, Sandbox]) -> None:
    peer, sandbox = peer_and_sandbox
    assert peer.recv(9) == b""
    assert ended(sandbox) == "sent"


@pytest.mark.parametrize("peer_and_sandbox", [{"fault": "hang"}], indirect=True)
def test_a_client_that_gives_up_has_left(peer_and_sandbox: tuple[socket.socket, Sandbox]) -> None:
    peer, sandbox = peer_and_sandbox
    peer.close()
    assert ended(sandbox) == "left"


@pytest.mark.parametrize("peer_and_sandbox", [{"fault": "hang"}], indirect=True)
def test_a_change_of_scenario_frees_what_hangs(peer_and_sandbox: tuple[socket.socket, Sandbox]) -> None:
    peer, sandbox = peer_and_sandbox
    for _ in range(1_000):
        if sandbox.journal.entries():
            break
        time.sleep(0.005)
    sandbox.load(None)
    assert peer.recv(9) == b""
    assert ended(sandbox) == "freed"


@pytest.mark.parametrize("peer_and_sandbox", [{"log": "nothing slow about it"}], indirect=True)
def test_a_prompt_answer_has_no_end_to_tell_of(peer_and_sandbox: tuple[socket.socket, Sandbox]) -> None:
    peer, sandbox = peer_and_sandbox
    assert peer.recv(9) == b"HTTP/1.1 "
    (entry,) = sandbox.journal.entries()
    assert (entry.delivery_id, entry.ended, entry.ended_us) == ("", "", 0)
