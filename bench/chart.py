"""The throughput of everybody as a bar chart, in plain SVG."""

from __future__ import annotations

from html import escape
from statistics import median

from bench.load import Load

WIDTH, BAR, GAP, LEFT, TOP = 720, 26, 12, 150, 46


def svg(loads: dict[str, list[Load]], unit_of: str) -> str:
    """Requests a second relative to ``unit_of``, the median over the rounds, best first."""
    base = loads[unit_of]
    ratios = {name: median(a.rate / b.rate for a, b in zip(each, base, strict=True)) for name, each in loads.items()}
    ordered = sorted(ratios.items(), key=lambda item: -item[1])
    longest = ordered[0][1]
    height = TOP + len(ordered) * (BAR + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif">',
        "<style>text { font-size: 14px }</style>",
        f"<title>Requests a second, relative to {escape(unit_of)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="12" y="26" font-weight="bold">Requests a second at 64 connections, {escape(unit_of)} = 1</text>',
    ]
    for row, (name, ratio) in enumerate(ordered):
        y = TOP + row * (BAR + GAP)
        length = max(2, round((WIDTH - LEFT - 150) * ratio / longest))
        colour = "#1b6ac9" if name == "simulator" else "#9aa5b1"
        p99 = median(load.p99 for load in loads[name])
        parts += [
            f'<text x="{LEFT - 8}" y="{y + 18}" text-anchor="end">{escape(name)}</text>',
            f'<rect x="{LEFT}" y="{y}" width="{length}" height="{BAR}" fill="{colour}"/>',
            f'<text x="{LEFT + length + 6}" y="{y + 18}">{ratio:.2f} (p99 {p99:.0f} ms)</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])
