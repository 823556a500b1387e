"""Financial reports: the dates and figures of /fins/statements, /fins/fs_details and /fins/dividend.

A fiscal year has four reports with cumulative figures, like real reports. Amounts are whole millions of yen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from simulator.apis.jquants.market.companies import ANCHOR, Company
from simulator.apis.jquants.market.quotes import shares_outstanding
from simulator.apis.jquants.market.trading_days import DAY, on_or_after, shift
from simulator.apis.jquants.market.value_noise import draw, walk

MILLION: Final = 1_000_000
PERIODS: Final = ("1Q", "2Q", "3Q", "FY")
_HOURS: Final = ("11:30:00", "12:00:00", "13:00:00", "14:00:00", "15:00:00", "15:30:00")
_SAMPLE: Final = ("86970", date(2022, 12, 31))
SAMPLE_DATE: Final = date(2023, 1, 30)
SAMPLE_NUMBER: Final = "20230127594871"
"""The documents' sample report: 86970, third quarter to 2022-12-31 (docs/sources/jquants.md §4.5)."""


@dataclass(frozen=True, slots=True)
class Filing:
    """One report. year_end: of its fiscal year. period: one of PERIODS. number: orders all reports [DOC]."""

    company: Company
    year_end: date
    period: str
    disclosed: date
    time: str
    number: str

    @property
    def quarter(self) -> int:
        """1 to 4; the fourth is the annual report."""
        return PERIODS.index(self.period) + 1

    @property
    def period_end(self) -> date:
        """The last day of its period."""
        return month_end(self.year_end, 3 * self.quarter - 12)

    @property
    def year_start(self) -> date:
        """The first day of its fiscal year."""
        return month_end(self.year_end, -12) + DAY

    @property
    def is_sample(self) -> bool:
        """Whether it is the sample report of the documents."""
        return (self.company.code, self.period_end) == _SAMPLE


def month_end(day: date, months: int) -> date:
    """The last day of the month that is ``months`` after (negative: before) the day's month."""
    year, month = divmod(day.year * 12 + day.month + months, 12)
    return date(year, month + 1, 1) - DAY


@lru_cache(maxsize=1024)
def filings(company: Company, year: int) -> tuple[Filing, ...]:
    """The four reports on the fiscal year that ends in ``year``."""
    year_end = month_end(date(year, company.year_end, 1), 0)
    found = []
    for place, period in enumerate(PERIODS):
        ends = month_end(year_end, 3 * place - 9)
        habit, *_ = draw("habit", company.code)
        late, hour, serial, *_ = draw("filing", company.code, ends)
        disclosed = on_or_after(ends + timedelta(days=int(27 + 12 * habit + 5 * late + (6 if period == "FY" else 0))))
        time = _HOURS[int(hour * len(_HOURS))]
        number = f"{shift(disclosed, -1):%Y%m%d}{400_000 + int(serial * 200_000)}"
        if (company.code, ends) == _SAMPLE:
            disclosed, time, number = SAMPLE_DATE, "12:00:00", SAMPLE_NUMBER
        found.append(Filing(company, year_end, period, disclosed, time, number))
    return tuple(found)


def disclosed_between(whose: Iterable[Company], start: date, end: date) -> Iterator[Filing]:
    """The reports that listed companies disclose from ``start`` to ``end``, by company."""
    for company in whose:
        if not company.files_statements:
            continue
        for year in range(start.year - 1, end.year + 2):
            for filing in filings(company, year):
                if start <= filing.disclosed <= end and company.is_listed(filing.disclosed):
                    yield filing


@dataclass(frozen=True, slots=True)
class Figures:
    """Amounts from the start of the fiscal year to the end of a period, in yen; shares at the end."""

    sales: int
    operating: int
    ordinary: int
    profit: int
    assets: int
    equity: int
    cash: int
    operating_cash: int
    investing_cash: int
    financing_cash: int
    shares: int
    treasury: int

    @property
    def per_share(self) -> float:
        """Profit per share, yen."""
        return round(self.profit / (self.shares - self.treasury), 2)


_PROGRESS: Final = (0.235, 0.485, 0.745, 1.0)


def figures(company: Company, year_end: date, quarter: int) -> Figures:
    """The figures of a company's report. A ``year_end`` in the future gives its forecast."""
    size, margin, solid, rich, *_ = draw("figures", company.code)
    level = walk(f"sales {company.code}", year_end) - walk(f"sales {company.code}", ANCHOR)
    luck, *_ = draw("year", company.code, year_end)
    year = company.price * company.shares * (0.4 + 1.2 * size) * math.exp(level / 120)
    sales = _millions(year * _PROGRESS[quarter - 1])
    operating = _millions(sales * (0.03 + 0.14 * margin) * (0.8 + 0.4 * luck))
    ordinary = _millions(operating * (0.96 + 0.1 * luck))
    assets = _millions(year * (0.9 + 1.6 * rich))
    cash_flow = _millions(operating * 1.1)
    shares = shares_outstanding(company, month_end(year_end, 3 * quarter - 12))
    return Figures(
        sales=sales,
        operating=operating,
        ordinary=ordinary,
        profit=_millions(ordinary * 0.68),
        assets=assets,
        equity=_millions(assets * (0.3 + 0.4 * solid)),
        cash=_millions(assets * 0.12),
        operating_cash=cash_flow,
        investing_cash=-_millions(cash_flow * 0.7),
        financing_cash=-_millions(cash_flow * 0.2),
        shares=shares,
        treasury=round(shares * 0.004),
    )


def _millions(amount: float) -> int:
    return round(amount / MILLION) * MILLION


def dividend(company: Company, year_end: date) -> float:
    """Dividend per share of a fiscal year, in whole yen, paid from the year's profit; half of it at mid-year."""
    plan = figures(company, year_end, len(PERIODS))
    payout = 0.2 + 0.3 * draw("payout", company.code)[0]
    return float(2 * max(round(plan.per_share * payout / 2), 0))
