"""The columns of every endpoint's rows, in order.

Source: docs/sources/jquants.md §4.5, and the released official client where that section cites it (jquants-api-client
2.2.0, ``constants.py``). The client fails when a column is missing, and tells the plans' tables apart by their columns.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from simulator.apis.jquants.facts import Plan
from simulator.apis.jquants.plans import includes

_INFO: Final = (
    "Date", "Code", "CompanyName", "CompanyNameEnglish", "Sector17Code", "Sector17CodeName", "Sector33Code",
    "Sector33CodeName", "ScaleCategory", "MarketCode", "MarketCodeName",
)  # fmt: skip
"""Every plan."""
_MARGIN: Final = (
    "MarginCode", "MarginCodeName",
)  # fmt: skip
"""Added for Standard and Premium."""
_QUOTE: Final = (
    "Date", "Code", "Open", "High", "Low", "Close", "UpperLimit", "LowerLimit", "Volume", "TurnoverValue",
    "AdjustmentFactor", "AdjustmentOpen", "AdjustmentHigh", "AdjustmentLow", "AdjustmentClose",
    "AdjustmentVolume",
)  # fmt: skip
"""Every plan."""
_SESSIONS: Final = (
    "MorningOpen", "MorningHigh", "MorningLow", "MorningClose", "MorningUpperLimit", "MorningLowerLimit",
    "MorningVolume", "MorningTurnoverValue", "MorningAdjustmentOpen", "MorningAdjustmentHigh",
    "MorningAdjustmentLow", "MorningAdjustmentClose", "MorningAdjustmentVolume", "AfternoonOpen",
    "AfternoonHigh", "AfternoonLow", "AfternoonClose", "AfternoonUpperLimit", "AfternoonLowerLimit",
    "AfternoonVolume", "AfternoonTurnoverValue", "AfternoonAdjustmentOpen", "AfternoonAdjustmentHigh",
    "AfternoonAdjustmentLow", "AfternoonAdjustmentClose", "AfternoonAdjustmentVolume",
)  # fmt: skip
"""Added for Premium."""
STATEMENTS: Final = (
    "DisclosedDate", "DisclosedTime", "LocalCode", "DisclosureNumber", "TypeOfDocument", "TypeOfCurrentPeriod",
    "CurrentPeriodStartDate", "CurrentPeriodEndDate", "CurrentFiscalYearStartDate", "CurrentFiscalYearEndDate",
    "NextFiscalYearStartDate", "NextFiscalYearEndDate", "NetSales", "OperatingProfit", "OrdinaryProfit",
    "Profit", "EarningsPerShare", "DilutedEarningsPerShare", "TotalAssets", "Equity", "EquityToAssetRatio",
    "BookValuePerShare", "CashFlowsFromOperatingActivities", "CashFlowsFromInvestingActivities",
    "CashFlowsFromFinancingActivities", "CashAndEquivalents", "ResultDividendPerShare1stQuarter",
    "ResultDividendPerShare2ndQuarter", "ResultDividendPerShare3rdQuarter",
    "ResultDividendPerShareFiscalYearEnd", "ResultDividendPerShareAnnual", "DistributionsPerUnit(REIT)",
    "ResultTotalDividendPaidAnnual", "ResultPayoutRatioAnnual", "ForecastDividendPerShare1stQuarter",
    "ForecastDividendPerShare2ndQuarter", "ForecastDividendPerShare3rdQuarter",
    "ForecastDividendPerShareFiscalYearEnd", "ForecastDividendPerShareAnnual",
    "ForecastDistributionsPerUnit(REIT)", "ForecastTotalDividendPaidAnnual", "ForecastPayoutRatioAnnual",
    "NextYearForecastDividendPerShare1stQuarter", "NextYearForecastDividendPerShare2ndQuarter",
    "NextYearForecastDividendPerShare3rdQuarter", "NextYearForecastDividendPerShareFiscalYearEnd",
    "NextYearForecastDividendPerShareAnnual", "NextYearForecastDistributionsPerUnit(REIT)",
    "NextYearForecastPayoutRatioAnnual", "ForecastNetSales2ndQuarter", "ForecastOperatingProfit2ndQuarter",
    "ForecastOrdinaryProfit2ndQuarter", "ForecastProfit2ndQuarter", "ForecastEarningsPerShare2ndQuarter",
    "NextYearForecastNetSales2ndQuarter", "NextYearForecastOperatingProfit2ndQuarter",
    "NextYearForecastOrdinaryProfit2ndQuarter", "NextYearForecastProfit2ndQuarter",
    "NextYearForecastEarningsPerShare2ndQuarter", "ForecastNetSales", "ForecastOperatingProfit",
    "ForecastOrdinaryProfit", "ForecastProfit", "ForecastEarningsPerShare", "NextYearForecastNetSales",
    "NextYearForecastOperatingProfit", "NextYearForecastOrdinaryProfit", "NextYearForecastProfit",
    "NextYearForecastEarningsPerShare", "MaterialChangesInSubsidiaries",
    "SignificantChangesInTheScopeOfConsolidation", "ChangesBasedOnRevisionsOfAccountingStandard",
    "ChangesOtherThanOnesBasedOnRevisionsOfAccountingStandard", "ChangesInAccountingEstimates",
    "RetrospectiveRestatement", "NumberOfIssuedAndOutstandingSharesAtTheEndOfFiscalYearIncludingTreasuryStock",
    "NumberOfTreasuryStockAtTheEndOfFiscalYear", "AverageNumberOfShares", "NonConsolidatedNetSales",
    "NonConsolidatedOperatingProfit", "NonConsolidatedOrdinaryProfit", "NonConsolidatedProfit",
    "NonConsolidatedEarningsPerShare", "NonConsolidatedTotalAssets", "NonConsolidatedEquity",
    "NonConsolidatedEquityToAssetRatio", "NonConsolidatedBookValuePerShare",
    "ForecastNonConsolidatedNetSales2ndQuarter", "ForecastNonConsolidatedOperatingProfit2ndQuarter",
    "ForecastNonConsolidatedOrdinaryProfit2ndQuarter", "ForecastNonConsolidatedProfit2ndQuarter",
    "ForecastNonConsolidatedEarningsPerShare2ndQuarter", "NextYearForecastNonConsolidatedNetSales2ndQuarter",
    "NextYearForecastNonConsolidatedOperatingProfit2ndQuarter",
    "NextYearForecastNonConsolidatedOrdinaryProfit2ndQuarter",
    "NextYearForecastNonConsolidatedProfit2ndQuarter",
    "NextYearForecastNonConsolidatedEarningsPerShare2ndQuarter", "ForecastNonConsolidatedNetSales",
    "ForecastNonConsolidatedOperatingProfit", "ForecastNonConsolidatedOrdinaryProfit",
    "ForecastNonConsolidatedProfit", "ForecastNonConsolidatedEarningsPerShare",
    "NextYearForecastNonConsolidatedNetSales", "NextYearForecastNonConsolidatedOperatingProfit",
    "NextYearForecastNonConsolidatedOrdinaryProfit", "NextYearForecastNonConsolidatedProfit",
    "NextYearForecastNonConsolidatedEarningsPerShare",
)  # fmt: skip
"""Of /fins/statements; 107 of them."""
_INVESTORS: Final = (
    "Proprietary", "Brokerage", "Total", "Individuals", "Foreigners", "SecuritiesCos", "InvestmentTrusts",
    "BusinessCos", "OtherCos", "InsuranceCos", "CityBKsRegionalBKsEtc", "TrustBanks",
    "OtherFinancialInstitutions",
)  # fmt: skip
"""Kinds of investors in /markets/trades_spec."""

_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "info": (*_INFO, *_MARGIN),
    "daily_quotes": (*_QUOTE, *_SESSIONS),
    "prices_am": (
        "Date", "Code", "MorningOpen", "MorningHigh", "MorningLow", "MorningClose", "MorningVolume",
        "MorningTurnoverValue",
    ),
    "trades_spec": (
        "Section", "PublishedDate", "StartDate", "EndDate",
        *(f"{who}{what}" for who in _INVESTORS for what in ("Sales", "Purchases", "Total", "Balance")),
    ),
    "weekly_margin_interest": (
        "Date", "Code", "ShortMarginTradeVolume", "LongMarginTradeVolume", "ShortNegotiableMarginTradeVolume",
        "LongNegotiableMarginTradeVolume", "ShortStandardizedMarginTradeVolume",
        "LongStandardizedMarginTradeVolume", "IssueType",
    ),
    "short_selling": (
        "Date", "Sector33Code", "SellingExcludingShortSellingTurnoverValue",
        "ShortSellingWithRestrictionsTurnoverValue", "ShortSellingWithoutRestrictionsTurnoverValue",
    ),
    "short_selling_positions": (
        "DisclosedDate", "CalculatedDate", "Code", "ShortSellerName", "ShortSellerAddress",
        "DiscretionaryInvestmentContractorName", "DiscretionaryInvestmentContractorAddress",
        "InvestmentFundName", "ShortPositionsToSharesOutstandingRatio", "ShortPositionsInSharesNumber",
        "ShortPositionsInTradingUnitsNumber", "CalculationInPreviousReportingDate",
        "ShortPositionsInPreviousReportingRatio", "Notes",
    ),
    "daily_margin_interest": (
        "PublishedDate", "Code", "ApplicationDate", "PublishReason", "ShortMarginOutstanding",
        "DailyChangeShortMarginOutstanding", "ShortMarginOutstandingListedShareRatio",
        "LongMarginOutstanding", "DailyChangeLongMarginOutstanding", "LongMarginOutstandingListedShareRatio",
        "ShortLongRatio", "ShortNegotiableMarginOutstanding", "DailyChangeShortNegotiableMarginOutstanding",
        "ShortStandardizedMarginOutstanding", "DailyChangeShortStandardizedMarginOutstanding",
        "LongNegotiableMarginOutstanding", "DailyChangeLongNegotiableMarginOutstanding",
        "LongStandardizedMarginOutstanding", "DailyChangeLongStandardizedMarginOutstanding",
        "TSEMarginBorrowingAndLendingRegulationClassification",
    ),
    "breakdown": (
        "Date", "Code", "LongSellValue", "ShortSellWithoutMarginValue", "MarginSellNewValue",
        "MarginSellCloseValue", "LongBuyValue", "MarginBuyNewValue", "MarginBuyCloseValue", "LongSellVolume",
        "ShortSellWithoutMarginVolume", "MarginSellNewVolume", "MarginSellCloseVolume", "LongBuyVolume",
        "MarginBuyNewVolume", "MarginBuyCloseVolume",
    ),
    "trading_calendar": (
        "Date", "HolidayDivision",
    ),
    "indices": (
        "Date", "Code", "Open", "High", "Low", "Close",
    ),
    "topix": (
        "Date", "Open", "High", "Low", "Close",
    ),
    "statements": STATEMENTS,
    "fs_details": (
        "DisclosedDate", "DisclosedTime", "LocalCode", "DisclosureNumber", "TypeOfDocument",
        "FinancialStatement",
    ),
    "dividend": (
        "AnnouncementDate", "AnnouncementTime", "Code", "ReferenceNumber", "StatusCode", "BoardMeetingDate",
        "InterimFinalCode", "ForecastResultCode", "InterimFinalTerm", "GrossDividendRate", "RecordDate",
        "ExDate", "ActualRecordDate", "PayableDate", "CAReferenceNumber", "DistributionAmount",
        "RetainedEarnings", "DeemedDividend", "DeemedCapitalGains", "NetAssetDecreaseRatio",
        "CommemorativeSpecialCode", "CommemorativeDividendRate", "SpecialDividendRate",
    ),
    "announcement": (
        "Code", "Date", "CompanyName", "FiscalYear", "SectorName", "FiscalQuarter", "Section",
    ),
    "index_option": (
        "Date", "Code", "WholeDayOpen", "WholeDayHigh", "WholeDayLow", "WholeDayClose", "NightSessionOpen",
        "NightSessionHigh", "NightSessionLow", "NightSessionClose", "DaySessionOpen", "DaySessionHigh",
        "DaySessionLow", "DaySessionClose", "Volume", "OpenInterest", "TurnoverValue", "ContractMonth",
        "StrikePrice", "Volume(OnlyAuction)", "EmergencyMarginTriggerDivision", "PutCallDivision",
        "LastTradingDay", "SpecialQuotationDay", "SettlementPrice", "TheoreticalPrice", "BaseVolatility",
        "UnderlyingPrice", "ImpliedVolatility", "InterestRate",
    ),
    "futures": (
        "Date", "Code", "DerivativesProductCategory", "WholeDayOpen", "WholeDayHigh", "WholeDayLow",
        "WholeDayClose", "MorningSessionOpen", "MorningSessionHigh", "MorningSessionLow",
        "MorningSessionClose", "NightSessionOpen", "NightSessionHigh", "NightSessionLow", "NightSessionClose",
        "DaySessionOpen", "DaySessionHigh", "DaySessionLow", "DaySessionClose", "Volume", "OpenInterest",
        "TurnoverValue", "ContractMonth", "Volume(OnlyAuction)", "EmergencyMarginTriggerDivision",
        "LastTradingDay", "SpecialQuotationDay", "SettlementPrice", "CentralContractMonthFlag",
    ),
    "options": (
        "Date", "Code", "DerivativesProductCategory", "UnderlyingSSO", "WholeDayOpen", "WholeDayHigh",
        "WholeDayLow", "WholeDayClose", "MorningSessionOpen", "MorningSessionHigh", "MorningSessionLow",
        "MorningSessionClose", "NightSessionOpen", "NightSessionHigh", "NightSessionLow", "NightSessionClose",
        "DaySessionOpen", "DaySessionHigh", "DaySessionLow", "DaySessionClose", "Volume", "OpenInterest",
        "TurnoverValue", "ContractMonth", "StrikePrice", "Volume(OnlyAuction)",
        "EmergencyMarginTriggerDivision", "PutCallDivision", "LastTradingDay", "SpecialQuotationDay",
        "SettlementPrice", "TheoreticalPrice", "BaseVolatility", "UnderlyingPrice", "ImpliedVolatility",
        "InterestRate", "CentralContractMonthFlag",
    ),
}  # fmt: skip

COLUMNS: Final = MappingProxyType(_COLUMNS)
"""By the key of the answer. Columns that only some plans get are last."""


def columns(key: str, plan: Plan) -> tuple[str, ...]:
    """The columns that a plan gets."""
    if key == "info" and not includes(plan, "standard"):
        return _INFO
    if key == "daily_quotes" and plan != "premium":
        return _QUOTE
    return COLUMNS[key]
