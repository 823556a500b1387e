"""The market costs nothing until it is asked, and then as much as a page; it is the same in every process."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from datetime import date
from importlib import import_module

import pytest

from simulator.apis.jquants.market.answers import answer
from simulator.apis.jquants.market.endpoints import ENDPOINTS
from simulator.apis.jquants.market.query import DataQuery, Key, Row, Source
from simulator.apis.jquants.market.trading_days import between
from simulator.apis.jquants.market.value_noise import draw
from tests.apis.jquants.market.market import EVENING, NARROW, parameters, rows

DIGEST = """
import hashlib
from simulator.apis.jquants.market.answers import answer
from simulator.apis.jquants.market.endpoints import ENDPOINTS
from tests.apis.jquants.market.market import EVENING, NARROW, parameters
for key, query in NARROW.items():
    print(key, hashlib.sha256(answer(ENDPOINTS[key], parameters(query), "premium", EVENING).body).hexdigest())
"""
IMPORTED = """
import sys
import simulator.apis.jquants
print(sorted(name.rpartition(".")[2] for name in sys.modules if name.startswith("simulator.apis.jquants.market.")))
"""


def run(script: str, **environment: str) -> str:
    found = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return found.stdout


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_every_process_makes_the_same_market(seed: str) -> None:
    """Whatever Python salts its hashes with."""
    here = [
        f"{key} {hashlib.sha256(answer(ENDPOINTS[key], parameters(query), 'premium', EVENING).body).hexdigest()}"
        for key, query in NARROW.items()
    ]
    assert run(DIGEST, PYTHONHASHSEED=seed, PYTHONPATH=".").splitlines() == here


def test_numbers_belong_to_their_names_for_ever() -> None:
    """A release that changed this would change every figure in its users' tests."""
    assert [round(number, 6) for number in draw("prices", "86970", date(2023, 3, 23))[:3]] == [
        0.44246,
        0.079276,
        0.904534,
    ]
    assert draw("a", "b") != draw("ab") != draw("b", "a")
    assert all(0 <= number < 1 for number in draw("anything"))


def test_generated_figures_stay_what_they_are() -> None:
    """Users have them in their own tests."""
    (quote,) = rows("daily_quotes", "code=86970&date=2023-03-23")
    assert [quote[name] for name in ("Open", "High", "Low", "Close", "Volume")] == [
        *(2050.5, 2058.5, 2041.0, 2043.5, 3578200.0),
    ]
    (topix,) = rows("topix", "from=2023-03-23&to=2023-03-23")
    assert topix == {"Date": "2023-03-23", "Open": 1940.4, "High": 1947.91, "Low": 1933.62, "Close": 1945.81}


def test_nothing_is_imported_before_the_first_data_call() -> None:
    """The table of endpoints and their columns; no family, no calendar, no companies."""
    assert run(IMPORTED) == "['columns', 'endpoints', 'operations']\n"


@pytest.mark.parametrize("key", [key for key, endpoint in ENDPOINTS.items() if endpoint.page is not None])
def test_a_call_makes_the_rows_of_its_page_and_no_more(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, over the longest queries there are."""
    family = import_module(f"simulator.apis.jquants.market.{ENDPOINTS[key].family}")
    original: Source = family.SOURCES[key]
    made = Counter[str]()

    def counted(found: Key, wanted: DataQuery) -> Row:
        made[key] += 1
        return original.row(found, wanted)

    monkeypatch.setitem(family.SOURCES, key, original._replace(row=counted))
    query = "" if not (ENDPOINTS[key].one_of or ENDPOINTS[key].required) else "code=86970"
    longest = {"short_selling": "sector33code=0050", "indices": "code=0000"} | dict.fromkeys(
        ("index_option", "futures", "options"), "date=2023-12-22"
    )
    answer(ENDPOINTS[key], parameters(longest.get(key, query)), "premium", EVENING)
    page = ENDPOINTS[key].page
    assert page is not None
    assert made[key] <= page


def test_any_day_can_be_asked_for_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quote of a far day draws as many numbers as one of a near day: nothing is walked through."""
    from simulator.apis.jquants.market import companies, prices, quotes, value_noise

    def drawn(day: date) -> int:
        value_noise._lattice.cache_clear()
        quotes.close.cache_clear()
        count = Counter[str]()

        def counting(*labels: object) -> tuple[float, ...]:
            count["draws"] += 1
            return draw(*labels)

        with monkeypatch.context() as patched:
            patched.setattr(value_noise, "draw", counting)
            patched.setattr(quotes, "draw", counting)
            company = companies.find("8697")
            assert company is not None
            prices.daily_quote(company, day, known=day, both_sessions=True)
        return count["draws"]

    days = between(date(2008, 5, 7), date(2030, 12, 31))
    assert max(drawn(day) for day in (days[0], days[1000], days[-1])) < 80
