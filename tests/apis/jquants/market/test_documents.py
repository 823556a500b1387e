"""What simulator/apis/jquants/README.md says is so."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from simulator.apis.jquants.market.companies import companies
from simulator.apis.jquants.market.endpoints import ENDPOINTS, ROW_LIMIT, Dataset
from simulator.apis.jquants.market.prices import MORNING_IS_OUT
from simulator.apis.jquants.market.statements import UPDATED

PAGE = (Path(__file__).parents[4] / "simulator/apis/jquants/README.md").read_text(encoding="utf-8")
OF_THEIR_OWN = {"jquants.prices_am": MORNING_IS_OUT, "jquants.announcement": UPDATED}


def hour(endpoint: Dataset) -> str:
    if endpoint.of_the_future:
        return "any time"
    ready = OF_THEIR_OWN.get(endpoint.operation, endpoint.ready)
    hours, rest = divmod(ready, timedelta(hours=1))
    return f"{hours:02d}:{rest // timedelta(minutes=1):02d}"


@pytest.mark.parametrize("key", ENDPOINTS)
def test_the_table_tells_what_the_endpoint_does(key: str) -> None:
    endpoint = ENDPOINTS[key]
    size = "all" if endpoint.page is None else str(endpoint.page)
    row = f"| `{endpoint.operation}` | `{endpoint.path}` | {endpoint.plan} | {size} | {hour(endpoint)} |"
    assert row in PAGE


def test_the_codes_it_names_are_listed() -> None:
    named = set(re.findall(r"^\| ([0-9A-Z, ]+) \|", PAGE, re.MULTILINE))
    codes = {code for cell in named for code in cell.split(", ")}
    assert len(codes) == 11
    assert codes <= set(companies())
    assert f"{len(companies())} issues" in PAGE
    assert f"{ROW_LIMIT:,} rows" in PAGE
