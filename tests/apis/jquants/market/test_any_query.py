"""Whatever an authorised client asks, the market answers in the service's own shape."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulator.apis.jquants.facts import PLANS
from simulator.apis.jquants.market.answers import answer
from simulator.apis.jquants.market.columns import columns
from simulator.apis.jquants.market.endpoints import ENDPOINTS
from simulator.core.errors import Rejection

NAMES = [
    *("code", "pagination_key", "section", "sector33code", "holidaydivision", "category", "contract_flag"),
    *("date", "from", "to", "disclosed_date", "disclosed_date_from", "disclosed_date_to", "calculated_date"),
]
TEXTS = st.text(max_size=12) | st.sampled_from(
    [
        "86970",
        "8697",
        "2022-11-11",
        "20231222",
        "2023-12-20",
        "20991231",
        "00010101",
        "99991231",
        "0000",
        "TSEPrime",
        "1",
    ]
)
MOMENTS = st.datetimes(timezones=st.just(UTC)) | st.datetimes(
    datetime(2008, 1, 1),
    datetime(2026, 12, 31),
    timezones=st.just(UTC),
)


@pytest.mark.parametrize("key", ENDPOINTS)
@given(
    query=st.dictionaries(st.sampled_from(NAMES), TEXTS.filter(bool), max_size=4),
    plan=st.sampled_from(PLANS[1:]),
    at=MOMENTS,
)
@example(query={"date": "2023-12-22"}, plan="premium", at=datetime(9999, 12, 31, 23, 59, tzinfo=UTC))
@example(query={"date": "2023-12-22"}, plan="free", at=datetime(1, 1, 1, tzinfo=UTC))
@example(query={"calculated_date": "99991231"}, plan="premium", at=datetime(2024, 1, 4, tzinfo=UTC))
@settings(max_examples=40, deadline=None)
def test_any_query_gets_rows_or_a_refusal(key: str, query: dict[str, str], plan: str, at: datetime) -> None:
    try:
        reply = answer(ENDPOINTS[key], query, plan, at)
    except Rejection as no:
        assert no.name in {"outside_subscription", "too_large"}  # noqa: PT017 - a refusal is one of two good ends
        return
    document = json.loads(reply.body)
    assert reply.header("content-type") == "application/json"
    if reply.status == 200:
        assert set(document) <= {key, "pagination_key"}
        assert all(tuple(row) == columns(key, plan) for row in document[key])
    else:
        assert reply.status in {210, 400}
        assert list(document) == ["message"]
