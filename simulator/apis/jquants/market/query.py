"""The parameters of a data call, parsed and checked; refusals have the service's texts.

An empty parameter is absent (docs/sources/jquants.md §4.6): :func:`simulator.apis.jquants.request.parameters` drops it.
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
"""The last day of the market: the formula of the equinoxes ends here."""

_CODE: Final = re.compile(r"[0-9][0-9A-Z]{3}[0-9A-Z]?")
"""Digits; since 2024 also capital letters after the first."""
_DATE: Final = re.compile(r"(\d{4})(\d\d)(\d\d)|(\d{4})-(\d\d)-(\d\d)", re.ASCII)

Key = tuple[str, ...]
"""The primary key of a row, which also gives its position; dates in it are YYYY-MM-DD."""
Row = dict[str, object]


class BadRequest(Exception):
    """The call is answered with 400 and this text."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class NothingAvailable(Exception):
    """Status 210: no data at this hour, or for this code (prices_am only)."""


@dataclass(frozen=True, slots=True)
class DataQuery:
    """A parsed query.

    companies: all, the one of ``code``, or none if the code is unknown.
    start, end: the period, both ends included, limited by the plan and by what is published; it may be empty.
    given: the non-empty parameters, as received. dates: those that are dates.
    now: the wall clock in Japan; its time zone is UTC, so use only its fields. plan, coverage: the caller's.
    published: the last day whose figures are published.
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
    """The source of an endpoint's rows.

    keys: of all rows that match a query, in order; they are cheap to make. row: one row, made when it is sent.
    """

    keys: Callable[[DataQuery], Sequence[Key]]
    row: Callable[[Key, DataQuery], Row]


def parse_query(
    endpoint: Dataset, given: Mapping[str, str], plan: Plan, coverage: Coverage, now: datetime
) -> DataQuery:
    """Check the parameters in the service's order: presence, form, period, dates of the plan.

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
    """The requested days. A single day takes precedence over a period [INF]."""
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
    """The last day with rows."""
    if endpoint.of_the_future:
        return last_published(min(now.date(), LAST_DAY))
    return later(now, -endpoint.ready).date()


def _companies(endpoint: Dataset, given: Mapping[str, str]) -> tuple[Company, ...]:
    if not endpoint.issue or "code" not in given:
        return tuple(companies().values())
    found = find(given["code"])
    return () if found is None else (found,)
