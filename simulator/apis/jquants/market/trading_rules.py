"""Price steps and daily price limits, as the exchange publishes them.

Sources: https://www.jpx.co.jp/equities/trading/domestic/07.html (steps; the finer table is the one for large
companies) and https://www.jpx.co.jp/equities/trading/domestic/06.html (limits).
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from typing import Final

LOT: Final = 100
"""Shares per trading unit."""

_STEPS: Final = ((3_000, 5_000, 30_000, 50_000, 300_000), (1.0, 5.0, 10.0, 50.0, 100.0, 500.0))
_FINE_STEPS: Final = ((1_000, 3_000, 10_000, 30_000, 100_000), (0.1, 0.5, 1.0, 5.0, 10.0, 50.0))
"""(upper bounds of prices, included; the steps of each range)."""

_LIMITS: Final = (
    (100, 200, 500, 700, 1_000, 1_500, 2_000, 3_000, 5_000, 7_000, 10_000, 15_000, 20_000, 30_000, 50_000, 70_000),
    (30, 50, 80, 100, 150, 300, 400, 500, 700, 1_000, 1_500, 3_000, 4_000, 5_000, 7_000, 10_000, 15_000),
)
"""(upper bounds of base prices, excluded; the limit of each range, in yen, up and down)."""


def step(price: float, *, fine: bool) -> float:
    """The price step at this price, in yen."""
    bounds, steps = _FINE_STEPS if fine else _STEPS
    return steps[bisect_left(bounds, price)]


def quoted(price: float, *, fine: bool) -> float:
    """The nearest valid price; at least one step."""
    size = step(price, fine=fine)
    return round(max(round(price / size), 1) * size, 1)


def limits(base: float, *, fine: bool) -> tuple[float, float]:
    """The lowest and the highest valid price of a day with this base price."""
    bounds, widths = _LIMITS
    width = widths[bisect_right(bounds, base)]
    lowest, highest = max(base - width, 1.0), base + width
    down, up = step(lowest, fine=fine), step(highest, fine=fine)
    return round(math.ceil(round(lowest / down, 6)) * down, 1), round(math.floor(round(highest / up, 6)) * up, 1)
