"""/markets/breakdown and /markets/trades_spec: buyers and sellers. Parts always add up to the total."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from simulator.apis.jquants.market.companies import NEW_SEGMENTS
from simulator.apis.jquants.market.prices import company_day, company_days
from simulator.apis.jquants.market.query import LAST_DAY, DataQuery, Key, Row, Source
from simulator.apis.jquants.market.quotes import is_traded, sessions
from simulator.apis.jquants.market.trading_days import DAY, MONDAY, between, shift
from simulator.apis.jquants.market.trading_rules import LOT
from simulator.apis.jquants.market.value_noise import draw

SELLING: Final = ("LongSell", "ShortSellWithoutMargin", "MarginSellNew", "MarginSellClose")
BUYING: Final = ("LongBuy", "MarginBuyNew", "MarginBuyClose")
_USUAL: Final = ((0.50, 0.36, 0.03, 0.11), (0.82, 0.13, 0.05))
"""Typical fractions of the kinds of selling and of buying."""

WEEK: Final = timedelta(days=7)
PUBLISHED_AFTER: Final = 4
"""On the fourth business day of the following week, usually a Thursday."""
_OLD_SECTIONS: Final = ("TSE1st", "TSE2nd", "TSEMothers", "TSEJASDAQ")
_NEW_SECTIONS: Final = ("TSEPrime", "TSEStandard", "TSEGrowth")
_BOTH_CITIES: Final = "TokyoNagoya"
_SIZES: Final = {"TSE1st": 1.0, "TSE2nd": 0.02, "TSEMothers": 0.06, "TSEJASDAQ": 0.04} | {
    "TSEPrime": 1.2,
    "TSEStandard": 0.06,
    "TSEGrowth": 0.07,
}
_WEEKLY: Final = 8.5e9
"""Weekly sales of a section of size 1, in thousands of yen."""
_ALONE: Final = ("Individuals", "Foreigners", "SecuritiesCos")
_CORPORATE: Final = ("InvestmentTrusts", "BusinessCos", "OtherCos")
_FINANCIAL: Final = ("InsuranceCos", "CityBKsRegionalBKsEtc", "TrustBanks", "OtherFinancialInstitutions")
_CUSTOMERS: Final = (*_ALONE, *_CORPORATE, *_FINANCIAL)
_USUAL_SHARES: Final = (0.24, 0.62, 0.01, 0.02, 0.02, 0.01, 0.01, 0.01, 0.05, 0.01)


def split(whole: int, weights: Sequence[float]) -> list[int]:
    """Split ``whole`` in proportion to the weights; the first part gets the rounding difference."""
    total = sum(weights)
    parts = [int(whole * weight / total) for weight in weights]
    parts[0] += whole - sum(parts)
    return parts


def _traded_days(query: DataQuery) -> Sequence[Key]:
    """One row per day with trades."""
    return [key for key in company_days(query) if is_traded(*company_day(key))]


def _breakdown(key: Key, _query: DataQuery) -> Row:
    company, day = company_day(key)
    traded = sessions(company, day).day
    if traded is None:
        raise ValueError(f"{company.code} had no trades on {day}")
    chances = draw("breakdown", company.code, day)
    sides = [
        (names, [usual * (0.6 + 0.8 * chance) for usual, chance in zip(shares, chances[start:], strict=False)])
        for names, shares, start in zip((SELLING, BUYING), _USUAL, (0, 4), strict=True)
    ]
    row: Row = {"Date": key[0], "Code": company.code}
    for unit, whole, size in (("Value", traded.turnover, 1), ("Volume", traded.volume, LOT)):
        for names, weights in sides:
            parts = split(int(whole) // size, weights)
            row |= {f"{name}{unit}": float(part * size) for name, part in zip(names, parts, strict=True)}
    return row


def sections(day: date) -> tuple[str, ...]:
    """The markets of a week's report, under their names at that time."""
    return (*(_NEW_SECTIONS if day >= NEW_SEGMENTS else _OLD_SECTIONS), _BOTH_CITIES)


def _weeks(query: DataQuery) -> Iterator[tuple[date, date, date]]:
    """Publication day, first and last business day of each published week in the period."""
    monday = query.start - 3 * WEEK
    monday -= timedelta(days=(monday.weekday() - MONDAY) % 7)
    while monday <= min(query.end, LAST_DAY - 3 * WEEK):
        days = between(monday, monday + 4 * DAY)
        if days:
            published = shift(monday + 6 * DAY, PUBLISHED_AFTER)
            if query.start <= published <= query.end:
                yield published, days[0], days[-1]
        monday += WEEK


def _reports(query: DataQuery) -> Sequence[Key]:
    wanted = query.given.get("section")
    return sorted(
        (published.isoformat(), section, first.isoformat(), last.isoformat())
        for published, first, last in _weeks(query)
        for section in sections(first)
        if wanted is None or section == wanted
    )


def _side(section: str, week: str, side: str) -> dict[str, int]:
    """Sales (or purchases) of each kind of investor in a week, in thousands of yen."""
    members = sections(date.fromisoformat(week))[:-1]
    if section == _BOTH_CITIES:
        parts = [_side(member, week, side) for member in members]
        return {name: sum(part[name] for part in parts) for name in parts[0]}
    first, second = draw(section, week, side), draw(section, week, side, "more")
    weights = [usual * (0.7 + 0.6 * chance) for usual, chance in zip(_USUAL_SHARES, (*first, *second), strict=False)]
    busy, own, *_ = draw(section, week)
    whole = int(_WEEKLY * _SIZES[section] * (0.7 + 0.6 * busy))
    proprietary = int(whole * (0.12 + 0.08 * own + 0.02 * first[0]))
    customers = dict(zip(_CUSTOMERS, split(whole - proprietary, weights), strict=True))
    return {"Proprietary": proprietary, "Brokerage": whole - proprietary, "Total": whole, **customers}


def _report(key: Key, _query: DataQuery) -> Row:
    """Units: thousands of yen. Total = sales + purchases, balance = purchases - sales (official page)."""
    published, section, first, last = key
    sales, purchases = _side(section, first, "sales"), _side(section, first, "purchases")
    row: Row = {"Section": section, "PublishedDate": published, "StartDate": first, "EndDate": last}
    for name, sold in sales.items():
        bought = purchases[name]
        row |= {f"{name}Sales": sold, f"{name}Purchases": bought}
        row |= {f"{name}Total": sold + bought, f"{name}Balance": bought - sold}
    return row


SOURCES: Final = {
    "breakdown": Source(_traded_days, _breakdown),
    "trades_spec": Source(_reports, _report),
}
