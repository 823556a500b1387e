"""Prices hang together, whatever the company and the day."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.apis.jquants.market.companies import ANCHOR, Company, companies, find
from simulator.apis.jquants.market.prices import daily_quote
from simulator.apis.jquants.market.quotes import ILLIQUID, base, close, factor, is_fine, is_traded, sessions
from simulator.apis.jquants.market.trading_days import HALF_DAYS, SYSTEM_FAILURE, between, business_days, shift
from simulator.apis.jquants.market.trading_rules import limits, quoted, step
from tests.apis.jquants.market.market import rows

COMPANIES = st.sampled_from(list(companies().values()))
DAYS = st.sampled_from(between(date(2008, 5, 7), date(2031, 12, 31)))
MODEST = settings(max_examples=150, deadline=None)
SESSIONS = ("", "Morning", "Afternoon")


def company(code: str) -> Company:
    found = find(code)
    assert found is not None
    return found


@MODEST
@given(COMPANIES, DAYS)
def test_a_bar_holds_its_ends_and_its_average(whose: Company, day: date) -> None:
    """Low ≤ open, close, average ≤ high, for the day and for its sessions; nulls come together."""
    row: dict[str, Any] = daily_quote(whose, day, known=day, both_sessions=True)
    for session in SESSIONS:
        figures = [row[f"{session}{name}"] for name in ("Open", "High", "Low", "Close", "Volume", "TurnoverValue")]
        if None in figures:
            assert figures == [None] * 6
            continue
        opening, high, low, end, volume, turnover = figures
        assert low <= min(opening, end) <= max(opening, end) <= high
        assert low - 0.01 <= turnover / volume <= high + 0.01
        assert volume > 0 and volume % 100 == 0  # noqa: PT018 - one property
        assert all(isinstance(figure, float) for figure in figures)


@MODEST
@given(COMPANIES, DAYS)
def test_two_sessions_make_the_day(whose: Company, day: date) -> None:
    traded = sessions(whose, day)
    first, last = traded.morning, traded.afternoon
    if traded.day is None:
        assert first is None
        assert last is None
    elif first is not None and last is not None:
        assert (traded.day.open, traded.day.close) == (first.open, last.close)
        assert traded.day.high == max(first.high, last.high)
        assert traded.day.low == min(first.low, last.low)
        assert traded.day.volume == first.volume + last.volume
        assert traded.day.turnover == first.turnover + last.turnover
    else:
        assert traded.day == (first or last)


@MODEST
@given(COMPANIES, DAYS)
def test_every_price_can_be_quoted_and_stays_within_the_days_limits(whose: Company, day: date) -> None:
    bar = sessions(whose, day).day
    if bar is None:
        return
    fine = is_fine(whose)
    lowest, highest = limits(base(whose, day), fine=fine)
    for price in (bar.open, bar.high, bar.low, bar.close):
        assert lowest <= price <= highest
        assert quoted(price, fine=fine) == price
    if day != whose.listed:
        assert bar.at_upper_limit == (bar.high == highest)
        assert bar.at_lower_limit == (bar.low == lowest)


def test_limits_are_touched_now_and_then() -> None:
    flags = [
        (row["UpperLimit"], row["LowerLimit"])
        for day in business_days(2021)
        for row in (daily_quote(company("71820"), day, known=day, both_sessions=False),)
    ]
    assert {"1"} <= {upper for upper, _ in flags}
    assert {"1"} <= {lower for _, lower in flags}
    assert flags.count(("0", "0")) > 0.9 * len(flags)


@pytest.mark.parametrize(
    ("price", "fine", "expected"),
    [
        pytest.param(3000, False, 1, id="at the bound: still the smaller step"),
        pytest.param(3000.1, False, 5, id="above it: the next"),
        pytest.param(1000, True, 0.1, id="a large company's"),
        pytest.param(1000.1, True, 0.5, id="above that bound"),
        pytest.param(10_000_000, False, 500, id="beyond the table's end"),
    ],
)
def test_prices_move_in_the_exchanges_steps(price: float, fine: bool, expected: float) -> None:
    assert step(price, fine=fine) == expected


@pytest.mark.parametrize(
    ("base_price", "expected"),
    [
        pytest.param(99, (69, 129), id="under 100: 30 yen"),
        pytest.param(100, (50, 150), id="100 itself: 50 yen"),
        pytest.param(2999, (2499, 3495), id="rounded inwards where the step is 5"),
        pytest.param(20, (1, 50), id="never below one yen"),
    ],
)
def test_limits_are_the_exchanges(base_price: float, expected: tuple[float, float]) -> None:
    assert limits(base_price, fine=False) == expected


@pytest.mark.parametrize(
    ("code", "ex_date", "by"),
    [(c.code, split.ex_date, split.factor) for c in companies().values() for split in c.splits],
)
def test_a_split_moves_the_price_by_its_factor_and_the_past_with_it(code: str, ex_date: date, by: float) -> None:
    """The day before, nobody knows of it; from the ex-date on, all that went before is adjusted."""
    whose, before = company(code), shift(ex_date, -1)
    assert close(whose, ex_date) / close(whose, before) == pytest.approx(by, rel=0.12)
    known_before: dict[str, Any] = daily_quote(whose, before, known=before, both_sessions=False)
    known_after = daily_quote(whose, before, known=ex_date, both_sessions=False)
    on_the_day = daily_quote(whose, ex_date, known=ex_date, both_sessions=False)
    assert known_before["AdjustmentFactor"] == 1.0
    assert on_the_day["AdjustmentFactor"] == by
    assert known_before["AdjustmentClose"] == known_before["Close"]
    assert known_after["Close"] == known_before["Close"], "what was traded does not change"
    assert known_after["AdjustmentClose"] == round(known_before["Close"] * by, 1)
    assert known_after["AdjustmentVolume"] == round(known_before["Volume"] / by)
    assert on_the_day["AdjustmentClose"] == on_the_day["Close"]


def test_a_split_reaches_the_past_over_the_wire_when_its_day_comes() -> None:
    """40440 splits five for one on 2024-09-27; it is the clock that brings it."""
    query = "code=40440&date=2023-12-22"
    (before,) = rows("daily_quotes", query, at=datetime(2024, 9, 26, 12, tzinfo=UTC))
    (after,) = rows("daily_quotes", query, at=datetime(2024, 9, 27, 12, tzinfo=UTC))
    assert after["Close"] == before["Close"] == before["AdjustmentClose"]
    assert after["AdjustmentClose"] == round(before["Close"] * 0.2, 1)


@MODEST
@given(COMPANIES, DAYS, DAYS)
def test_factors_multiply_along_the_way(whose: Company, first: date, last: date) -> None:
    first, last = sorted((first, last))
    assert math.isclose(factor(whose, first, ANCHOR) * factor(whose, ANCHOR, last), factor(whose, first, last)) or not (
        first <= ANCHOR <= last
    )
    assert factor(whose, last, first) == 1.0


def test_the_day_the_system_stood_still_has_nulls_for_everybody() -> None:
    found = rows("daily_quotes", "date=2020-10-01", at=datetime(2020, 10, 2, tzinfo=UTC))
    assert len(found) > 30
    assert {row["Close"] for row in found} == {None}
    assert {row["MorningVolume"] for row in found} == {None}
    assert {(row["UpperLimit"], row["AdjustmentFactor"]) for row in found} == {("0", 1.0)}
    assert sessions(company("86970"), SYSTEM_FAILURE).day is None


def test_a_half_day_has_no_afternoon() -> None:
    for day in HALF_DAYS:
        traded = sessions(company("86970"), day)
        assert traded.afternoon is None
        assert traded.day == traded.morning


def test_small_companies_are_sometimes_not_traded_and_large_ones_always() -> None:
    days = between(date(2016, 1, 1), date(2020, 6, 30))
    for whose in (company for company in companies().values() if company.is_listed(days[0])):
        silent = sum(not is_traded(whose, day) for day in days)
        assert (silent > 0) == (whose.turnover < ILLIQUID), whose.code


def test_prices_wander_and_do_not_run_away() -> None:
    """A daily move of about a company's step, a price that keeps its order of magnitude over sixteen years."""
    for code in ("86970", "72350", "91180"):
        whose = company(code)
        days = between(date(2008, 5, 7), date(2023, 12, 31))
        adjusted = [close(whose, day) * factor(whose, day, days[-1]) for day in days]
        moves = [math.log(new / old) for old, new in pairwise(adjusted)]
        spread = math.sqrt(sum(move * move for move in moves) / len(moves))
        assert 0.5 * whose.step < spread < 2.5 * whose.step
        assert max(adjusted) / min(adjusted) < 15
