"""The service under test, as a client sees it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.apis.jquants.settings import Account, JQuantsSettings
from simulator.core.model.api import ProfileName
from tests.apis.jquants.client import JQuants
from tests.service import Serve

Start = Callable[..., JQuants]


@pytest.fixture
def start(serve: Serve) -> Start:
    """Start J-Quants alone, with these settings or accounts."""

    def begin(
        *,
        profile: ProfileName = "documented",
        settings: JQuantsSettings | None = None,
        accounts: tuple[Account, ...] | None = None,
    ) -> JQuants:
        if accounts is not None:
            settings = JQuantsSettings(accounts=accounts)
        return JQuants(serve(profile=profile, only="jquants", world={"jquants": settings or JQuantsSettings()}))

    return begin


@pytest.fixture
def jquants(start: Start) -> JQuants:
    """The default world."""
    return start()
