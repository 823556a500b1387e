"""/fins/statements, /fins/fs_details and /fins/announcement: reports, their details, and announced reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from simulator.apis.jquants.facts import DATA_BEGIN
from simulator.apis.jquants.market import samples
from simulator.apis.jquants.market.columns import STATEMENTS
from simulator.apis.jquants.market.companies import companies
from simulator.apis.jquants.market.filings import (
    PERIODS,
    Figures,
    Filing,
    disclosed_between,
    dividend,
    figures,
    filings,
    month_end,
)
from simulator.apis.jquants.market.financial_statement import financial_statement
from simulator.apis.jquants.market.query import LAST_DAY, DataQuery, Key, Row, Source
from simulator.apis.jquants.market.sectors import SECTOR33
from simulator.apis.jquants.market.trading_days import DAY, on_or_before, shift
from simulator.apis.jquants.market.value_noise import draw
from simulator.core.moment import later

SCOPE_REPLACES_SUBSIDIARIES: Final = date(2024, 7, 22)
"""From this day on reports state changes in the scope of consolidation; before, in subsidiaries (official page)."""
UPDATED: Final = timedelta(hours=19)
"""When the list of tomorrow's reports is made (official page of /fins/announcement)."""
LONGEST_SILENCE: Final = 120
"""Business days to look back for the last list that was not empty."""
_ANNOUNCED_YEAR_ENDS: Final = {3: "3月31日", 9: "9月30日"}
_UNDECIDED: Final = 1 / 12
"""Fraction of announcements without a date. The documents say that they exist (docs/sources/jquants.md §4.4); the
number is ours."""
_QUARTERS: Final = ("第１四半期", "第２四半期", "第３四半期", "本決算")


def _reports(query: DataQuery) -> Sequence[Key]:
    """In the order of their numbers, as documented."""
    found = disclosed_between(query.companies, query.start, query.end)
    return sorted((f.number, f.company.code, str(f.year_end.year), f.period) for f in found)


def _filing(key: Key) -> Filing:
    _, code, year, period = key
    return filings(companies()[code], int(year))[PERIODS.index(period)]


def _document(filing: Filing) -> dict[str, str]:
    return {
        "DisclosedDate": filing.disclosed.isoformat(),
        "DisclosedTime": filing.time,
        "LocalCode": filing.company.code,
        "DisclosureNumber": filing.number,
        "TypeOfDocument": f"{filing.period}FinancialStatements_Consolidated_{filing.company.standard}",
    }


def _statement(key: Key, _query: DataQuery) -> Row:
    """Every value is a string, "" where there is none (docs/sources/jquants.md §4.5)."""
    filing = _filing(key)
    row: Row = dict.fromkeys(STATEMENTS, "")
    row |= _document(filing) | _periods(filing)
    if filing.is_sample:
        return row | samples.STATEMENT
    reported = figures(filing.company, filing.year_end, filing.quarter)
    return row | _results(filing, reported) | _dividends(filing) | _forecasts(filing) | _notes(filing)


def _periods(filing: Filing) -> dict[str, str]:
    dates = {
        "TypeOfCurrentPeriod": filing.period,
        "CurrentPeriodStartDate": filing.year_start.isoformat(),
        "CurrentPeriodEndDate": filing.period_end.isoformat(),
        "CurrentFiscalYearStartDate": filing.year_start.isoformat(),
        "CurrentFiscalYearEndDate": filing.year_end.isoformat(),
    }
    if filing.period == "FY":
        dates["NextFiscalYearStartDate"] = (filing.year_end + DAY).isoformat()
        dates["NextFiscalYearEndDate"] = month_end(filing.year_end, 12).isoformat()
    return dates


def _results(filing: Filing, found: Figures) -> dict[str, str]:
    results = {
        "NetSales": str(found.sales),
        "OperatingProfit": str(found.operating),
        "OrdinaryProfit": str(found.ordinary) if filing.company.standard == "JP" else "",
        "Profit": str(found.profit),
        "EarningsPerShare": f"{found.per_share:.2f}",
        "TotalAssets": str(found.assets),
        "Equity": str(found.equity),
        "EquityToAssetRatio": f"{found.equity / found.assets:.3f}",
        "NumberOfIssuedAndOutstandingSharesAtTheEndOfFiscalYearIncludingTreasuryStock": str(found.shares),
        "NumberOfTreasuryStockAtTheEndOfFiscalYear": str(found.treasury),
        "AverageNumberOfShares": str(found.shares - found.treasury),
    }
    if filing.quarter % 2 == 0:  # cash flows are in the half-year and annual reports only
        results["CashFlowsFromOperatingActivities"] = str(found.operating_cash)
        results["CashFlowsFromInvestingActivities"] = str(found.investing_cash)
        results["CashFlowsFromFinancingActivities"] = str(found.financing_cash)
        results["CashAndEquivalents"] = str(found.cash)
    if filing.period == "FY":
        results["BookValuePerShare"] = f"{found.equity / (found.shares - found.treasury):.2f}"
    return results


