"""Every test of an API reaches it through ``serve``, and so through every door there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import httpcore  # noqa: F401 - pytester forgets what a suite run in this process imported; httpx keeps its classes
import pytest
from hypothesis import HealthCheck, settings

from simulator.apis import discover
from simulator.core.model.api import Api as AnyApi
from simulator.core.model.api import ProfileName
from simulator.core.model.call import WIRE_FAULTS
from simulator.sandbox.config import SandboxConfig
from simulator.scenario import shipped
from simulator.scenario.loader import load
from simulator.scenario.scenario import ClockSetting
from simulator.simulation import Simulation
from tests.adapters import FlaskDoor, SocketDoor
from tests.service import Door, Serve, Service

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")  # no test depends on how fast the machine is

START = datetime(2024, 1, 4, tzinfo=UTC)
"""When every test begins, unless it says otherwise."""


def text_of(scenario: str | Mapping[str, Any]) -> str | Mapping[str, Any]:
    """A shipped scenario's name, a scenario's text, or the same as a mapping."""
    if isinstance(scenario, str) and "\n" not in scenario:
        return shipped.find(scenario).read_text()
    return scenario


SECRET = b"the secret of the test-suite"


@pytest.fixture(scope="session")
def socket_door() -> Iterator[SocketDoor]:
    """One server for the whole run: starting one for each test would cost more than the tests."""
    door = SocketDoor()
    door.start()
    yield door
    door.stop()


@pytest.fixture(params=["flask", "socket"])
def door(request: pytest.FixtureRequest) -> Door:
    """A way in: every test that takes ``serve`` runs once through each, and must see the same bytes."""
    if request.param == "socket":
        found: Door = request.getfixturevalue("socket_door")
        return found
    return FlaskDoor()


@pytest.fixture
def serve(door: Door) -> Serve:
    """Start a simulator; its clock stands still at START."""

    def start(
        *,
        profile: ProfileName | Mapping[str, ProfileName] = "documented",
        only: str | None = None,
        world: Mapping[str, Any] | None = None,
        apis: tuple[AnyApi[Any], ...] | None = None,
        scenario: str | Mapping[str, Any] | None = None,
    ) -> Service:
        served = [api for api in (apis or discover()) if only in {None, api.name}]
        profiles = profile if isinstance(profile, Mapping) else {api.name: profile for api in served}
        assert all(profile in api.profiles for api in served for profile in [profiles.get(api.name, "documented")])
        wire_faults = WIRE_FAULTS if isinstance(door, SocketDoor) else frozenset()
        begun = None if scenario is None else load(text_of(scenario), served, supported_faults=wire_faults)
        config = SandboxConfig(
            profiles=profiles, settings=world or {}, clock=ClockSetting(at=START, frozen=True), scenario=begun
        )
        simulation = Simulation(served, secret=SECRET, config=config, alone=only is not None, wire_faults=wire_faults)
        return Service(simulation, door, simulation.sandboxes.get("default").clock)

    return start
