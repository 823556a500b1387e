"""The exchange's calendar: business days, half days, closures, and holidays on which derivatives trade.

Computed from the holiday law and the exchange's rules, for every year from 2008 on. Libraries were measured first:
``jpholiday`` costs 20 ms and 5 MB, and 35 ms per requested year; ``holidays`` costs 100 ms and 19 MB. These rules cost
microseconds and no memory, and a release of a library cannot change past data. The tests compare them with
``jpholiday`` day by day.

Sources: 国民の祝日に関する法律; https://www.jpx.co.jp/corporate/about-jpx/calendar/ (closed on holidays, 1-3 January
and 31 December); https://www.jpx.co.jp/derivatives/rules/holidaytrading/ (holiday trading, from 2022-09-23).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal

DAY: Final = timedelta(days=1)

HolidayDivision = Literal["0", "1", "2", "3"]
"""0 closed · 1 business day · 2 half day · 3 closed, but derivatives trade. Source: docs/sources/jquants.md §4.5."""

HALF_DAYS: Final = frozenset({date(2008, 12, 30), date(2009, 1, 5)})
"""The last days with a morning session only, at the end and at the start of a year."""
SYSTEM_FAILURE: Final = date(2020, 10, 1)
"""The exchange was open and nothing traded: quotes are null, breakdown and short selling have no rows [DOC]."""

_HOLIDAY_TRADING_SINCE: Final = date(2022, 9, 23)
_NO_HOLIDAY_TRADING: Final = frozenset(
    {
        date(2023, 1, 9),
        date(2024, 1, 8),
        date(2024, 8, 12),
        date(2024, 9, 16),
        date(2024, 11, 4),
        date(2025, 1, 13),
        date(2025, 9, 15),
    }
)
"""Holidays without holiday trading, as far as the exchange has announced them."""

MONDAY: Final = 0
SATURDAY: Final = 5
SUNDAY: Final = 6
_NEXT_YEAR_PUBLISHED: Final = (3, 31)
"""Month and day from which next year's calendar is published: "around the end of March" [DOC]."""


def _nth_monday(year: int, month: int, n: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(MONDAY - first.weekday()) % 7 + 7 * (n - 1))


def _equinoxes(year: int) -> tuple[date, date]:
    """Vernal and autumnal, by the almanac's formula for 1980 to 2099."""
    drift = 0.242194 * (year - 1980) - (year - 1980) // 4
    return date(year, 3, int(20.8431 + drift)), date(year, 9, int(23.2488 + drift))


def _emperor(year: int) -> Iterator[date]:
    if year <= 2018:
        yield date(year, 12, 23)
    elif year == 2019:  # the abdication: no birthday in this year, two holidays for ceremonies
        yield date(2019, 5, 1)
        yield date(2019, 10, 22)
    else:
        yield date(year, 2, 23)


def _summer(year: int) -> Iterator[date]:
    """Marine Day, Mountain Day and Sports Day: the Olympics moved them in 2020 and 2021."""
    if year == 2020:
        yield from (date(2020, 7, 23), date(2020, 7, 24), date(2020, 8, 10))
        return
    if year == 2021:
        yield from (date(2021, 7, 22), date(2021, 7, 23), date(2021, 8, 8))
        return
    yield _nth_monday(year, 7, 3)
    yield _nth_monday(year, 10, 2)
    if year >= 2016:
        yield date(year, 8, 11)


def _named(year: int) -> frozenset[date]:
    fixed = ((1, 1), (2, 11), (4, 29), (5, 3), (5, 4), (5, 5), (11, 3), (11, 23))
    days = {date(year, month, day) for month, day in fixed}
    days.update(_equinoxes(year), _emperor(year), _summer(year))
    days.update((_nth_monday(year, 1, 2), _nth_monday(year, 9, 3)))
    return frozenset(days)


@lru_cache(maxsize=64)
def holidays(year: int) -> frozenset[date]:
    """The national holidays of a year (2008 to 2099): named holidays, substitutes, and days between two holidays."""
    named = _named(year)
    substitutes = set()
    for day in named:
        if day.weekday() == SUNDAY:
            substitute = day + DAY  # the law: the nearest following day that is not a holiday
            while substitute in named:
                substitute += DAY
            substitutes.add(substitute)
    between = {day + DAY for day in named if day + 2 * DAY in named and (day + DAY).weekday() != SUNDAY}
    return named | substitutes | (between - named)


@lru_cache(maxsize=64)
def business_days(year: int) -> tuple[date, ...]:
    """The days of a year on which shares trade, including half days and the day of the system failure."""
    closed = holidays(year) | {date(year, 1, 2), date(year, 1, 3), date(year, 12, 31)}
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    return tuple(day for day in days if day.year == year and day.weekday() < SATURDAY and day not in closed)


def is_business_day(day: date) -> bool:
    """Whether shares trade on this day."""
    days = business_days(day.year)
    place = bisect_left(days, day)
    return place < len(days) and days[place] == day


def division(day: date) -> HolidayDivision:
    """The holiday division of a day."""
    if is_business_day(day):
        return "2" if day in HALF_DAYS else "1"
    if day < _HOLIDAY_TRADING_SINCE or day.weekday() >= SATURDAY or day in _NO_HOLIDAY_TRADING:
        return "0"
    return "0" if (day.month, day.day) in {(1, 1), (1, 2), (12, 31)} else "3"


def on_or_after(day: date) -> date:
    """This day, or the first business day after it."""
    days = business_days(day.year)
    place = bisect_left(days, day)
    return days[place] if place < len(days) else business_days(day.year + 1)[0]


def on_or_before(day: date) -> date:
    """This day, or the last business day before it."""
    days = business_days(day.year)
    place = bisect_right(days, day)
    return days[place - 1] if place else business_days(day.year - 1)[-1]


def shift(day: date, count: int) -> date:
    """The business day ``count`` business days after (negative: before) this one; 0 is the day itself."""
    step = DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day = on_or_after(day + step) if count > 0 else on_or_before(day + step)
    return day


def between(start: date, end: date) -> list[date]:
    """The business days from ``start`` to ``end``, both included; empty if the end is before the start."""
    found: list[date] = []
    for year in range(start.year, end.year + 1):
        days = business_days(year)
        found.extend(days[bisect_left(days, start) : bisect_right(days, end)])
    return found


def last_published(today: date) -> date:
    """The last published day of the calendar on ``today``: the end of this year, from 31 March on of the next."""
    return date(today.year + ((today.month, today.day) >= _NEXT_YEAR_PUBLISHED), 12, 31)
