"""/markets/short_selling by sector, and /markets/short_selling_positions of 0.5 per cent and more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from simulator.apis.jquants.market.companies import Company, companies
from simulator.apis.jquants.market.query import DataQuery, Key, Row, Source
from simulator.apis.jquants.market.quotes import shares_outstanding
from simulator.apis.jquants.market.sectors import SECTOR33
from simulator.apis.jquants.market.trading_days import DAY, SYSTEM_FAILURE, between, on_or_after, shift
from simulator.apis.jquants.market.trading_rules import LOT
from simulator.apis.jquants.market.value_noise import draw, walk

BLOCK: Final = 28
"""Days; in each block of so many days a seller reports on an issue once, on a business day."""
DISCLOSED_AFTER: Final = 2
"""Business days from the calculation to the disclosure."""
THRESHOLD: Final = 0.005
"""Fraction of the outstanding shares from which positions are disclosed (official page)."""
LONGEST_LAG: Final = 16
"""Days; more than two business days ever take, including Golden Week of 2019."""

SELLERS: Final = (
    ("Larkspur Capital Management LLP", "London, United Kingdom", "", "", ""),
    ("Quillfeather Asset Management, L.P.", "Connecticut, United States of America", "", "", ""),
    (
        "霧島アセットマネジメント株式会社",
        "東京都千代田区",
        "Saltmarsh Pension Trust",
        "Edinburgh, United Kingdom",
        "Saltmarsh Japan Fund",
    ),
    ("個人", "", "", "", ""),
)
"""Invented: name, address, client's name and address, fund. Japanese and English are mixed, as in the real reports."""


def _sector_days(query: DataQuery) -> Sequence[Key]:
    asked = query.given.get("sector33code")
    codes = [code for code in SECTOR33 if asked is None or code == asked.zfill(4)]  # "0050 or 50" (official page)
    days = [day for day in between(query.start, query.end) if day != SYSTEM_FAILURE]
    return [(day.isoformat(), code) for day in days for code in codes]


def _sector(key: Key, _query: DataQuery) -> Row:
    """Units: yen."""
    day, sector = date.fromisoformat(key[0]), key[1]
    size, *_ = draw("sector", sector)
    busy, restricted, free, *_ = draw("sector day", sector, day)
    whole = 4e10 * 8.0**size * 2.0 ** (walk(f"sector {sector}", day) / 60) * (0.7 + 0.6 * busy)
    short = whole * (0.26 + 0.12 * restricted)
    unrestricted = whole * (0.06 + 0.05 * free)
    return {
        "Date": key[0],
        "Sector33Code": sector,
        "SellingExcludingShortSellingTurnoverValue": float(round(whole - short - unrestricted, -2)),
        "ShortSellingWithRestrictionsTurnoverValue": float(round(short, -2)),
        "ShortSellingWithoutRestrictionsTurnoverValue": float(round(unrestricted, -2)),
    }


class Position(NamedTuple):
    """A report: its calculation date, and the fraction of outstanding shares that was sold short."""

    calculated: date
    ratio: float


def reports_on(company: Company, seller: int) -> bool:
    """Whether this seller has positions in this issue at all."""
    chance = draw("seller", company.code, seller)[0]
    return company.margin != "3" and chance < 0.15 + company.step * 10


def position(company: Company, seller: int, block: int) -> Position:
    """The report of a block of BLOCK days."""
    when, size, *_ = draw("position", company.code, seller, block)
    day = on_or_after(date.fromordinal(block * BLOCK + int(when * (BLOCK - 12))))
    usual = 0.006 + 0.012 * draw("seller", company.code, seller)[1]
    return Position(day, round(max(usual * (0.8 + 0.5 * size), THRESHOLD), 4))


def _reports(query: DataQuery, company: Company, start: date, end: date) -> Iterator[Key]:
    """Reports disclosed from ``start`` to ``end``."""
    wanted = query.dates.get("calculated_date")
    for seller in range(len(SELLERS)):
        if not reports_on(company, seller):
            continue
        for block in range((start.toordinal() - LONGEST_LAG) // BLOCK, end.toordinal() // BLOCK + 1):
            calculated = position(company, seller, block).calculated
            disclosed = shift(calculated, DISCLOSED_AFTER)
            if start <= disclosed <= end and company.is_listed(calculated) and wanted in {None, calculated}:
                yield disclosed.isoformat(), calculated.isoformat(), company.code, str(seller), str(block)


def _positions(query: DataQuery) -> Sequence[Key]:
    start, end = query.start, query.end
    calculated = query.dates.get("calculated_date")
    if calculated is not None and calculated > end:
        return []
    if calculated is not None:
        start, end = max(start, calculated), min(end, calculated + LONGEST_LAG * DAY)
    return sorted(key for company in query.companies for key in _reports(query, company, start, end))


def _position(key: Key, _query: DataQuery) -> Row:
    disclosed, calculated, code, seller, block = key
    company = companies()[code]
    now, before = (position(company, int(seller), int(block) - back) for back in (0, 1))
    name, address, client, client_address, fund = SELLERS[int(seller)]
    shares = round(shares_outstanding(company, now.calculated) * now.ratio / LOT) * LOT
    return {
        "DisclosedDate": disclosed,
        "CalculatedDate": calculated,
        "Code": code,
        "ShortSellerName": name,
        "ShortSellerAddress": address,
        "DiscretionaryInvestmentContractorName": client,
        "DiscretionaryInvestmentContractorAddress": client_address,
        "InvestmentFundName": fund,
        "ShortPositionsToSharesOutstandingRatio": now.ratio,
        "ShortPositionsInSharesNumber": shares,
        "ShortPositionsInTradingUnitsNumber": shares // LOT,
        "CalculationInPreviousReportingDate": before.calculated.isoformat(),
        "ShortPositionsInPreviousReportingRatio": before.ratio,
        "Notes": "",
    }


SOURCES: Final = {
    "short_selling": Source(_sector_days, _sector),
    "short_selling_positions": Source(_positions, _position),
}
