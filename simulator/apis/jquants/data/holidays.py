"""Japan's national holidays, from the Act on National Holidays (昭和23年法律第178号) and its amendments.

Exact from 2008, where the service's data begin, to 2099, as far as the present law reaches. A clock set to any
other year gets the nearest law's holidays, without equinoxes where their formula does not hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

_DAY: Final = timedelta(days=1)
_SUNDAY: Final = 6
_FOR_EVER: Final = 9999


class _Fixed(NamedTuple):
    month: int
    day: int
    first: int = 1
    last: int = _FOR_EVER


_FIXED: Final = (
    _Fixed(1, 1),
    _Fixed(2, 11),
    _Fixed(2, 23, first=2020),
    _Fixed(4, 29),
    _Fixed(5, 3),
    _Fixed(5, 4),
    _Fixed(5, 5),
    _Fixed(8, 11, first=2016),
    _Fixed(11, 3),
    _Fixed(11, 23),
    _Fixed(12, 23, last=2018),
)
_MONDAYS: Final = ((1, 2), (7, 3), (9, 3), (10, 2))
"""Coming of Age, Marine, Respect for the Aged and Sports Day: month, and which Monday of it."""
_ONCE: Final = (date(2019, 5, 1), date(2019, 10, 22))
"""Accession and enthronement (平成30年法律第99号)."""
_MOVED: Final = {
    # for the Olympic Games (平成30年法律第55号, 令和2年法律第68号)
    date(2020, 7, 20): date(2020, 7, 23),
    date(2020, 8, 11): date(2020, 8, 10),
    date(2020, 10, 12): date(2020, 7, 24),
    date(2021, 7, 19): date(2021, 7, 22),
    date(2021, 8, 11): date(2021, 8, 8),
    date(2021, 10, 11): date(2021, 7, 23),
}
_EQUINOXES: Final = range(1980, 2100)
"""The years for which the usual approximation of the equinoxes holds."""


def is_national_holiday(day: date) -> bool:
    """Whether the law makes it one, as a day of its own, a substitute, or a day between two."""
    return day in _holidays(day.year)


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    named = frozenset(_MOVED.get(day, day) for day in _named(year))
    substitutes = set()
    for day in named:
        if day.weekday() == _SUNDAY:
            substitute = day
            while substitute in named:
                substitute += _DAY
            substitutes.add(substitute)
    between = {day + _DAY for day in named if day + 2 * _DAY in named and (day + _DAY).weekday() != _SUNDAY}
    return named | substitutes | between


def _named(year: int) -> Iterator[date]:
    for fixed in _FIXED:
        if fixed.first <= year <= fixed.last:
            yield date(year, fixed.month, fixed.day)
    for month, which in _MONDAYS:
        start = date(year, month, 1)
        yield start + timedelta(days=-start.weekday() % 7, weeks=which - 1)
    yield from (day for day in _ONCE if day.year == year)
    if year in _EQUINOXES:
        past = year - _EQUINOXES.start
        yield date(year, 3, int(20.8431 + 0.242194 * past - past // 4))
        yield date(year, 9, int(23.2488 + 0.242194 * past - past // 4))
