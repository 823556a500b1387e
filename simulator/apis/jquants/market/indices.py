"""/indices and /indices/topix. An index moves like a share, without lots, limits or splits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Final

from simulator.apis.jquants.facts import DATA_BEGIN
from simulator.apis.jquants.market.companies import ANCHOR
from simulator.apis.jquants.market.query import LAST_DAY, DataQuery, Key, Row, Source
from simulator.apis.jquants.market.trading_days import SYSTEM_FAILURE, between, shift
from simulator.apis.jquants.market.value_noise import between as part
from simulator.apis.jquants.market.value_noise import draw, walk

TOPIX: Final = "0000"
VOLATILITY: Final = 0.0085
"""A typical day's move of an index, as a fraction of its level."""
TOPIX17_BEGIN: Final = date(2009, 2, 2)
STYLES_BEGIN: Final = date(2009, 2, 9)
REIT_BEGIN: Final = date(2010, 3, 8)
SEGMENTS_BEGIN: Final = date(2022, 6, 27)
OLD_SEGMENTS_END: Final = date(2022, 4, 1)


@dataclass(frozen=True, slots=True)
class Index:
    """An index: its level on ANCHOR in points, and the days on which it is distributed."""

    code: str
    level: float
    first: date = DATA_BEGIN
    last: date = LAST_DAY


def _hexadecimal(first: str, last: str) -> list[str]:
    return [f"{number:04X}" for number in range(int(first, 16), int(last, 16) + 1)]


@cache
def indices() -> MappingProxyType[str, Index]:
    """The distributed indices by code, sorted by code. Codes and periods: official page of /indices, its list."""
    found = [Index("0000", 1950.0), Index("0001", 7400.0, last=OLD_SEGMENTS_END), Index("0028", 985.0)]
    found += [Index(code, 900.0 + 350 * place) for place, code in enumerate(("0029", *_hexadecimal("002A", "002E")))]
    found.append(Index("002F", 1210.0, date(2018, 10, 9)))
    found += [Index(code, 400.0 + 4000 * draw("index", code)[0]) for code in _hexadecimal("0040", "0060")]
    found += [Index("0070", 745.0), Index("0075", 1790.0), Index("0091", 160.0, last=OLD_SEGMENTS_END)]
    found += [
        Index(code, 500.0 + 1500 * draw("index", code)[0], TOPIX17_BEGIN) for code in _hexadecimal("0080", "0090")
    ]
    found += [Index(code, 990.0, SEGMENTS_BEGIN) for code in ("0500", "0501", "0502")]
    found.append(Index("0503", 1000.0, date(2023, 7, 3)))
    found += [Index(code, 1800.0, STYLES_BEGIN) for code in ("8100", "812C", "812D", "8200", "822C", "822D")]
    found += [Index(code, 1600.0, REIT_BEGIN) for code in ("8501", "8502", "8503")]
    return MappingProxyType({index.code: index for index in sorted(found, key=lambda index: index.code)})


def level(code: str, anchor: float, day: date) -> float:
    """An index at the close of a business day, in points; ``anchor`` is its level on ANCHOR."""
    if day == SYSTEM_FAILURE:  # no trades: the previous close applies [DOC]
        day = shift(day, -1)
    moved = VOLATILITY * (walk(f"index {code}", day) - walk(f"index {code}", ANCHOR))
    return round(anchor * math.exp(moved), 2)


def bar(code: str, anchor: float, day: date) -> tuple[float, float, float, float]:
    """Open, high, low and close of a business day."""
    end = level(code, anchor, day)
    if day == SYSTEM_FAILURE:
        return end, end, end, end
    start = level(code, anchor, shift(day, -1))
    gap, up, down, *_ = draw("index day", code, day)
    opening = round(part(start, end, 0.5 * gap), 2)
    span = VOLATILITY * end / 2
    return opening, round(max(opening, end) + up * span, 2), round(min(opening, end) - down * span, 2), end


def _index_days(query: DataQuery) -> Sequence[Key]:
    code = query.given.get("code")
    wanted = list(indices().values()) if code is None else [index for index in indices().values() if index.code == code]
    return [
        (day.isoformat(), index.code)
        for day in between(query.start, query.end)
        for index in wanted
        if index.first <= day <= index.last
    ]


def _index(key: Key, _query: DataQuery) -> Row:
    opening, high, low, end = bar(key[1], indices()[key[1]].level, date.fromisoformat(key[0]))
    return {"Date": key[0], "Code": key[1], "Open": opening, "High": high, "Low": low, "Close": end}


def _topix(key: Key, query: DataQuery) -> Row:
    row = _index((*key, TOPIX), query)
    del row["Code"]
    return row


SOURCES: Final = {
    "indices": Source(_index_days, _index),
    "topix": Source(lambda query: [(day.isoformat(),) for day in between(query.start, query.end)], _topix),
}
