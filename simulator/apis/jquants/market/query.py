"""What a data call asks for: its parameters understood, or refused in the service's words.

An empty parameter is absent (docs/sources/jquants.md §4.6); :func:`simulator.apis.jquants.request.parameters` has
dropped it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple

from simulator.apis.jquants import texts
from simulator.apis.jquants.facts import DATA_BEGIN, Plan
from simulator.apis.jquants.market.companies import Company, companies, find
from simulator.apis.jquants.market.endpoints import Dataset
from simulator.apis.jquants.market.trading_days import last_published
from simulator.apis.jquants.plans import Coverage
from simulator.core.errors import Rejection
from simulator.core.moment import later

LAST_DAY: Final = date(2099, 12, 31)
"""Where the market ends: the almanac's formula goes no further."""

_CODE: Final = re.compile(r"[0-9][0-9A-Z]{3}[0-9A-Z]?")
"""Digits, and since 2024 capital letters after the first."""
_DATE: Final = re.compile(r"(\d{4})(\d\d)(\d\d)|(\d{4})-(\d\d)-(\d\d)", re.ASCII)

Key = tuple[str, ...]
"""What tells a row from its neighbours and puts it in its place; dates in it are written YYYY-MM-DD."""
Row = dict[str, object]


class BadRequest(Exception):
    """The call is refused with 400 and this text."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class NothingNow(Exception):
    """Status 210: there is nothing at this hour, or for this code (prices_am alone)."""


@dataclass(frozen=True, slots=True)
class DataQuery:
    """What a call asks for.

    companies: whom it is about: everybody, one, or nobody for a code that is unknown.
    start, end: the days it is about, both included, cut to the plan and to what is published; maybe none at all.
    given: the parameters that are not empty, as they came. dates: those that are dates.
    now: the wall clock in Japan (its zone says UTC: use its fields only). plan: the caller's, with what it covers.
    published: the last day of which the evening has come, when its figures are out.
    """

    companies: tuple[Company, ...]
    start: date
    end: date
    given: Mapping[str, str]
    dates: Mapping[str, date]
    now: datetime
    plan: Plan
    coverage: Coverage
    published: date

    @property
    def today(self) -> date:
        """The date in Japan."""
        return self.now.date()


class Source(NamedTuple):
    """Where an endpoint's rows come from.

    keys: of all rows that an Ask matches, in order; making them is cheap. row: one row, made when it is sent.
    """

    keys: Callable[[DataQuery], Sequence[Key]]
    row: Callable[[Key, DataQuery], Row]


def understand(endpoint: Dataset, given: Mapping[str, str], plan: Plan, coverage: Coverage, now: datetime) -> DataQuery:
    """Check the parameters in the service's order: which are there, their form, the period, the plan's dates.

    Raises :class:`BadRequest`, and ``Rejection("outside_subscription")`` for a date that the plan does not cover.
    """
    for name in endpoint.required:
        if name not in given:
            raise BadRequest(texts.REQUIRED.format(name))
    if endpoint.one_of and not any(name in given for name in endpoint.one_of):
        raise BadRequest(texts.ONE_REQUIRED.format(",".join(f"'{name}'" for name in endpoint.one_of)))
    if endpoint.issue and "code" in given and not _CODE.fullmatch(given["code"]):
        raise BadRequest(texts.CODE_INVALID)
    dates = {name: _day(name, given[name]) for name in (*endpoint.days, *(endpoint.span or ())) if name in given}
    if endpoint.first_for_earlier and plan == "premium":
        dates = {name: max(day, DATA_BEGIN) for name, day in dates.items()}
    start, end = _period(endpoint, dates)
    if endpoint.windowed:
        if not all(coverage.holds(day) for day in dates.values()):
            raise Rejection("outside_subscription")
        start, end = max(start, coverage.start), min(end, coverage.end or date.max)
    start, end = max(start, DATA_BEGIN), min(end, _horizon(endpoint, now), LAST_DAY)
    return DataQuery(
        _companies(endpoint, given), start, end, given, dates, now, plan, coverage, later(now, -endpoint.ready).date()
    )


def _day(name: str, text: str) -> date:
    form = _DATE.fullmatch(text)
    try:
        if form is not None:
            year, month, day = (int(part) for part in form.groups() if part is not None)
            return date(year, month, day)
    except ValueError:  # the 30th of February
        pass
    raise BadRequest(texts.DATE_INVALID.format(name))


def _period(endpoint: Dataset, dates: Mapping[str, date]) -> tuple[date, date]:
    """The days asked for. A day that is named stands above a period that is named too [INF]."""
    if endpoint.span is not None:
        oldest, newest = endpoint.span
        if oldest in dates and newest in dates and dates[oldest] > dates[newest]:
            raise BadRequest(texts.NOT_OLDER.format(oldest, newest))
    if endpoint.days and endpoint.days[0] in dates:
        return dates[endpoint.days[0]], dates[endpoint.days[0]]
    if endpoint.span is None:
        return date.min, date.max
    return dates.get(endpoint.span[0], date.min), dates.get(endpoint.span[1], date.max)


def _horizon(endpoint: Dataset, now: datetime) -> date:
    """The last day whose rows are there."""
    if endpoint.of_the_future:
        return last_published(min(now.date(), LAST_DAY))
    return later(now, -endpoint.ready).date()


def _companies(endpoint: Dataset, given: Mapping[str, str]) -> tuple[Company, ...]:
    if not endpoint.issue or "code" not in given:
        return tuple(companies().values())
    found = find(given["code"])
    return () if found is None else (found,)
