"""GET /v1/listed/info: the listed issues (jquants.md §4.5, and the official page of v1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from simulator.apis.jquants.data.dates import list_day
from simulator.apis.jquants.data.endpoint import DataEndpoint, Query, Row
from simulator.apis.jquants.plans import includes

COLUMNS: Final = (
    "Date",
    "Code",
    "CompanyName",
    "CompanyNameEnglish",
    "Sector17Code",
    "Sector17CodeName",
    "Sector33Code",
    "Sector33CodeName",
    "ScaleCategory",
    "MarketCode",
    "MarketCodeName",
)
"""jquants.md §4.5; all of them strings."""
MARGIN_COLUMNS: Final = ("MarginCode", "MarginCodeName")
"""Only the standard and premium plans see these."""

_FIVE_DIGITS: Final = 5

_ISSUES: Final = (
    # the first row is the documentation's own sample; the others are of the same kind
    ("86970", "日本取引所グループ", "Japan Exchange Group,Inc.", "16", "金融（除く銀行）", "7200", "その他金融業",
     "TOPIX Large70", "0111", "プライム", "1", "信用"),
    ("13010", "極洋", "KYOKUYO CO.,LTD.", "1", "食品", "0050", "水産・農林業",
     "TOPIX Small 2", "0111", "プライム", "2", "貸借"),
    ("25930", "伊藤園", "ITO EN,LTD.", "1", "食品", "3050", "食料品",
     "TOPIX Mid400", "0111", "プライム", "2", "貸借"),
    ("25935", "伊藤園　第１種優先株式", "ITO EN,LTD. (Preferred Stock)", "1", "食品", "3050", "食料品",
     "-", "0111", "プライム", "2", "貸借"),
    ("27020", "日本マクドナルドホールディングス", "McDonald's Holdings Company(Japan),Ltd.", "14", "小売", "6100",
     "小売業", "-", "0112", "スタンダード", "2", "貸借"),
    ("45930", "ヘリオス", "HEALIOS K.K.", "5", "医薬品", "3250", "医薬品",
     "-", "0113", "グロース", "2", "貸借"),
    ("67580", "ソニーグループ", "SONY GROUP CORPORATION", "9", "電機・精密", "3650", "電気機器",
     "TOPIX Core30", "0111", "プライム", "2", "貸借"),
    ("72030", "トヨタ自動車", "TOYOTA MOTOR CORPORATION", "6", "自動車・輸送機", "3700", "輸送用機器",
     "TOPIX Core30", "0111", "プライム", "2", "貸借"),
)  # fmt: skip
"""Code to MarginCodeName, in the order of the columns; the same on every day."""


def rows(query: Query) -> Sequence[Row]:
    """The issues of a day, all of them or one.

    In:      GET /v1/listed/info?code=<4 or 5 digits>&date=<YYYYMMDD or YYYY-MM-DD>, both optional
    Out:     200 {"info": [row, …]}; an unknown code is an empty list [INF]
    Rejects: date_invalid, outside_subscription
    """
    day = list_day(query.parameters.get("date"), query.plan, query.at)
    code = query.parameters.get("code")
    with_margin = includes(query.plan, "standard")
    found = sorted(issue for issue in _ISSUES if code is None or issue[0] == _full_code(code))
    return [_row(issue, day, with_margin=with_margin) for issue in found]


def _full_code(code: str) -> str:
    """Four digits mean the common stock, whose fifth is 0 (same page)."""
    return code if len(code) == _FIVE_DIGITS else code + "0"


def _row(issue: tuple[str, ...], day: date, *, with_margin: bool) -> Row:
    row = dict(zip((*COLUMNS, *MARGIN_COLUMNS), (day.isoformat(), *issue), strict=True))
    if not with_margin:
        for column in MARGIN_COLUMNS:
            del row[column]
    return row


LISTED_INFO: Final = DataEndpoint(
    name="listed_info",
    path="/listed/info",
    key="info",
    plan="free",
    columns=(*COLUMNS, *MARGIN_COLUMNS),
    rows=rows,
)
