"""Health and ready on the server's loop: the same answers as the application's, and no Flask for them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from simulator.apis import discover
from simulator.control.dispatch import dispatch
from simulator.control.guard import DEFAULT_GUARD, Guard
from simulator.control.probes import probe
from simulator.core.model.call import Reply, Request
from simulator.core.model.call_steps import drive
from simulator.sandbox.routing import parse_path
from simulator.simulation import Simulation

LOCAL = {"host": "127.0.0.1"}


def probed(simulation: Simulation, request: Request, guard: Guard = DEFAULT_GUARD) -> Reply | None:
    steps = probe(simulation, guard, request, parse_path(request.path))
    return None if steps is None else drive(steps)


@pytest.mark.parametrize("path", ["/_simulator/health", "/_simulator/ready", "/sandbox/a/_simulator/ready"])
def test_the_answers_are_the_applications(path: str) -> None:
    simulation = Simulation(discover())
    request = Request("GET", path, "", LOCAL, client="127.0.0.1")
    here, there = probed(simulation, request), dispatch(simulation, request)
    assert here is not None
    assert (here.status, here.body) == (there.status, there.body) == (200, there.body)
    names = [name for name, _ in here.headers]
    assert names == [name for name, _ in there.headers]


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(Request("POST", "/_simulator/health", "", LOCAL), id="another method"),
        pytest.param(Request("GET", "/_simulator/ready", "x=1", LOCAL), id="a parameter"),
        pytest.param(Request("GET", "/_simulator/clock", "", LOCAL), id="another page"),
    ],
)
def test_everything_else_is_for_the_application(request_: Request) -> None:
    assert probed(Simulation(discover()), request_) is None


def test_ready_is_guarded_and_health_is_not() -> None:
    guard = Guard.listening_on("0.0.0.0", "secret")
    stranger = {"host": "example.com"}
    simulation = Simulation(discover())
    health = probed(simulation, Request("GET", "/_simulator/health", "", stranger, client="10.0.0.9"), guard)
    ready = probed(simulation, Request("GET", "/_simulator/ready", "", stranger, client="10.0.0.9"), guard)
    assert health is not None
    assert ready is not None
    assert (health.status, ready.status) == (200, 401)


def test_a_name_that_cannot_be_is_said() -> None:
    reply = probed(Simulation(discover()), Request("GET", "/sandbox/-/_simulator/ready", "", LOCAL, client="127.0.0.1"))
    assert reply is not None
    assert (reply.status, json.loads(reply.body)["title"]) == (404, "No such sandbox")


def test_a_server_answers_health_without_importing_flask() -> None:
    code = """
import sys, urllib.request
from simulator.apis import discover
from simulator.app import create_server
from simulator.simulation import Simulation
with create_server(Simulation(discover()), port=0) as server:
    assert urllib.request.urlopen(server.url + "/_simulator/health").status == 200
    assert urllib.request.urlopen(server.url + "/_simulator/ready").status == 200
print("flask" in sys.modules)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.strip() == "False"
