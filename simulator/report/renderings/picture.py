"""The lanes of a timeline as SVG: no script, no style attribute, nothing from outside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from html import escape
from typing import Final

from simulator.core.clock import from_microseconds
from simulator.core.moment import format_moment
from simulator.report.observation import Told
from simulator.report.renderings.timeline import Lane, Timeline
from simulator.report.renderings.words import span

ROW: Final = 44
"""Height of a row in CSS pixels; page.css has the same."""
COLUMN: Final = 18
SPINE: Final = 10
"""Left edge to the line on which calls without a lane sit."""
_KNOWN: Final[Mapping[Told, str]] = {
    "field": "told in the answer",
    "claim": "readable in the token",
    "document": "documented",
    "unit": "told in another unit",
    "": "untold",
}
_KINDS: Final = 4
"""Colours there are; kinds beyond share them."""


def draw(timeline: Timeline) -> str:
    """One ``<svg>`` as high as all rows."""
    width = SPINE * 2 + timeline.columns * COLUMN
    height = len(timeline.rows) * ROW
    kinds = list(dict.fromkeys(lane.held.token.kind for lane in timeline.lanes))
    drawn = "".join(_lane(lane, kinds.index(lane.held.token.kind) % _KINDS) for lane in timeline.lanes)
    return (
        f'<svg class="lanes" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="Lifetimes of {len(timeline.lanes)} tokens"><line class="spine" x1="{SPINE}" y1="{ROW / 2}" '
        f'x2="{SPINE}" y2="{height - ROW / 2}"/>{drawn}</svg>'
    )


def _lane(lane: Lane, colour: int) -> str:
    x = SPINE * 2 + lane.column * COLUMN + COLUMN // 2 - 4
    top, bottom = round(lane.top * ROW), round(lane.bottom * ROW)
    parts = [f"<title>{escape(_title(lane))}</title>", f'<path class="birth" d="M{SPINE} {top}H{x}"/>']
    if lane.dies:
        parts.append(f'<line class="life" x1="{x}" y1="{top}" x2="{x}" y2="{bottom}"/>')
        parts.append(f'<path class="death" d="M{x - 5} {bottom}H{x + 5}"/>')
    else:
        fade = max(top, bottom - ROW // 2)
        parts.append(f'<line class="life" x1="{x}" y1="{top}" x2="{x}" y2="{fade}"/>')
        parts.append(f'<line class="on" x1="{x}" y1="{fade}" x2="{x}" y2="{bottom - 2}"/>')
    late = [position for position, _, dead in lane.uses if dead]
    if late:
        parts.append(f'<line class="beyond" x1="{x}" y1="{bottom}" x2="{x}" y2="{round(max(late) * ROW)}"/>')
    parts.append(f'<circle class="issue" cx="{x}" cy="{top}" r="5"/>')
    for position, entry, dead in lane.uses:
        shape = "use late" if dead else "use"
        note = f"#{entry.number} with this token{', dead by then' if dead else ''}"
        parts.append(
            f'<circle class="{shape}" cx="{x}" cy="{round(position * ROW)}" r="3.5"><title>{note}</title></circle>'
        )
    return f'<g class="k{colour}">{"".join(parts)}</g>'


def _title(lane: Lane) -> str:
    held = lane.held
    said = f"{held.token.kind} {held.token.token[:6]}, from #{held.entry.number}"
    if held.expires_us is None:
        return said
    life = span(timedelta(microseconds=held.remaining_us))
    return f"{said}; lives {life} until {format_moment(from_microseconds(held.expires_us))} ({_KNOWN[held.told]})"
