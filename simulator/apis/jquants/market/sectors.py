"""The exchange's classifications: sectors, segments, margin codes. Names and codes are the real ones.

Sources: official pages of /listed/info/sector17code, /sector33code and /marketcode, as listed in the released
official client (jquants-api-client 2.2.0, ``constants.py``); docs/sources/jquants.md §4.5 for the margin codes.
"""

from __future__ import annotations

from typing import Final

SECTOR17: Final[dict[str, str]] = {
    "1": "食品",
    "2": "エネルギー資源",
    "3": "建設・資材",
    "4": "素材・化学",
    "5": "医薬品",
    "6": "自動車・輸送機",
    "7": "鉄鋼・非鉄",
    "8": "機械",
    "9": "電機・精密",
    "10": "情報通信・サービスその他",
    "11": "電気・ガス",
    "12": "運輸・物流",
    "13": "商社・卸売",
    "14": "小売",
    "15": "銀行",
    "16": "金融（除く銀行）",
    "17": "不動産",
    "99": "その他",
}
"""TOPIX-17 code → name."""

SECTOR33: Final[dict[str, tuple[str, str]]] = {
    "0050": ("水産・農林業", "1"),
    "1050": ("鉱業", "2"),
    "2050": ("建設業", "3"),
    "3050": ("食料品", "1"),
    "3100": ("繊維製品", "4"),
    "3150": ("パルプ・紙", "4"),
    "3200": ("化学", "4"),
    "3250": ("医薬品", "5"),
    "3300": ("石油･石炭製品", "2"),
    "3350": ("ゴム製品", "6"),
    "3400": ("ガラス･土石製品", "3"),
    "3450": ("鉄鋼", "7"),
    "3500": ("非鉄金属", "7"),
    "3550": ("金属製品", "3"),
    "3600": ("機械", "8"),
    "3650": ("電気機器", "9"),
    "3700": ("輸送用機器", "6"),
    "3750": ("精密機器", "9"),
    "3800": ("その他製品", "10"),
    "4050": ("電気･ガス業", "11"),
    "5050": ("陸運業", "12"),
    "5100": ("海運業", "12"),
    "5150": ("空運業", "12"),
    "5200": ("倉庫･運輸関連業", "12"),
    "5250": ("情報･通信業", "10"),
    "6050": ("卸売業", "13"),
    "6100": ("小売業", "14"),
    "7050": ("銀行業", "15"),
    "7100": ("証券､商品先物取引業", "16"),
    "7150": ("保険業", "16"),
    "7200": ("その他金融業", "16"),
    "8050": ("不動産業", "17"),
    "9050": ("サービス業", "10"),
    "9999": ("その他", "99"),
}
"""TSE-33 code → name, and the TOPIX-17 code it belongs to."""

SEGMENTS: Final[dict[str, str]] = {
    "0101": "東証一部",
    "0102": "東証二部",
    "0104": "マザーズ",
    "0109": "その他",
    "0111": "プライム",
    "0112": "スタンダード",
    "0113": "グロース",
}
"""Market code → name, for the segments of this market's companies."""

BEFORE_2022_04_04: Final[dict[str, str]] = {"0111": "0101", "0112": "0102", "0113": "0104", "0109": "0109"}
"""Today's market code → the code before the segments changed on 2022-04-04."""

MARGIN: Final[dict[str, str]] = {"1": "信用", "2": "貸借", "3": "その他"}
"""Margin code → name."""
