"""/prices/daily_quotes and /prices/prices_am: the trades of :mod:`quotes` as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from simulator.apis.jquants.facts import DATA_BEGIN
from simulator.apis.jquants.market.companies import Company, companies
from simulator.apis.jquants.market.query import LAST_DAY, DataQuery, Key, NothingAvailable, Row, Source
from simulator.apis.jquants.market.quotes import Bar, factor, sessions
from simulator.apis.jquants.market.trading_days import between, is_business_day, shift
from simulator.core.moment import later

MORNING_IS_OUT: Final = timedelta(hours=12)
"""When the morning's prices appear: "after the end of the morning session" [DOC]; the minute is ours [INF]."""
MORNING_IS_OVER: Final = timedelta(hours=6)
"""On the next day: "until around 6:00" (official page of /prices/prices_am)."""


def _figures(bar: Bar | None, prefix: str) -> Row:
    if bar is None:
        names = ("Open", "High", "Low", "Close")
        return {
            **{f"{prefix}{name}": None for name in names},
            f"{prefix}UpperLimit": "0",
            f"{prefix}LowerLimit": "0",
            f"{prefix}Volume": None,
            f"{prefix}TurnoverValue": None,
        }
    return {
        f"{prefix}Open": bar.open,
        f"{prefix}High": bar.high,
        f"{prefix}Low": bar.low,
        f"{prefix}Close": bar.close,
        f"{prefix}UpperLimit": "1" if bar.at_upper_limit else "0",
        f"{prefix}LowerLimit": "1" if bar.at_lower_limit else "0",
        f"{prefix}Volume": bar.volume,
        f"{prefix}TurnoverValue": bar.turnover,
    }


def _adjusted(bar: Bar | None, prefix: str, by: float) -> Row:
    """Prices to one decimal place, as documented; volumes to whole shares."""
    prices = (None,) * 4 if bar is None else (bar.open, bar.high, bar.low, bar.close)
    row: Row = {
        f"{prefix}Adjustment{name}": None if price is None else round(price * by, 1)
        for name, price in zip(("Open", "High", "Low", "Close"), prices, strict=True)
    }
    row[f"{prefix}AdjustmentVolume"] = None if bar is None else float(round(bar.volume / by))
    return row


def daily_quote(company: Company, day: date, *, known: date, both_sessions: bool) -> Row:
    """A row of /prices/daily_quotes.

    known: the adjusted columns contain splits up to this day; past rows change on an ex-date.
    both_sessions: whether to add the columns of Premium.
    """
    traded = sessions(company, day)
    by = factor(company, day, known)
    row: Row = {"Date": day.isoformat(), "Code": company.code}
    row |= _figures(traded.day, "")
    row["AdjustmentFactor"] = factor(company, shift(day, -1), day)
    row |= _adjusted(traded.day, "", by)
    if both_sessions:
        row |= _figures(traded.morning, "Morning") | _adjusted(traded.morning, "Morning", by)
        row |= _figures(traded.afternoon, "Afternoon") | _adjusted(traded.afternoon, "Afternoon", by)
    return row


def morning_quote(company: Company, day: date) -> Row:
    """A row of /prices/prices_am; nulls without trades in the morning."""
    bar = sessions(company, day).morning
    figures = _figures(bar, "Morning")
    wanted = ("Open", "High", "Low", "Close", "Volume", "TurnoverValue")
    return {"Date": day.isoformat(), "Code": company.code} | {f"Morning{n}": figures[f"Morning{n}"] for n in wanted}


def company_days(query: DataQuery) -> list[Key]:
    """One row per business day and company listed on it."""
    days = between(query.start, query.end)
    return [(day.isoformat(), company.code) for day in days for company in query.companies if company.is_listed(day)]


def company_day(key: Key) -> tuple[Company, date]:
    """The company and the day of a row."""
    return companies()[key[1]], date.fromisoformat(key[0])


def _daily_quote(key: Key, query: DataQuery) -> Row:
    company, day = company_day(key)
    return daily_quote(company, day, known=query.today, both_sessions=query.plan == "premium")


def _this_morning(query: DataQuery) -> Sequence[Key]:
    """Raises NothingAvailable outside the hours, and for a code that is not listed."""
    day = later(query.now, -MORNING_IS_OVER).date()
    is_out = query.today > day or query.now.hour >= MORNING_IS_OUT // timedelta(hours=1)
    if not (DATA_BEGIN <= day <= LAST_DAY and is_business_day(day) and is_out):
        raise NothingAvailable
    found = [(day.isoformat(), company.code) for company in query.companies if company.is_listed(day)]
    if not found:
        raise NothingAvailable
    return found


SOURCES: Final = {
    "daily_quotes": Source(company_days, _daily_quote),
    "prices_am": Source(_this_morning, lambda key, _query: morning_quote(*company_day(key))),
}
