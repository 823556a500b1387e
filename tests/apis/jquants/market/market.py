"""The market under test: asked as a client with a good ID token asks, without a server around it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from simulator.apis.jquants.facts import Plan
from simulator.apis.jquants.market.answers import answer
from simulator.apis.jquants.market.endpoints import ENDPOINTS

EVENING: Final = datetime(2024, 1, 4, 12, tzinfo=UTC)
"""Nine in the evening of the year's first business day in Japan: today's figures are out."""

NARROW: Final = MappingProxyType(
    {
        "info": "",
        "daily_quotes": "code=86970&from=2023-11-01",
        "prices_am": "",
        "trades_spec": "section=TSEPrime&from=2023-10-01",
        "weekly_margin_interest": "code=7235&from=20230901",
        "short_selling": "sector33code=50&from=2023-11-01",
        "short_selling_positions": "disclosed_date=2023-12-20",
        "daily_margin_interest": "code=71820",
        "breakdown": "date=2023-12-22",
        "trading_calendar": "from=2023-12-25&to=2024-01-10",
        "indices": "date=2023-12-22",
        "topix": "from=2023-12-01",
        "statements": "date=2023-01-30",
        "fs_details": "code=28110",
        "dividend": "date=2023-10-30",
        "announcement": "",
        "index_option": "date=2023-12-22",
        "futures": "date=2023-12-22",
        "options": "date=2023-12-22",
    }
)
"""A query for each endpoint that finds something on EVENING, and not much."""


def parameters(query: str) -> dict[str, str]:
    """As the API reads them: an empty one is absent."""
    pairs = (pair.partition("=") for pair in query.split("&"))
    return {name: value for name, _, value in pairs if value}


def ask(key: str, query: str = "", *, plan: Plan = "premium", at: datetime = EVENING) -> tuple[int, dict[str, Any]]:
    """Status and document of one call."""
    reply = answer(ENDPOINTS[key], parameters(query), plan, at)
    return reply.status, json.loads(reply.body)


def rows(key: str, query: str = "", *, plan: Plan = "premium", at: datetime = EVENING) -> list[dict[str, Any]]:
    """The rows of a call's first page."""
    status, document = ask(key, query, plan=plan, at=at)
    assert status == 200, document
    found: list[dict[str, Any]] = document[key]
    return found


def pages(
    key: str, query: str = "", *, plan: Plan = "premium", at: datetime = EVENING
) -> Iterator[list[dict[str, Any]]]:
    """Every page, as a client reads them: the same query again with the key of the page before."""
    given = parameters(query)
    while True:
        document = json.loads(answer(ENDPOINTS[key], given, plan, at).body)
        yield document[key]
        if "pagination_key" not in document:
            return
        given = {**given, "pagination_key": document["pagination_key"]}


def message(text: str) -> Mapping[str, str]:
    """What a refusal says."""
    return {"message": text}
