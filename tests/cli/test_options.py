"""Options that several commands share."""

from __future__ import annotations

import pytest

from simulator.apis import discover
from simulator.cli.options import read_profiles
from simulator.core.errors import UsageError

APIS = discover()
JQUANTS = [api for api in APIS if api.name == "jquants"]


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        pytest.param([], {}, id="none: the defaults"),
        pytest.param(["observed"], {"jquants": "observed", "uid2": "observed"}, id="for all"),
        pytest.param(["current"], {"uid2": "current"}, id="for those that have it"),
        pytest.param(["uid2=current"], {"uid2": "current"}, id="for one"),
        pytest.param(["observed", "uid2=current"], {"jquants": "observed", "uid2": "current"}, id="later ones win"),
        pytest.param(["current,jquants=observed"], {"uid2": "current", "jquants": "observed"}, id="in one text"),
        pytest.param(["uid2=current documented"], {"jquants": "documented", "uid2": "documented"}, id="for all again"),
    ],
)
def test_profiles(given: list[str], chosen: dict[str, str]) -> None:
    assert read_profiles(given, APIS) == chosen


@pytest.mark.parametrize("given", ["current", "jquants=current", "perfect", "jquants="])
def test_a_profile_that_no_served_api_has(given: str) -> None:
    with pytest.raises(UsageError, match="profile") as refused:
        read_profiles([given], JQUANTS)
    assert refused.value.remedy == "Choose from documented, observed."
