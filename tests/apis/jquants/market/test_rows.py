"""Rows: every column in order, of its type, and figures that add up."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from simulator.apis.jquants.facts import Plan
from simulator.apis.jquants.market.columns import COLUMNS, columns
from simulator.apis.jquants.market.endpoints import ENDPOINTS
from simulator.apis.jquants.plans import includes
from tests.apis.jquants.market.market import NARROW, ask, pages, rows

SUMMARY = {
    "info": (13, "Date", "MarginCodeName"),
    "daily_quotes": (42, "Date", "AfternoonAdjustmentVolume"),
    "prices_am": (8, "Date", "MorningTurnoverValue"),
    "trades_spec": (56, "Section", "OtherFinancialInstitutionsBalance"),
    "weekly_margin_interest": (9, "Date", "IssueType"),
    "short_selling": (5, "Date", "ShortSellingWithoutRestrictionsTurnoverValue"),
    "short_selling_positions": (14, "DisclosedDate", "Notes"),
    "daily_margin_interest": (20, "PublishedDate", "TSEMarginBorrowingAndLendingRegulationClassification"),
    "breakdown": (16, "Date", "MarginBuyCloseVolume"),
    "trading_calendar": (2, "Date", "HolidayDivision"),
    "indices": (6, "Date", "Close"),
    "topix": (5, "Date", "Close"),
    "statements": (107, "DisclosedDate", "NextYearForecastNonConsolidatedEarningsPerShare"),
    "fs_details": (6, "DisclosedDate", "FinancialStatement"),
    "dividend": (23, "AnnouncementDate", "SpecialDividendRate"),
    "announcement": (7, "Code", "Section"),
    "index_option": (30, "Date", "InterestRate"),
    "futures": (29, "Date", "CentralContractMonthFlag"),
    "options": (37, "Date", "CentralContractMonthFlag"),
}
"""How many columns, the first and the last, by jquants-api-client 2.2.0."""

STRINGS = {
    *("Date", "Code", "LocalCode", "Section", "PublishedDate", "StartDate", "EndDate", "IssueType", "Sector33Code"),
    *("UpperLimit", "LowerLimit", "MorningUpperLimit", "MorningLowerLimit", "AfternoonUpperLimit"),
    *("AfternoonLowerLimit", "ContractMonth", "PutCallDivision", "EmergencyMarginTriggerDivision", "LastTradingDay"),
    *("SpecialQuotationDay", "CentralContractMonthFlag", "DerivativesProductCategory", "UnderlyingSSO"),
    *("MorningSessionOpen", "MorningSessionHigh", "MorningSessionLow", "MorningSessionClose", "HolidayDivision"),
    *("DisclosedDate", "CalculatedDate", "ShortSellerName", "ShortSellerAddress", "InvestmentFundName", "Notes"),
    *("DiscretionaryInvestmentContractorName", "DiscretionaryInvestmentContractorAddress"),
    *("CalculationInPreviousReportingDate", "ApplicationDate", "AnnouncementDate"),
    "TSEMarginBorrowingAndLendingRegulationClassification",
}
EARLIER = {"daily_quotes": "code=86970", "trading_calendar": "to=2022-01-10"}
"""Queries for what the free plan sees twelve weeks late."""
ALL_STRINGS = {"info", "trading_calendar", "statements", "announcement"}


@pytest.mark.parametrize("key", ENDPOINTS)
def test_the_columns_are_the_official_clients(key: str) -> None:
    names = COLUMNS[key]
    assert (len(names), names[0], names[-1]) == SUMMARY[key]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("plan", [plan for plan in get_args(Plan) if plan != "none"])
@pytest.mark.parametrize("key", ENDPOINTS)
def test_every_row_has_every_column_of_the_plan_in_order(key: str, plan: Plan) -> None:
    if not includes(plan, ENDPOINTS[key].plan):
        return
    query = NARROW[key] if plan != "free" else EARLIER.get(key, NARROW[key])
    found = rows(key, query, plan=plan)
    assert len(found) > 0
    assert {tuple(row) for row in found} == {columns(key, plan)}


def test_plans_differ_in_the_documented_columns() -> None:
    """Standard adds the margin code, Premium the sessions: clients choose their tables by them.

    Source: docs/sources/jquants.md §4.3.
    """
    assert "MarginCode" not in columns("info", "light")
    assert "MarginCode" in columns("info", "standard")
    assert "MorningClose" not in columns("daily_quotes", "standard")
    assert "MorningClose" in columns("daily_quotes", "premium")


@pytest.mark.parametrize("key", ENDPOINTS)
def test_values_have_the_documented_types(key: str) -> None:
    """Prices are JSON floats, statements strings; null only where nothing was traded (docs/sources/jquants.md §4.5)."""
    for row in rows(key, NARROW[key]):
        for name, value in row.items():
            if key in ALL_STRINGS or name in STRINGS:
                assert isinstance(value, str), (name, value)
            elif key in {"daily_quotes", "prices_am"}:
                assert value is None or isinstance(value, float), (name, value)
            elif key in {"trades_spec"}:
                assert isinstance(value, int), (name, value)
            elif key in {"weekly_margin_interest", "short_selling", "breakdown", "indices", "topix"} or (
                key in {"index_option", "futures", "options"}
            ):
                assert isinstance(value, float), (name, value)


def test_a_breakdown_adds_up_to_the_days_trade() -> None:
    quotes = {row["Code"]: row for row in rows("daily_quotes", "date=2023-12-22")}
    found = rows("breakdown", "date=2023-12-22")
    assert len(found) > 30
    for row in found:
        for unit, whole in (("Value", "TurnoverValue"), ("Volume", "Volume")):
            selling = ("LongSell", "ShortSellWithoutMargin", "MarginSellNew", "MarginSellClose")
            buying = ("LongBuy", "MarginBuyNew", "MarginBuyClose")
            assert sum(row[f"{name}{unit}"] for name in selling) == quotes[row["Code"]][whole]
            assert sum(row[f"{name}{unit}"] for name in buying) == quotes[row["Code"]][whole]
            assert all(row[f"{name}{unit}"] >= 0 for name in (*selling, *buying))


def test_investors_add_up_to_the_whole_and_the_sections_to_both_cities() -> None:
    found = rows("trades_spec", "from=2023-12-28&to=2023-12-28")
    investors = [name.removesuffix("Sales") for name in COLUMNS["trades_spec"] if name.endswith("Sales")]
    by_section = {row["Section"]: row for row in found}
    assert set(by_section) == {"TSEPrime", "TSEStandard", "TSEGrowth", "TokyoNagoya"}
    for row in found:
        for who in investors:
            assert row[f"{who}Total"] == row[f"{who}Sales"] + row[f"{who}Purchases"]
            assert row[f"{who}Balance"] == row[f"{who}Purchases"] - row[f"{who}Sales"]
        for side in ("Sales", "Purchases"):
            assert row[f"Total{side}"] == row[f"Proprietary{side}"] + row[f"Brokerage{side}"]
            assert row[f"Brokerage{side}"] == sum(row[f"{who}{side}"] for who in investors[3:])
    both = by_section.pop("TokyoNagoya")
    assert both["TotalSales"] == sum(row["TotalSales"] for row in by_section.values())


@pytest.mark.parametrize("key", ["weekly_margin_interest", "daily_margin_interest"])
def test_credit_is_negotiable_or_standardized(key: str) -> None:
    what = "MarginTradeVolume" if key == "weekly_margin_interest" else "MarginOutstanding"
    found = rows(key, NARROW[key])
    for side in ("Short", "Long"):
        for row in found:
            parts = row[f"{side}Negotiable{what}"] + row[f"{side}Standardized{what}"]
            assert row[f"{side}{what}"] == parts


def test_an_issue_new_to_daily_publication_has_no_change() -> None:
    """A dash on its first day, numbers afterwards; a fund's ratio is an asterisk."""
    changes = [row["DailyChangeLongMarginOutstanding"] for row in rows("daily_margin_interest", "code=71820")]
    assert changes[0] == "-"
    assert any(isinstance(change, float) for change in changes)
    found: list[dict[str, Any]] = [row for page in pages("daily_margin_interest", "code=13990") for row in page]
    assert {row["LongMarginOutstandingListedShareRatio"] for row in found} == {"*"}


