"""The days on which Tokyo trades, against what the Cabinet Office has published."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from simulator.apis.jquants.data.dates import business_day_from, is_business_day
from simulator.apis.jquants.data.holidays import is_national_holiday

HOLIDAYS = {
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


@pytest.mark.parametrize("year", HOLIDAYS)
def test_the_holidays_of_a_year_are_those_that_were_published(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    assert " ".join(f"{day:%m%d}" for day in days if is_national_holiday(day)) == HOLIDAYS[year]


@pytest.mark.parametrize(
    ("day", "trading"),
    [
        pytest.param(date(2024, 1, 3), False, id="the third of January"),
        pytest.param(date(2024, 1, 4), True, id="the fourth"),
        pytest.param(date(2024, 12, 30), True, id="the last day of trading"),
        pytest.param(date(2024, 12, 31), False, id="the last of the year"),
        pytest.param(date(2024, 1, 6), False, id="a Saturday"),
        pytest.param(date(2024, 1, 8), False, id="a holiday on a Monday"),
        pytest.param(date(2020, 10, 1), True, id="the day the system stood still was one"),
    ],
)
def test_a_business_day(day: date, trading: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_business_day(day) is trading


@pytest.mark.parametrize("year", [1, 1979, 2100, 9999])
def test_there_is_a_business_day_from_any_day_on(year: int) -> None:
    """Weekends are known for ever; the calendar's very end is its own successor."""
    for month in range(1, 13):
        found = business_day_from(date(year, month, 28))
        assert found >= date(year, month, 28)
        assert is_business_day(found)
    assert business_day_from(date.max) == date.max
