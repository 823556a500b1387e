"""What a client sees when salts are rotated (docs/sources/uid2-current.md §D10)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from simulator.apis.uid2.settings import Uid2Settings
from tests.apis.uid2.v2.conftest import Integrate
from tests.apis.uid2.v2.integrator import Integrator

DAY = timedelta(days=1)
MAP, BUCKETS = "/v3/identity/map", "/v2/identity/buckets"
RAW_UID = "6bnjfis0XfGLD4gL3zNdHoUh07VHgiIWfcAksL4aLC4="
"""Under the salt of the operator's own tests (docs/sources/uid2.md §2.5)."""


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


@pytest.fixture
def client(integrate: Integrate) -> Integrator:
    """Each salt is 364 days old."""
    return integrate(Uid2Settings(salt_age=364 * DAY), profile="current")


def mapped(client: Integrator) -> Any:
    [found] = client.ask(MAP, {"email": ["user@example.com"]})["body"]["email"]
    return found


def test_a_map_tells_the_previous_raw_uid_for_90_days(client: Integrator) -> None:
    first = mapped(client)
    assert (first["u"], first["p"]) == (RAW_UID, None)
    client.service.clock.advance(DAY)
    second = mapped(client)
    assert second["u"] != RAW_UID
    assert second["p"] == RAW_UID
    client.service.clock.advance(90 * DAY - timedelta(seconds=1))
    assert mapped(client)["p"] == RAW_UID
    client.service.clock.advance(timedelta(seconds=1))
    last = mapped(client)
    assert (last["u"], last["p"]) == (second["u"], None)


def test_a_client_that_maps_again_after_r_gets_the_new_raw_uid(client: Integrator) -> None:
    """Each r until the rotation leads to the same raw UID; the first one after it does not."""
    seen = []
    for _ in range(3):
        found = mapped(client)
        seen.append(found["u"])
        client.service.clock.advance(timedelta(seconds=found["r"] - seconds(client.service.clock.now())))
    assert seen[0] == RAW_UID
    assert seen[1] == seen[2] != RAW_UID


def test_buckets_tell_what_was_rotated(client: Integrator) -> None:
    now = client.service.clock.now()
    since = {"since_timestamp": now.strftime("%Y-%m-%dT%H:%M:%S")}
    assert client.ask(BUCKETS, since)["body"] == []
    client.service.clock.advance(DAY)
    rotated = client.ask(BUCKETS, since)["body"]
    assert len(rotated) == 16
    [mine] = client.ask("/v2/identity/map", {"email": ["user@example.com"]})["body"]["mapped"]
    assert mine["bucket_id"] in {bucket["bucket_id"] for bucket in rotated}


def test_on_any_day_some_buckets_are_younger_than_a_month(integrate: Integrate) -> None:
    client = integrate(profile="current")
    for _ in range(12):
        month_ago = client.service.clock.now() - 30 * DAY
        since = {"since_timestamp": month_ago.strftime("%Y-%m-%dT%H:%M:%S")}
        assert 1 <= len(client.ask(BUCKETS, since)["body"]) <= 3
        client.service.clock.advance(31 * DAY)


def test_a_token_carries_the_raw_uid_of_its_moment(client: Integrator) -> None:
    validate = {"token": client.login()["advertising_token"], "email": "user@example.com"}
    assert client.ask("/v2/token/validate", validate)["body"] is True
    client.service.clock.advance(DAY)
    assert client.ask("/v2/token/validate", validate)["body"] is False
    assert client.ask("/v2/token/validate", validate | {"token": client.login()["advertising_token"]})["body"] is True
