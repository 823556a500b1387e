"""/listed/info and /markets/trading_calendar: the listed issues and the days on which the exchange is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Final

from simulator.apis.jquants.facts import DATA_BEGIN
from simulator.apis.jquants.market.companies import companies
from simulator.apis.jquants.market.query import LAST_DAY, DataQuery, Key, Row, Source
from simulator.apis.jquants.market.trading_days import DAY, division, on_or_after
from simulator.apis.jquants.plans import includes

NEXT_LIST_IS_OUT: Final = time(17, 30)
"""From this time in Japan on, the next business day's list is available (official page of /listed/info)."""


def list_day(query: DataQuery) -> date:
    """The business day of the list: the requested day or the next business day, at most the newest available one.

    Without a date it is today, or the next business day if today is not one; the free plan gets the last list that it
    covers [INF]. The same page: "休業日において…直近の翌営業日".
    """
    today = _within(query.today)
    current = on_or_after(today)
    newest = current
    if current == today and query.now.time() >= NEXT_LIST_IS_OUT and query.today < LAST_DAY:
        newest = on_or_after(today + DAY)
    asked = query.dates.get("date")
    if asked is not None:
        return min(on_or_after(_within(asked)), newest)
    return current if query.coverage.end is None else on_or_after(_within(query.coverage.end))


def _within(day: date) -> date:
    return min(max(day, DATA_BEGIN), LAST_DAY)


def _issues(query: DataQuery) -> Sequence[Key]:
    day = list_day(query)
    return [(day.isoformat(), company.code) for company in query.companies if company.is_listed(day)]


def _issue(key: Key, query: DataQuery) -> Row:
    return companies()[key[1]].info(date.fromisoformat(key[0]), margin=includes(query.plan, "standard"))


def _days(query: DataQuery) -> Sequence[Key]:
    """Every day of the period, or only those of the division in ``holidaydivision``."""
    wanted = query.given.get("holidaydivision")
    days = (date.fromordinal(number) for number in range(query.start.toordinal(), query.end.toordinal() + 1))
    return [(day.isoformat(), division(day)) for day in days if wanted is None or division(day) == wanted]


SOURCES: Final = {
    "info": Source(_issues, _issue),
    "trading_calendar": Source(_days, lambda key, _query: {"Date": key[0], "HolidayDivision": key[1]}),
}
