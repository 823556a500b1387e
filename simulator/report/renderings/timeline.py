"""The calls of a report against the lifetimes of its tokens, laid out from top to bottom: pure geometry, no markup.

Rows are calls, and the pauses between them that are worth a line. Each token is a lane beside the rows, from the
row that handed it out to where it dies; time runs down, so the picture reads the same on a phone and on a wall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from simulator.journal.entry import Entry
from simulator.report.judge import Report
from simulator.report.observation import TokenLife

PAUSE: Final = timedelta(seconds=20)
"""A pause of the sandbox's clock that gets a row of its own."""
LANES: Final = 8
"""Lanes that fit beside the rows on a phone; further tokens have none."""
ROWS: Final = 240
"""Calls that are drawn; of a longer journal, its beginning and its end."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that passed between two calls by the sandbox's clock, and until when; ``skipped`` calls are not drawn."""

    span: timedelta
    until: datetime
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Lane:
    """A token's life. top, bottom: in rows, 0.5 being the middle of the first one.

    dies: whether the bottom is its death; else it goes on living. told: the client was told when it dies.
    uses: calls with it, as (position in rows, entry, whether it was dead by then).
    """

    held: TokenLife
    column: int
    top: float
    bottom: float
    dies: bool
    uses: tuple[tuple[float, Entry, bool], ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Rows in order and the lanes beside them. hidden: tokens without a lane."""

    rows: tuple[Entry | Pause, ...]
    lanes: tuple[Lane, ...]
    columns: int
    hidden: int


def lay_out(report: Report) -> Timeline:
    """The timeline of a report."""
    rows = _rows(report.entries)
    middles = {row.number: index + 0.5 for index, row in enumerate(rows) if isinstance(row, Entry)}
    drawn: dict[str, list[Entry]] = {}
    for row in rows:
        if isinstance(row, Entry):
            drawn.setdefault(row.token, []).append(row)
    lanes: list[Lane] = []
    ends: list[float] = []
    hidden = 0
    for held in report.tokens:
        top = middles.get(held.entry.number)
        if top is None:
            hidden += 1
            continue
        bottom, dies = _bottom(held, rows)
        uses = tuple(
            (middles[entry.number], entry, held.expires_us is not None and entry.at_us >= held.expires_us)
            for entry in drawn.get(held.token.token, ())
        )
        reach = max([bottom, *(position for position, _, _ in uses)])
        column = next((index for index, end in enumerate(ends) if end <= top - 0.3), len(ends))
        if column >= LANES:
            hidden += 1
            continue
        ends[column : column + 1] = [reach]
        lanes.append(Lane(held, column, top, max(bottom, top), dies, uses))
    return Timeline(rows, tuple(lanes), len(ends), hidden)


def _rows(entries: Sequence[Entry]) -> tuple[Entry | Pause, ...]:
    shown, skipped = list(entries), 0
    half = ROWS // 2
    if len(shown) > ROWS:
        skipped = len(shown) - ROWS
        shown = shown[:half] + shown[-half:]
    rows: list[Entry | Pause] = []
    for index, entry in enumerate(shown):
        if index:
            span = timedelta(microseconds=entry.at_us - shown[index - 1].at_us)
            left_out = skipped if index == half else 0
            if abs(span) >= PAUSE or left_out:
                rows.append(Pause(span, entry.at, left_out))
        rows.append(entry)
    return tuple(rows)


def _bottom(held: TokenLife, rows: Sequence[Entry | Pause]) -> tuple[float, bool]:
    """Where a token's lane ends, and whether that is its death: between the rows around the moment, in proportion."""
    if held.expires_us is None:
        return float(len(rows)), False
    before: tuple[float, int] | None = None
    for index, row in enumerate(rows):
        if not isinstance(row, Entry) or row.number < held.entry.number:
            continue
        if row.at_us >= held.expires_us:
            if before is None:
                return index + 0.5, True
            top, since = before
            share = (held.expires_us - since) / max(row.at_us - since, 1)
            return min(max(top + share * (index + 0.5 - top), top + 0.35), index + 0.15), True
        before = index + 0.5, row.at_us
    return float(len(rows)), False
