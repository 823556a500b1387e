"""The exchange's calendar, against what was published and against a library that knows the law."""

from __future__ import annotations

from datetime import date, timedelta

import jpholiday
import pytest

from simulator.apis.jquants.market.trading_days import (
    between,
    business_days,
    division,
    holidays,
    is_business_day,
    last_published,
    on_or_after,
    on_or_before,
    shift,
)

PUBLISHED = {
    2009: "0101 0112 0211 0320 0429 0503 0504 0505 0506 0720 0921 0922 0923 1012 1103 1123 1223",
    2015: "0101 0112 0211 0321 0429 0503 0504 0505 0506 0720 0921 0922 0923 1012 1103 1123 1223",
    2019: (
        "0101 0114 0211 0321 0429 0430 0501 0502 0503 0504 0505 0506 0715 0811 0812 0916 0923 1014 1022 1103 1104 1123"
    ),
    2020: "0101 0113 0211 0223 0224 0320 0429 0503 0504 0505 0506 0723 0724 0810 0921 0922 1103 1123",
    2021: "0101 0111 0211 0223 0320 0429 0503 0504 0505 0722 0723 0808 0809 0920 0923 1103 1123",
    2024: ("0101 0108 0211 0212 0223 0320 0429 0503 0504 0505 0506 0715 0811 0812 0916 0922 0923 1014 1103 1104 1123"),
    2026: "0101 0112 0211 0223 0320 0429 0503 0504 0505 0506 0720 0811 0921 0922 0923 1012 1103 1123",
}
"""By the Cabinet Office."""


@pytest.mark.parametrize("year", PUBLISHED)
def test_the_holidays_of_a_year_are_those_that_were_published(year: int) -> None:
    assert " ".join(f"{day:%m%d}" for day in sorted(holidays(year))) == PUBLISHED[year]


@pytest.mark.parametrize("year", range(2008, 2036))
def test_the_holidays_of_a_year_are_those_the_law_makes(year: int) -> None:
    """As ``jpholiday`` reads it."""
    assert holidays(year) == {day for day, _name in jpholiday.year_holidays(year)}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2024, 1, 1), "0", id="New Year's Day"),
        pytest.param(date(2024, 1, 2), "0", id="2 January"),
        pytest.param(date(2024, 1, 3), "3", id="3 January: closed, derivatives trade"),
        pytest.param(date(2024, 1, 4), "1", id="the first business day"),
        pytest.param(date(2024, 1, 6), "0", id="a Saturday"),
        pytest.param(date(2024, 1, 8), "0", id="a holiday on which the exchange chose to rest"),
        pytest.param(date(2024, 2, 12), "3", id="a substitute holiday"),
        pytest.param(date(2024, 12, 30), "1", id="the last business day"),
        pytest.param(date(2024, 12, 31), "0", id="31 December"),
        pytest.param(date(2022, 9, 19), "0", id="the last holiday before holiday trading"),
        pytest.param(date(2022, 9, 23), "3", id="the first with it"),
        pytest.param(date(2008, 12, 30), "2", id="a half day at the year's end"),
        pytest.param(date(2009, 1, 5), "2", id="a half day at its opening"),
        pytest.param(date(2009, 12, 30), "1", id="the first year's end with an afternoon"),
        pytest.param(date(2020, 10, 1), "1", id="the day the system stood still was a business day"),
    ],
)
def test_a_day_has_its_division(day: date, expected: str) -> None:
    assert division(day) == expected
    assert is_business_day(day) is (expected in {"1", "2"})


def test_a_year_of_business_days_is_a_list_in_order() -> None:
    """246 in 2023, by the exchange's own count."""
    days = business_days(2023)
    assert len(days) == 246
    assert list(days) == sorted(set(days))
    assert all(is_business_day(day) for day in days)


@pytest.mark.parametrize("offset", range(20))
def test_stepping_over_business_days_agrees_with_walking_the_calendar(offset: int) -> None:
    """Golden Week of 2019: ten days without trading."""
    day = date(2019, 4, 22) + timedelta(days=offset)
    after = next(d for n in range(20) if is_business_day(d := day + timedelta(days=n)))
    before = next(d for n in range(20) if is_business_day(d := day - timedelta(days=n)))
    assert (on_or_after(day), on_or_before(day)) == (after, before)
    assert shift(after, -1) < after <= shift(shift(after, 3), -3)


def test_a_period_holds_its_ends_and_nothing_when_turned_round() -> None:
    assert between(date(2023, 12, 29), date(2024, 1, 5)) == [date(2023, 12, 29), date(2024, 1, 4), date(2024, 1, 5)]
    assert between(date(2024, 1, 5), date(2023, 12, 29)) == []
    assert between(date(2024, 1, 6), date(2024, 1, 8)) == []


@pytest.mark.parametrize(
    ("today", "last"),
    [
        pytest.param(date(2024, 3, 30), date(2024, 12, 31), id="before next year's is out"),
        pytest.param(date(2024, 3, 31), date(2025, 12, 31), id="the day it comes"),
        pytest.param(date(2024, 12, 31), date(2025, 12, 31), id="the year's last day"),
        pytest.param(date(2025, 1, 1), date(2025, 12, 31), id="the next day"),
    ],
)
def test_the_calendar_ends_with_this_year_or_the_next(today: date, last: date) -> None:
    assert last_published(today) == last
