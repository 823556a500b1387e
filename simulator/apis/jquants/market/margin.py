"""/markets/weekly_margin_interest and /markets/daily_margin_interest: margin purchases and margin sales."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from simulator.apis.jquants.market.companies import Company, companies
from simulator.apis.jquants.market.prices import company_day
from simulator.apis.jquants.market.query import LAST_DAY, DataQuery, Key, Row, Source
from simulator.apis.jquants.market.quotes import close, shares_outstanding
from simulator.apis.jquants.market.trading_days import DAY, MONDAY, between, shift
from simulator.apis.jquants.market.trading_rules import LOT
from simulator.apis.jquants.market.value_noise import draw, walk

SHORTEST_WEEK: Final = 3
"""Business days; weeks with two or fewer have no data (official page of /markets/weekly_margin_interest)."""
PUBLISHED_AFTER: Final = 2
"""Business days after the week's end [DOC "the second business day"]."""
ALERT_BLOCK: Final = 60
"""Days; in each block of so many days an issue may be under daily publication once."""
_ETF: Final = "9999"
_REASONS: Final = (
    "Restricted",
    "DailyPublication",
    "Monitoring",
    "RestrictedByJSF",
    "PrecautionByJSF",
    "UnclearOrSecOnAlert",
)
_CLASSES: Final = ("001", "002", "003", "101", "102")


class Interest(NamedTuple):
    """Outstanding margin positions at the end of a day, in shares: sold and bought, negotiable and standardized."""

    short_negotiable: int
    short_standardized: int
    long_negotiable: int
    long_standardized: int

    @property
    def short(self) -> int:
        """All sold shares."""
        return self.short_negotiable + self.short_standardized

    @property
    def long(self) -> int:
        """All bought shares."""
        return self.long_negotiable + self.long_standardized


def interest(company: Company, day: date) -> Interest:
    """Positions at the end of a business day; they move like a price. Not adjusted for splits [DOC]."""
    lots = company.turnover / close(company, day) / LOT
    drift = 2.0 ** (walk(f"credit {company.code}", day) / 60)
    kinds = draw("credit", company.code)
    usual = (0.15, 0.5 if company.margin == "2" else 0.0, 0.8, 3.0)  # only loanable issues can be sold on margin
    parts = (max(round(lots * drift * size * (0.5 + kind)), 0) for size, kind in zip(usual, kinds, strict=False))
    return Interest(*(part * LOT for part in parts))


def _week_ends(query: DataQuery) -> list[date]:
    """The last business day of each published week in the period; weeks have three or more business days."""
    found = []
    monday = query.start - timedelta(days=(query.start.weekday() - MONDAY) % 7)
    while monday <= min(query.end, LAST_DAY - 14 * DAY):
        days = between(monday, monday + 4 * DAY)
        if len(days) >= SHORTEST_WEEK and query.start <= days[-1] <= query.end:
            if shift(days[-1], PUBLISHED_AFTER) > query.published:
                break
            found.append(days[-1])
        monday += 7 * DAY
    return found


def _weekly_keys(query: DataQuery) -> Sequence[Key]:
    return [
        (day.isoformat(), company.code)
        for day in _week_ends(query)
        for company in query.companies
        if company.is_listed(day) and company.margin != "3"
    ]


def _weekly(key: Key, _query: DataQuery) -> Row:
    company, day = company_day(key)
    found = interest(company, day)
    return {
        "Date": key[0],
        "Code": company.code,
        "ShortMarginTradeVolume": float(found.short),
        "LongMarginTradeVolume": float(found.long),
        "ShortNegotiableMarginTradeVolume": float(found.short_negotiable),
        "LongNegotiableMarginTradeVolume": float(found.long_negotiable),
        "ShortStandardizedMarginTradeVolume": float(found.short_standardized),
        "LongStandardizedMarginTradeVolume": float(found.long_standardized),
        "IssueType": company.margin,
    }


def is_published(company: Company, day: date) -> bool:
    """Whether the issue is under daily publication on this business day."""
    block, place = divmod(day.toordinal(), ALERT_BLOCK)
    whether, start, length, *_ = draw("alert", company.code, block)
    first = start * ALERT_BLOCK / 2
    return whether < company.step * 8 and first <= place < first + 5 + length * ALERT_BLOCK / 3


def _daily_keys(query: DataQuery) -> Sequence[Key]:
    return [
        (day.isoformat(), company.code)
        for day in between(query.start, query.end)
        for company in query.companies
        if company.is_listed(day) and company.margin != "3" and is_published(company, day)
    ]


def _daily(key: Key, _query: DataQuery) -> Row:
    """A change is "-" if the issue was not published on the day before; a fund's ratios are "*" (official page)."""
    company, day = companies()[key[1]], date.fromisoformat(key[0])
    applied = shift(day, -1)
    now, before = interest(company, applied), interest(company, shift(applied, -1))
    known = is_published(company, applied) and company.is_listed(applied)
    pick, *_ = draw("reason", company.code, day.toordinal() // ALERT_BLOCK)
    reasons = {name: str(int(place == int(pick * 6))) for place, name in enumerate(_REASONS)}

    def change(new: int, old: int) -> object:
        return float(new - old) if known else "-"

    def ratio(shares: int) -> object:
        return "*" if company.sector == _ETF else round(100 * shares / shares_outstanding(company, applied), 2)

    return {
        "PublishedDate": key[0],
        "Code": company.code,
        "ApplicationDate": applied.isoformat(),
        "PublishReason": reasons,
        "ShortMarginOutstanding": float(now.short),
        "DailyChangeShortMarginOutstanding": change(now.short, before.short),
        "ShortMarginOutstandingListedShareRatio": ratio(now.short),
        "LongMarginOutstanding": float(now.long),
        "DailyChangeLongMarginOutstanding": change(now.long, before.long),
        "LongMarginOutstandingListedShareRatio": ratio(now.long),
        "ShortLongRatio": round(100 * now.short / now.long, 1) if now.long else 0.0,
        "ShortNegotiableMarginOutstanding": float(now.short_negotiable),
        "DailyChangeShortNegotiableMarginOutstanding": change(now.short_negotiable, before.short_negotiable),
        "ShortStandardizedMarginOutstanding": float(now.short_standardized),
        "DailyChangeShortStandardizedMarginOutstanding": change(now.short_standardized, before.short_standardized),
        "LongNegotiableMarginOutstanding": float(now.long_negotiable),
        "DailyChangeLongNegotiableMarginOutstanding": change(now.long_negotiable, before.long_negotiable),
        "LongStandardizedMarginOutstanding": float(now.long_standardized),
        "DailyChangeLongStandardizedMarginOutstanding": change(now.long_standardized, before.long_standardized),
        "TSEMarginBorrowingAndLendingRegulationClassification": _CLASSES[int(pick * len(_CLASSES))],
    }


SOURCES: Final = {
    "weekly_margin_interest": Source(_weekly_keys, _weekly),
    "daily_margin_interest": Source(_daily_keys, _daily),
}
