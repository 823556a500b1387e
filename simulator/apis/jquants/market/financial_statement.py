"""The ``FinancialStatement`` map of /fins/fs_details: labels of the EDINET taxonomy, amounts as strings.

The accounting standard decides the labels. IFRS labels are from the official page of /fins/fs_details; for Japanese
and US standards they are the taxonomy's [INF].
"""

from __future__ import annotations

from simulator.apis.jquants.market import samples
from simulator.apis.jquants.market.filings import Figures, Filing, figures, month_end


def financial_statement(filing: Filing) -> dict[str, str]:
    """Balance sheet and income statement of a report; assets always equal liabilities plus equity."""
    if filing.is_sample:
        return dict(samples.FINANCIAL_STATEMENT)
    found = figures(filing.company, filing.year_end, filing.quarter)
    make = _ifrs if filing.company.standard == "IFRS" else _japanese
    return {label: str(value) for label, value in make(found).items()} | _about(filing)


def _ifrs(found: Figures) -> dict[str, object]:
    liabilities = found.assets - found.equity
    current = liabilities * 3 // 5
    parent = found.equity * 97 // 100
    return {
        "Goodwill (IFRS)": found.assets // 20,
        "Retained earnings (IFRS)": found.equity * 7 // 10,
        "Operating profit (loss) (IFRS)": float(found.operating),
        "Basic earnings (loss) per share (IFRS)": f"{found.per_share:.2f}",
        "Revenue - 2 (IFRS)": float(found.sales),
        "Profit (loss) attributable to owners of parent (IFRS)": float(found.profit),
        "Current assets (IFRS)": found.assets * 2 // 5,
        "Non-current assets (IFRS)": found.assets - found.assets * 2 // 5,
        "Current liabilities (IFRS)": current,
        "Non-current liabilities (IFRS)": liabilities - current,
        "Equity attributable to owners of parent (IFRS)": parent,
        "Non-controlling interests (IFRS)": found.equity - parent,
        "Property, plant and equipment (IFRS)": found.assets // 5,
        "Cash and cash equivalents (IFRS)": found.cash,
        "Share capital (IFRS)": found.equity // 10,
        "Assets (IFRS)": found.assets,
        "Equity (IFRS)": found.equity,
        "Liabilities (IFRS)": liabilities,
    }


def _japanese(found: Figures) -> dict[str, object]:
    liabilities = found.assets - found.equity
    current = liabilities * 3 // 5
    return {
        "Cash and deposits": found.cash,
        "Current assets": found.assets * 2 // 5,
        "Property, plant and equipment": found.assets // 5,
        "Non-current assets": found.assets - found.assets * 2 // 5,
        "Assets": found.assets,
        "Current liabilities": current,
        "Non-current liabilities": liabilities - current,
        "Liabilities": liabilities,
        "Share capital": found.equity // 10,
        "Retained earnings": found.equity * 7 // 10,
        "Net assets": found.equity,
        "Liabilities and net assets": found.assets,
        "Net sales": found.sales,
        "Operating profit (loss)": found.operating,
        "Ordinary profit (loss)": found.ordinary,
        "Profit (loss) attributable to owners of parent": found.profit,
    }


def _about(filing: Filing) -> dict[str, str]:
    standard, word = {"IFRS": ("IFRS", "IFRS"), "JP": ("Japan GAAP", "日本基準"), "US": ("US GAAP", "米国基準")}[
        filing.company.standard
    ]
    form = "通期第３号参考様式" if filing.period == "FY" else "四半期第３号参考様式"
    return {
        "Document type, DEI": f"{form}　[{word}]（連結）",
        "Previous fiscal year end date, DEI": month_end(filing.year_end, -12).isoformat(),
        "Current fiscal year start date, DEI": filing.year_start.isoformat(),
        "Current period end date, DEI": filing.period_end.isoformat(),
        "Accounting standards, DEI": standard,
    }
