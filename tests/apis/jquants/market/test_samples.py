"""What the documents show as samples is answered to the letter (docs/sources/jquants.md §4.5)."""

from __future__ import annotations

from simulator.apis.jquants.market.columns import STATEMENTS
from tests.apis.jquants.market.market import rows


def test_the_listed_issue_of_2022_11_11() -> None:
    assert rows("info", "code=86970&date=20221111") == [
        {
            "Date": "2022-11-11",
            "Code": "86970",
            "CompanyName": "日本取引所グループ",
            "CompanyNameEnglish": "Japan Exchange Group,Inc.",
            "Sector17Code": "16",
            "Sector17CodeName": "金融（除く銀行）",
            "Sector33Code": "7200",
            "Sector33CodeName": "その他金融業",
            "ScaleCategory": "TOPIX Large70",
            "MarketCode": "0111",
            "MarketCodeName": "プライム",
            "MarginCode": "1",
            "MarginCodeName": "信用",
        }
    ]


def test_the_quote_of_2023_03_24() -> None:
    (row,) = rows("daily_quotes", "code=86970&date=2023-03-24")
    assert list(row.values())[:16] == [
        *("2023-03-24", "86970", 2047.0, 2069.0, 2035.0, 2045.0, "0", "0", 2202500.0, 4507051850.0, 1.0),
        *(2047.0, 2069.0, 2035.0, 2045.0, 2202500.0),
    ]
    assert (row["MorningLow"], row["MorningClose"], row["MorningVolume"]) == (2040.0, 2045.5, 1121200.0)
    assert (row["AfternoonHigh"], row["AfternoonTurnoverValue"]) == (2047.0, 2209526000.0)


def test_the_statement_of_2023_01_30() -> None:
    (row,) = rows("statements", "code=86970&date=2023-01-30")
    assert list(row) == list(STATEMENTS)
    shown = {name: value for name, value in row.items() if value}
    assert shown == {
        "DisclosedDate": "2023-01-30",
        "DisclosedTime": "12:00:00",
        "LocalCode": "86970",
        "DisclosureNumber": "20230127594871",
        "TypeOfDocument": "3QFinancialStatements_Consolidated_IFRS",
        "TypeOfCurrentPeriod": "3Q",
        "CurrentPeriodStartDate": "2022-04-01",
        "CurrentPeriodEndDate": "2022-12-31",
        "CurrentFiscalYearStartDate": "2022-04-01",
        "CurrentFiscalYearEndDate": "2023-03-31",
        "NetSales": "100529000000",
        "OperatingProfit": "51765000000",
        "Profit": "35175000000",
        "EarningsPerShare": "66.76",
        "TotalAssets": "79205861000000",
        "Equity": "320021000000",
        "EquityToAssetRatio": "0.004",
        "CashAndEquivalents": "91135000000",
        "ResultDividendPerShare2ndQuarter": "26.0",
        "ForecastDividendPerShareFiscalYearEnd": "36.0",
        "ForecastDividendPerShareAnnual": "62.0",
        "ForecastNetSales": "132500000000",
        "ForecastOperatingProfit": "65500000000",
        "ForecastProfit": "45000000000",
        "ForecastEarningsPerShare": "85.42",
        "MaterialChangesInSubsidiaries": "false",
        "ChangesBasedOnRevisionsOfAccountingStandard": "false",
        "ChangesOtherThanOnesBasedOnRevisionsOfAccountingStandard": "false",
        "ChangesInAccountingEstimates": "true",
        "NumberOfIssuedAndOutstandingSharesAtTheEndOfFiscalYearIncludingTreasuryStock": "528578441",
        "NumberOfTreasuryStockAtTheEndOfFiscalYear": "1861043",
        "AverageNumberOfShares": "526874759",
    }


def test_the_details_of_2023_01_30() -> None:
    (row,) = rows("fs_details", "code=8697&date=20230130")
    assert row["DisclosureNumber"] == "20230127594871"
    assert row["FinancialStatement"]["Basic earnings (loss) per share (IFRS)"] == "66.76"
    assert row["FinancialStatement"]["Assets (IFRS)"] == "79205861000000"
    assert row["FinancialStatement"]["Accounting standards, DEI"] == "IFRS"
