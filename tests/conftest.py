"""Every test of an API reaches it through ``serve``, and so through every door there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from simulator.apis import discover
from simulator.core.api import PROFILES, ProfileName
from simulator.core.api import Api as AnyApi
from simulator.sandbox import Cast
from simulator.simulation import Simulation
from tests.doors import FlaskDoor, SocketDoor
from tests.service import Door, Serve, Service

START = datetime(2024, 1, 4, tzinfo=UTC)
"""When every test begins, unless it says otherwise."""

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
    ) -> Service:
        served = [api for api in (apis or discover()) if only in {None, api.name}]
        profiles = profile if isinstance(profile, Mapping) else {api.name: profile for api in served}
        assert set(profiles.values()) <= set(PROFILES)
        simulation = Simulation(
            served, secret=SECRET, cast=Cast(profiles=profiles, settings=world or {}), alone=only is not None
        )
        clock = simulation.sandboxes.get("default").clock
        clock.set(at=START, frozen=True)
        return Service(simulation, door, clock)

    return start
