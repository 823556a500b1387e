from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.apis.uid2.settings import Uid2Settings
from simulator.core.model.api import ProfileName
from tests.apis.uid2.publisher import Publisher
from tests.service import Serve

Publish = Callable[..., Publisher]


@pytest.fixture
def publish(serve: Serve) -> Publish:
    """A publisher of a service of UID2 alone, under a profile and settings of the test's choice."""

    def start(profile: ProfileName = "documented", settings: Uid2Settings | None = None) -> Publisher:
        return Publisher(serve(profile=profile, only="uid2", world={"uid2": settings or Uid2Settings()}))

    return start


@pytest.fixture
def documented(publish: Publish) -> Publisher:
    return publish("documented")


@pytest.fixture
def observed(publish: Publish) -> Publisher:
    return publish("observed")


@pytest.fixture(params=["documented", "observed"])
def either(request: pytest.FixtureRequest, publish: Publish) -> Publisher:
    """For what holds in both profiles."""
    return publish(request.param)
