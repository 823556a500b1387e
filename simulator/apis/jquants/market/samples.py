"""Figures of the documents' sample report (86970, third quarter to 2022-12-31), used instead of generated ones.

Source: official pages of /fins/statements and /fins/fs_details (docs/sources/jquants.md §0.2).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

STATEMENT: Final = MappingProxyType(
    {
        "NetSales": "100529000000",
        "OperatingProfit": "51765000000",
        "OrdinaryProfit": "",
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
)
"""The figures of /fins/statements; the rest of the row is dates and empty strings."""

FINANCIAL_STATEMENT: Final = MappingProxyType(
    {
        "Goodwill (IFRS)": "67374000000",
        "Retained earnings (IFRS)": "263894000000",
        "Operating profit (loss) (IFRS)": "51765000000.0",
        "Previous fiscal year end date, DEI": "2022-03-31",
        "Basic earnings (loss) per share (IFRS)": "66.76",
        "Document type, DEI": "四半期第３号参考様式　[IFRS]（連結）",
        "Current period end date, DEI": "2022-12-31",
        "Revenue - 2 (IFRS)": "100987000000.0",
        "Profit (loss) attributable to owners of parent (IFRS)": "35175000000.0",
        "Current liabilities (IFRS)": "78852363000000",
        "Equity attributable to owners of parent (IFRS)": "311103000000",
        "Non-current liabilities (IFRS)": "33476000000",
        "Property, plant and equipment (IFRS)": "11277000000",
        "Cash and cash equivalents (IFRS)": "91135000000",
        "Share capital (IFRS)": "11500000000",
        "Assets (IFRS)": "79205861000000",
        "Equity (IFRS)": "320021000000",
        "Liabilities (IFRS)": "78885839000000",
        "Accounting standards, DEI": "IFRS",
    }
)
"""The figures of /fins/fs_details for the same report."""