def _dividends(filing: Filing) -> dict[str, str]:
    year = dividend(filing.company, filing.year_end)
    paid = {"ResultDividendPerShare2ndQuarter": f"{year / 2:.1f}"} if filing.quarter > 1 else {}
    if filing.period != "FY":
        forecast = {} if filing.quarter > 1 else {"ForecastDividendPerShare2ndQuarter": f"{year / 2:.1f}"}
        forecast["ForecastDividendPerShareFiscalYearEnd"] = f"{year / 2:.1f}"
        forecast["ForecastDividendPerShareAnnual"] = f"{year:.1f}"
        return paid | forecast
    found = figures(filing.company, filing.year_end, filing.quarter)
    following = dividend(filing.company, month_end(filing.year_end, 12))
    return paid | {
        "ResultDividendPerShareFiscalYearEnd": f"{year / 2:.1f}",
        "ResultDividendPerShareAnnual": f"{year:.1f}",
        "ResultTotalDividendPaidAnnual": str(round(year * (found.shares - found.treasury))),
        "ResultPayoutRatioAnnual": f"{year / found.per_share:.3f}" if found.per_share else "",
        "NextYearForecastDividendPerShare2ndQuarter": f"{following / 2:.1f}",
        "NextYearForecastDividendPerShareFiscalYearEnd": f"{following / 2:.1f}",
        "NextYearForecastDividendPerShareAnnual": f"{following:.1f}",
    }


def _forecasts(filing: Filing) -> dict[str, str]:
    """For the current year; the annual report forecasts the next year."""
    whole = filing.period == "FY"
    prefix, year_end = ("NextYearForecast", month_end(filing.year_end, 12)) if whole else ("Forecast", filing.year_end)
    halves = {"": len(PERIODS)} if filing.quarter in {2, 3} else {"2ndQuarter": 2, "": len(PERIODS)}
    found: dict[str, str] = {}
    for suffix, quarter in halves.items():
        plan = figures(filing.company, year_end, quarter)
        found[f"{prefix}NetSales{suffix}"] = str(plan.sales)
        found[f"{prefix}OperatingProfit{suffix}"] = str(plan.operating)
        found[f"{prefix}OrdinaryProfit{suffix}"] = str(plan.ordinary) if filing.company.standard == "JP" else ""
        found[f"{prefix}Profit{suffix}"] = str(plan.profit)
        found[f"{prefix}EarningsPerShare{suffix}"] = f"{plan.per_share:.2f}"
    return found


def _notes(filing: Filing) -> dict[str, str]:
    """Booleans are the strings "true", "false" and "" (docs/sources/jquants.md §4.5)."""
    new = filing.disclosed >= SCOPE_REPLACES_SUBSIDIARIES
    return {
        "MaterialChangesInSubsidiaries": "" if new else "false",
        "SignificantChangesInTheScopeOfConsolidation": "false" if new else "",
        "ChangesBasedOnRevisionsOfAccountingStandard": "false",
        "ChangesOtherThanOnesBasedOnRevisionsOfAccountingStandard": "false",
        "ChangesInAccountingEstimates": "false",
        "RetrospectiveRestatement": "false" if filing.company.standard == "JP" else "",
    }


def _details(key: Key, _query: DataQuery) -> Row:
    filing = _filing(key)
    return {**_document(filing), "FinancialStatement": financial_statement(filing)}


def _coming(query: DataQuery) -> Sequence[Key]:
    """The next business day's reports; if there are none, the last list (official page)."""
    made = min(max(later(query.now, -UPDATED).date(), DATA_BEGIN), LAST_DAY - DAY)
    due = shift(on_or_before(made), 1)
    announced = [company for company in query.companies if company.year_end in _ANNOUNCED_YEAR_ENDS]
    for _ in range(LONGEST_SILENCE):
        found = list(disclosed_between(announced, due, due))
        if found:
            return sorted((f.company.code, str(f.year_end.year), f.period) for f in found)
        due = shift(due, -1)
    return []


def _announcement(key: Key, _query: DataQuery) -> Row:
    filing = _filing(("", *key))
    company, day = filing.company, filing.disclosed
    info = company.info(day, margin=False)
    return {
        "Code": company.code,
        "Date": "" if _is_undecided(filing) else day.isoformat(),
        "CompanyName": company.name,
        "FiscalYear": _ANNOUNCED_YEAR_ENDS[company.year_end],
        "SectorName": SECTOR33[company.sector][0].translate({0xFF65: "・", 0xFF64: "、"}),
        "FiscalQuarter": _QUARTERS[filing.quarter - 1],
        "Section": info["MarketCodeName"],
    }


def _is_undecided(filing: Filing) -> bool:
    """Whether the company has not announced the day of its report: the date is "", which clients may not expect."""
    return draw("undecided", filing.company.code, filing.year_end, filing.period)[0] < _UNDECIDED


SOURCES: Final = {
    "statements": Source(_reports, _statement),
    "fs_details": Source(_reports, _details),
    "announcement": Source(_coming, _announcement),
}
