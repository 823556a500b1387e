"""Workers of one simulator inside a test: whole simulations that share a Redis."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from simulator.apis import discover
from simulator.control.dispatch import dispatch
from simulator.core.model.call import WIRE_FAULTS, Reply, Request
from simulator.sandbox.config import SandboxConfig, SandboxLimits
from simulator.scenario.scenario import ClockSetting
from simulator.simulation import Simulation
from simulator.state.store import Store

START = datetime(2024, 1, 4, tzinfo=UTC)
SECRET = b"shared by all workers of a test"
REFRESH = "/v1/token/auth_refresh"
SERVER_ERROR = {"message": "Unexpected error. Please try again later."}
FIRST_TWO = """
version: 1
name: first-two
rules:
  - {id: fails, when: {operation: jquants.auth_refresh}, occurs: {first: 2}, then: {error: jquants.server_error}}
"""
ALWAYS = FIRST_TWO.replace("occurs: {first: 2}, ", "").replace("first-two", "always")


class Worker:
    """One simulation, called without sockets."""

    def __init__(self, store: Store, *, limits: SandboxLimits | None = None) -> None:
        self.store = store
        self.simulation = Simulation(
            discover(),
            secret=SECRET,
            store=store,
            config=SandboxConfig(clock=ClockSetting(at=START, frozen=True)),
            wire_faults=WIRE_FAULTS,
            limits=limits or SandboxLimits(),
        )

    def send(self, path: str, *, method: str = "POST", query: str = "") -> Reply:
        return self.simulation.answer(Request(method, path, query, {}))

    def status(self, path: str = REFRESH, query: str = "") -> int:
        return self.send(path, query=query).status

    def waits(self, path: str = REFRESH) -> bool:
        """Whether a call asks the store; one that does not is answered."""
        steps = self.simulation.call(Request("POST", path, "", {}))
        asks = next(steps, None) is not None
        steps.close()
        return asks

    def control(self, method: str, path: str, body: object = None, *, sandbox: str = "") -> tuple[int, Any]:
        raw = body.encode() if isinstance(body, str) else b"" if body is None else json.dumps(body).encode()
        prefix = f"/sandbox/{sandbox}" if sandbox else ""
        reply = dispatch(self.simulation, Request(method, f"{prefix}/_simulator/{path}", "", {}, raw))
        return reply.status, json.loads(reply.body) if reply.body else None

    def now(self, sandbox: str = "") -> str:
        return str(self.control("GET", "clock", sandbox=sandbox)[1]["now"])


Join = Callable[[], Worker]
