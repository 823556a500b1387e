"""Trades: the sessions of every company, day by day.

A day has a morning and an afternoon session. The day's figures are computed from the two, so they always agree. Closing
prices follow a :func:`value_noise.walk`; the other prices of a day lie around its close and the previous close.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from simulator.apis.jquants.market.companies import ANCHOR, Company
from simulator.apis.jquants.market.trading_days import HALF_DAYS, SYSTEM_FAILURE, shift
from simulator.apis.jquants.market.trading_rules import LOT, limits, quoted
from simulator.apis.jquants.market.value_noise import between, draw, walk

LIQUID: Final = 1e9
"""Yen per day; companies with this turnover or more trade in every session."""
ILLIQUID: Final = 1e8
"""Yen per day; companies below this turnover have days without trades."""


@dataclass(frozen=True, slots=True)
class Bar:
    """The trades of a session or a day. Prices and turnover in yen, volume in shares; whether limits were touched."""

    open: float
    high: float
    low: float
    close: float
    at_upper_limit: bool
    at_lower_limit: bool
    volume: float
    turnover: float


@dataclass(frozen=True, slots=True)
class Sessions:
    """A company's day. A session without a trade is None."""

    morning: Bar | None
    afternoon: Bar | None

    @property
    def day(self) -> Bar | None:
        """Both sessions together; None without trades all day."""
        first, last = self.morning, self.afternoon
        if first is None or last is None:
            return first or last
        return Bar(
            first.open,
            max(first.high, last.high),
            min(first.low, last.low),
            last.close,
            first.at_upper_limit or last.at_upper_limit,
            first.at_lower_limit or last.at_lower_limit,
            first.volume + last.volume,
            first.turnover + last.turnover,
        )


SAMPLE: Final = Sessions(
    Bar(2047.0, 2069.0, 2040.0, 2045.5, False, False, 1121200.0, 2297525850.0),
    Bar(2047.0, 2047.0, 2035.0, 2045.0, False, False, 1081300.0, 2209526000.0),
)
"""86970 on 2023-03-24, the sample of the official page (docs/sources/jquants.md §4.5)."""
_SAMPLE_CODE: Final = "86970"


def factor(company: Company, after: date, until: date) -> float:
    """The product of the factors of all splits after one day, up to and including another."""
    return math.prod((split.factor for split in company.splits if after < split.ex_date <= until), start=1.0)


def shares_outstanding(company: Company, day: date) -> int:
    """The number of issued shares on a day, after splits and consolidations."""
    return round(company.shares * factor(company, day, ANCHOR) / factor(company, ANCHOR, day))


def is_fine(company: Company) -> bool:
    """Whether its prices have the finer steps of large companies."""
    return company.scale in {"TOPIX Core30", "TOPIX Large70"}


@lru_cache(maxsize=256)
def close(company: Company, day: date) -> float:
    """The price at the end of a business day, unadjusted; it exists also without trades."""
    moved = math.exp(company.step * (walk(f"price {company.code}", day) - walk(f"price {company.code}", ANCHOR)))
    splits = factor(company, ANCHOR, day) if day >= ANCHOR else 1 / factor(company, day, ANCHOR)
    return quoted(company.price * moved * splits, fine=is_fine(company))


def base(company: Company, day: date) -> float:
    """The base price of a day's limits: the previous close, adjusted for a split on the day."""
    before = shift(day, -1)
    return quoted(close(company, before) * factor(company, before, day), fine=is_fine(company))


def sessions(company: Company, day: date) -> Sessions:
    """The trades of a business day on which the company is listed."""
    if day == ANCHOR and company.code == _SAMPLE_CODE:
        return SAMPLE
    if not is_traded(company, day):
        return Sessions(None, None)
    morning, afternoon = _bars(company, day)
    if day in HALF_DAYS:
        return Sessions(morning, None)
    if company.turnover < LIQUID and draw("silence", company.code, day)[1] < 1 / 80:
        return Sessions(None, afternoon)
    return Sessions(morning, afternoon)


def is_traded(company: Company, day: date) -> bool:
    """Whether there are trades on a business day; cheap to compute."""
    if company.turnover >= ILLIQUID:
        return day != SYSTEM_FAILURE
    return day != SYSTEM_FAILURE and draw("silence", company.code, day)[0] >= 1 / 60


class _Limits(NamedTuple):
    """The bounds and the step of a day's prices."""

    lowest: float
    highest: float
    fine: bool

    def quoted(self, price: float) -> float:
        """The nearest valid price inside the limits."""
        return min(max(quoted(price, fine=self.fine), self.lowest), self.highest)


class _Course(NamedTuple):
    """A session from its first price to its last: how far it moves up and down (yen), and in how many lots."""

    session: str
    first: float
    last: float
    up: float
    down: float
    lots: int


def _bars(company: Company, day: date) -> tuple[Bar, Bar]:
    start, end, fine = base(company, day), close(company, day), is_fine(company)
    held = _Limits(*limits(start, fine=fine), fine)
    gap, turn, busy, share, *strays = draw("prices", company.code, day)
    swing = company.step * end
    opening = between(start, end, 0.6 * gap) + swing * 0.2 * (turn - 0.5)
    noon = between(opening, end, 0.3 + 0.4 * turn) + swing * 0.4 * (gap - 0.5)
    resumed = noon + swing * 0.1 * (share - 0.5)
    lots = max(round(company.turnover / end * math.exp(1.2 * (busy - 0.5)) / LOT), 2)
    early = min(max(round(lots * (0.35 + 0.3 * share)), 1), lots - 1)
    up, down, later_up, later_down = (0.5 * swing * stray for stray in strays)
    return (
        _bar(company, day, held, _Course("morning", opening, noon, up, down, early)),
        _bar(company, day, held, _Course("afternoon", resumed, end, later_up, later_down, lots - early)),
    )


def _bar(company: Company, day: date, held: _Limits, course: _Course) -> Bar:
    opening, end = held.quoted(course.first), held.quoted(course.last)
    high = held.quoted(max(opening, end) + course.up)
    low = held.quoted(min(opening, end) - course.down)
    surge, weight, *_ = draw("surge", company.code, day, course.session)
    if surge < company.step / 10:  # an ordinary share touches a limit about once in two years
        high = held.highest
    elif surge < company.step / 5:
        low = held.lowest
    high, low = max(high, opening, end), min(low, opening, end)
    average = between(between(low, high, 0.3 + 0.4 * weight), end, 0.5)
    unlimited = day == company.listed  # there are no limits on the day of listing
    return Bar(
        open=opening,
        high=high,
        low=low,
        close=end,
        at_upper_limit=high == held.highest and not unlimited,
        at_lower_limit=low == held.lowest and not unlimited,
        volume=float(course.lots * LOT),
        turnover=float(round(course.lots * LOT * average)),
    )
