"""A client that asks again after a failure reads each row once: keys hold no state that a failure could spoil."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.apis.jquants.client import JQuants
from tests.apis.jquants.market.market import pages
from tests.service import Serve

QUERY = "code=86970&from=2022-07-01&to=2023-12-29"
OPERATION = {"operation": "jquants.daily_quotes"}


def a_scenario(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"version": 1, "name": "pages", "rules": list(rules)}


SCENARIOS = [
    pytest.param(
        a_scenario(
            {
                "id": "flaky",
                "when": OPERATION,
                "occurs": {"nth": [1, 3, 4]},
                "then": {"error": "jquants.server_error"},
            }
        ),
        id="500 before the first page, and twice before the second",
    ),
    pytest.param(
        a_scenario(
            {
                "id": "throttled",
                "when": OPERATION,
                "occurs": {"nth": [2]},
                "then": {"error": "jquants.too_many_requests"},
            },
            {
                "id": "too-large",
                "when": OPERATION,
                "occurs": {"nth": [4]},
                "then": {"error": "jquants.too_large"},
            },
        ),
        id="429 and 413 in the middle",
    ),
]


def read_stubbornly(jquants: JQuants) -> tuple[list[dict[str, Any]], list[int]]:
    """Every row, asking again after each failure; and the statuses on the way."""
    found: list[dict[str, Any]] = []
    statuses: list[int] = []
    key, token = "", jquants.id_token()
    for _ in range(20):
        answer = jquants.service.get(
            f"/v1/prices/daily_quotes?{QUERY}{key}", headers={"Authorization": f"Bearer {token}"}
        )
        statuses.append(answer.status)
        if answer.status == 401:
            token = jquants.id_token()
        if answer.status == 200:
            found += answer.json["daily_quotes"]
            if "pagination_key" not in answer.json:
                break
            key = f"&pagination_key={answer.json['pagination_key']}"
            jquants.clock.advance(timedelta(hours=13))
    return found, statuses


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_failures_between_pages_cost_no_row(serve: Serve, scenario: dict[str, Any]) -> None:
    """The ID token dies on the way as well: the clock moves by half a day with every page."""
    jquants = JQuants(serve(only="jquants", scenario=scenario))
    found, statuses = read_stubbornly(jquants)
    assert found == [row for page in pages("daily_quotes", QUERY) for row in page]
    assert statuses.count(200) == 4
    assert statuses.count(401) == 1
    assert len(statuses) > 6
