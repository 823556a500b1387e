"""Login, refresh and data as the published samples and the official client send them.

Source: docs/sources/jquants.md §0.1, §1, §2.1, §4.6.
"""

from __future__ import annotations

import gzip
import json
from datetime import timedelta

import pytest

from tests.apis.jquants.client import (
    AUTH_REFRESH,
    AUTH_USER,
    DAY,
    DEAD_ID_TOKEN,
    DEAD_REFRESH_TOKEN,
    HOUR,
    LISTED_INFO,
    SECOND,
    JQuants,
)
from tests.service import Answer

OFFICIAL = [
    ("User-Agent", "jqapi-python/2.2.0 p/3.11.7"),
    ("Accept-Encoding", "gzip, deflate"),
    ("Accept", "*/*"),
    ("Connection", "keep-alive"),
]


def unpacked(answer: Answer) -> dict[str, str]:
    assert answer.header("content-encoding") == "gzip"
    content: dict[str, str] = json.loads(gzip.decompress(answer.body))
    return content


def test_the_official_clients_first_three_calls(jquants: JQuants) -> None:
    """Headers and bodies as captured from release 2.2.0."""
    login = jquants.service.post(
        AUTH_USER,
        headers=[*OFFICIAL, ("Content-Type", "application/json")],
        body=b'{"mailaddress": "user@example.com", "password": "password"}',
    )
    refresh_token = unpacked(login)["refreshToken"]
    refresh = jquants.service.post(f"{AUTH_REFRESH}?refreshtoken={refresh_token}", headers=OFFICIAL)
    id_token = unpacked(refresh)["idToken"]
    data = jquants.service.get(
        f"{LISTED_INFO}?code=&date=2022-11-11", headers=[*OFFICIAL, ("Authorization", f"Bearer {id_token}")]
    )
    assert data.status == 200
    assert unpacked(data)["info"]


def test_the_seeds_curl(jquants: JQuants) -> None:
    """``curl -XPOST …?refreshtoken=$REFRESH_TOKEN``: no body, no length, curl's own headers."""
    token = jquants.refresh_token()
    answer = jquants.service.send(
        "POST", f"{AUTH_REFRESH}?refreshtoken={token}", headers={"User-Agent": "curl/8.5.0", "Accept": "*/*"}
    )
    assert answer.status == 200
    assert list(answer.json) == ["idToken"]


def test_a_fortnight_of_a_good_client(jquants: JQuants) -> None:
    """ID tokens by the day, refresh tokens by the week; each edge is met from the inside and from the outside."""
    refresh_token = jquants.refresh_token()
    for _ in range(2):
        for _ in range(7):
            id_token = jquants.id_token(refresh_token)
            jquants.clock.advance(DAY - SECOND)
            assert jquants.listed_info(id_token).status == 200
            jquants.clock.advance(SECOND)
            assert jquants.listed_info(id_token).json == DEAD_ID_TOKEN
        assert jquants.refresh(refresh_token).json == DEAD_REFRESH_TOKEN
        refresh_token = jquants.refresh_token()


@pytest.mark.parametrize("margin", [HOUR, SECOND], ids=["23 hours, as most clients guess", "to the last second"])
def test_a_client_that_refreshes_in_time_never_sees_a_refusal(jquants: JQuants, margin: timedelta) -> None:
    refresh_token = jquants.refresh_token()
    statuses = []
    for _ in range(6):
        id_token = jquants.id_token(refresh_token)
        jquants.clock.advance(DAY - margin)
        statuses.append(jquants.listed_info(id_token).status)
    assert statuses == [200] * 6
