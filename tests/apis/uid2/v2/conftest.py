from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from simulator.apis.uid2.settings import Uid2Settings
from simulator.core.model.api import ProfileName
from tests.apis.uid2.v2.integrator import Integrator
from tests.service import Serve

Integrate = Callable[..., Integrator]


@pytest.fixture
def integrate(serve: Serve) -> Integrate:
    """An integrator of a service of UID2 alone, under a profile, settings and rules of the test's choice."""

    def start(
        settings: Uid2Settings | None = None, *, profile: ProfileName = "documented", rules: Sequence[Any] = ()
    ) -> Integrator:
        world = {"uid2": settings or Uid2Settings()}
        scenario = {"version": 1, "name": "v2", "rules": list(rules)} if rules else None
        return Integrator(serve(profile=profile, only="uid2", world=world, scenario=scenario))

    return start


@pytest.fixture
def client(integrate: Integrate) -> Integrator:
    """The documents say nothing of v2, so what holds for one profile holds for both, where no test says otherwise."""
    return integrate()
