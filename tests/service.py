"""A simulator under test, reached through one of its doors."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from simulator.core.clock import Clock
from simulator.simulation import Simulation

HeaderList = Mapping[str, str] | Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """What a client receives, header names in lower case."""

    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name.lower()), None)


class Door(Protocol):
    """A way to reach a simulation: Flask's test client, a socket."""

    def send(
        self, simulation: Simulation, method: str, target: str, headers: list[tuple[str, str]], body: bytes
    ) -> Answer: ...


@dataclass(frozen=True)
class Service:
    """A simulation and the door to it. Its clock stands still until a test moves it."""

    simulation: Simulation
    door: Door
    clock: Clock = field(repr=False)

    def send(self, method: str, target: str, *, headers: HeaderList = (), body: bytes = b"") -> Answer:
        pairs = list(headers.items()) if isinstance(headers, Mapping) else list(headers)
        return self.door.send(self.simulation, method, target, pairs, body)

    def get(self, target: str, *, headers: HeaderList = ()) -> Answer:
        return self.send("GET", target, headers=headers)

    def post(self, target: str, *, headers: HeaderList = (), body: bytes = b"") -> Answer:
        return self.send("POST", target, headers=headers, body=body)


Serve = Callable[..., Service]