def test_bars_of_indices_and_derivatives_hold_their_ends() -> None:
    bars = [(row, "") for row in rows("indices", "date=2023-12-22")]
    for key in ("futures", "options"):
        for row in (row for page in pages(key, "date=2023-12-22") for row in page):
            bars += [(row, session) for session in ("WholeDay", "NightSession", "DaySession")]
    for row, session in bars:
        opening, high, low, end = (row[f"{session}{name}"] for name in ("Open", "High", "Low", "Close"))
        assert low <= min(opening, end) <= max(opening, end) <= high, row


def test_an_option_costs_more_the_deeper_it_is_in_the_money() -> None:
    found = [row for page in pages("index_option", "date=2023-12-22") for row in page]
    nearest = min(row["ContractMonth"] for row in found)
    for put_call, rising in (("1", True), ("2", False)):
        prices = [
            row["TheoreticalPrice"]
            for row in sorted(found, key=lambda row: row["StrikePrice"])
            if (row["ContractMonth"], row["PutCallDivision"]) == (nearest, put_call)
        ]
        assert len(prices) == 21
        assert prices == sorted(prices, reverse=not rising)


def test_reports_come_in_the_order_of_their_numbers_and_add_up() -> None:
    found = [row for page in pages("statements", "code=28110") for row in page]
    numbers = [row["DisclosureNumber"] for row in found]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) == len(numbers) > 60
    sales = {(row["CurrentFiscalYearEndDate"], row["TypeOfCurrentPeriod"]): int(row["NetSales"]) for row in found}
    for (year, period), amount in sales.items():
        if period == "FY" and (year, "3Q") in sales:
            assert sales[year, "1Q"] < sales[year, "2Q"] < sales[year, "3Q"] < amount, "cumulative"
    assert {row["OrdinaryProfit"] for row in rows("statements", "code=45270")} == {""}, "IFRS knows none"


def test_a_balance_sheet_balances() -> None:
    for code, suffix in (("28110", ""), ("45270", " (IFRS)")):
        for row in rows("fs_details", f"code={code}"):
            sheet = row["FinancialStatement"]
            equity = sheet["Equity (IFRS)"] if suffix else sheet["Net assets"]
            assert int(sheet[f"Assets{suffix}"]) == int(sheet[f"Liabilities{suffix}"]) + int(equity)


def test_a_share_trades_without_its_dividend_before_the_record_date() -> None:
    """One business day before it; two until July 2019."""
    found = {row["RecordDate"]: row["ExDate"] for row in rows("dividend", "code=86970")}
    assert found["2023-03-31"] == "2023-03-30"
    assert found["2019-03-31"] == "2019-03-27"


def test_announcements_are_the_reports_to_come() -> None:
    status, document = ask("announcement")
    assert status == 200
    decided = [row for row in document["announcement"] if row["Date"]]
    assert decided
    for row in decided:
        (report,) = rows("statements", f"code={row['Code']}&date={row['Date']}")
        assert report["LocalCode"] == row["Code"]
